#include "bench/verify/dialogues.h"

#include <poll.h>

#include <thread>

namespace splicebench {

namespace {

Writing written(std::uint64_t bytes, Leave how) {
  Writing writing;
  writing.bytes = bytes;
  writing.leave = how;
  return writing;
}

}  // namespace

void foo_and_close(Expectations& expectations, Fd& client, Fd& server) {
  write_content(client, written(3, Leave::close));
  expectations.expect_all_arrived("at the server", 3, read_rest(server.get(), 0, kNever));
  server.reset();
}

void late_reply(Expectations& expectations, Fd& client, Fd& server) {
  std::thread answers([&] {
    expectations.expect_all_arrived("at the server", kRequestBytes,
                                    read_rest(server.get(), 0, kNever));
    ::poll(nullptr, 0, 100);
    write_content(server, written(kReplyBytes, Leave::shutdown));
  });
  write_content(client, written(kRequestBytes, Leave::shutdown));
  const Arrived reply = read_rest(client.get(), 0, kNever);
  answers.join();
  expectations.expect_all_arrived("at the client", kReplyBytes, reply);
}

void half_close_waits(Expectations& expectations, Fd& client, Fd& server) {
  shrink_buffers(server.get());
  std::thread asks([&] { write_content(client, written(kSlowlyReadBytes, Leave::shutdown)); });
  Reading slowly;
  slowly.size = 16 << 10;
  slowly.pause = 0.001;
  slowly.leave = Leave::keep;
  const Arrived arrived = read_content(server, slowly);
  asks.join();
  expectations.expect_all_arrived("at the server", kSlowlyReadBytes, arrived);
  // The other direction still works.
  write_content(server, written(kAnswerBytes, Leave::shutdown));
  expectations.expect_all_arrived("at the client", kAnswerBytes,
                                  read_rest(client.get(), 0, kNever));
}

void both_full_speed(Expectations& expectations, Fd& client, Fd& server) {
  std::thread client_writes(
      [&] { write_content(client, written(kBothWaysBytes, Leave::shutdown)); });
  std::thread server_writes(
      [&] { write_content(server, written(kBothWaysBytes, Leave::shutdown)); });
  Arrived at_client;
  std::thread client_reads([&] { at_client = read_rest(client.get(), 0, kNever); });
  const Arrived at_server = read_rest(server.get(), 0, kNever);
  for (std::thread* thread : {&client_writes, &server_writes, &client_reads}) thread->join();
  expectations.expect_all_arrived("at the server", kBothWaysBytes, at_server);
  expectations.expect_all_arrived("at the client", kBothWaysBytes, at_client);
}

void leave_in_order(Expectations& expectations, Fd& client, Fd& server, First first, Leave how) {
  std::thread sends([&] { write_content(server, written(kExchangedBytes, Leave::keep)); });
  write_content(client, written(kExchangedBytes, Leave::keep));
  sends.join();
  expectations.expect_arrived("at the server", kExchangedBytes,
                              read_rest(server.get(), 0, kExchangedBytes));
  expectations.expect_arrived("at the client", kExchangedBytes,
                              read_rest(client.get(), 0, kExchangedBytes));

  Fd& goes = first == First::server ? server : client;
  Fd& follows = first == First::server ? client : server;
  leave(goes, how);
  if (first != First::both) {
    Arrived end = read_rest(follows.get(), kExchangedBytes, 1);
    end.error = 0;  // a reset may be passed on as such
    expectations.expect_all_arrived("at the side that stayed", 0, end);
  }
  leave(follows, how);
}

}  // namespace splicebench
