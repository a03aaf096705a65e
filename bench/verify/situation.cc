#include "bench/verify/situation.h"

#include <iterator>

namespace splicebench {

namespace {

std::vector<Situation> all() {
  std::vector<Situation> rows;
  for (std::vector<Situation> group :
       {size_situations(), limit_situations(), end_situations(), two_way_situations(),
        pace_situations(), fault_situations(), file_situations(), socket_situations(),
        system_limit_situations(), reuse_situations()}) {
    rows.insert(rows.end(), std::make_move_iterator(group.begin()),
                std::make_move_iterator(group.end()));
  }
  return rows;
}

}  // namespace

const char* name_of(Handling handling) {
  switch (handling) {
    case Handling::blocking:
      return "blocking";
    case Handling::non_blocking:
      return "non-blocking";
    case Handling::event_loop:
      return "event-loop";
  }
  return "";
}

const std::vector<Situation>& situations() {
  static const std::vector<Situation> rows = all();
  return rows;
}

std::string needs_reader(const Subject& subject) {
  return subject.path->kinds.has_reader() ? "" : "only a socket has a reader behind it";
}

std::string needs_writer(const Subject& subject) {
  return subject.path->kinds.has_writer() ? "" : "only a socket has a writer behind it";
}

std::string needs_both_peers(const Subject& subject) {
  const std::string reason = needs_reader(subject);
  return reason.empty() ? needs_writer(subject) : reason;
}

std::string needs_file(const Subject& subject) {
  return subject.path->kinds.sink == EndKind::file ? "" : "about files as sinks";
}

std::string needs_own_engine(const Subject& subject) {
  return subject.flows == 1 ? "" : "it looks at one engine; a loop of several flows has its own";
}

std::string needs_tcp_source(const Subject& subject) {
  return subject.path->kinds.source == EndKind::tcp ? "" : "about TCP sources";
}

}  // namespace splicebench
