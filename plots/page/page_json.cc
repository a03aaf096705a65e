#include "plots/page/page_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/text/unicode.h"

namespace splicebench {

namespace {

std::string text_of(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    text.remove_prefix(rune.length);
    const char32_t code = rune.value;
    const bool plain = code >= ' ' && code < 0x7F &&
                       std::u32string_view(U"\"\\<>&").find(code) == std::u32string_view::npos;
    if (plain) {
      json += static_cast<char>(code);
    } else if (code < 0x10000) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    } else {
      const unsigned above = static_cast<unsigned>(code) - 0x10000;
      json += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (above >> 10), 0xDC00 + (above & 0x3FF));
    }
  }
  return json + '"';
}

/// Six digits: more than any interval is narrow, and half the size of a whole double.
std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : "null";
}

template <typename List, typename Write>
std::string array(const List& list, Write write) {
  std::string json;
  for (const auto& one : list) json += (json.empty() ? "" : ",") + std::string(write(one));
  return "[" + json + "]";
}

const char* mark_of(const ChartPoint& point) {
  switch (point.mark) {
    case PointMark::hollow:
      return "\"hollow\"";
    case PointMark::state:
      return "\"state\"";
    case PointMark::none:
      return "\"none\"";
    case PointMark::filled:
      break;
  }
  return "\"filled\"";
}

std::string json_of(const ChartPoint& point) {
  // A size of a chunk to its last byte.
  const std::string x =
      point.x == std::floor(point.x) ? fmt::format("{:.0f}", point.x) : number(point.x);
  std::string json = fmt::format("[{},{},{},{},{}", x, number(point.y), text_of(point.value),
                                 text_of(point.range), text_of(point.count));
  if (point.mark == PointMark::filled && !point.has_interval() && point.layers.empty())
    return json + "]";
  json += fmt::format(",{},[{},{}],{}", mark_of(point), number(point.low), number(point.high),
                      array(point.layers, number));
  if (point.mark == PointMark::state) json += "," + number(point.share);
  return json + "]";
}

std::string json_of(const ChartSeries& series) {
  return fmt::format(R"({{"name":{},"slot":{},"family":{},"member":{},"label":{},"points":{}}})",
                     text_of(series.mode.name), series.mode.slot, series.mode.family,
                     series.mode.member, text_of(series.mode.label),
                     array(series.points, [](const ChartPoint& one) { return json_of(one); }));
}

std::string json_of(const ChartAxis& axis) {
  const auto mark = [](const AxisMark& one) {
    return fmt::format("[{:.15g},{}]", one.value, text_of(one.label));
  };
  return fmt::format(
      R"({{"label":{},"unit":{},"better":{},"low":{},"high":{},"base":{},"zero":{},"least":{},"most":{},)"
      R"("reach":{},"marks":{}}})",
      text_of(axis.label), text_of(axis.unit), text_of(axis.better), number(axis.low),
      number(axis.high), number(axis.base), axis.zero, number(axis.least), number(axis.most),
      number(axis.reach), array(axis.marks, mark));
}

std::string json_of(const ChartPanel& panel) {
  return fmt::format(
      R"({{"title":{},"empty":{},"series":{},"planned":[{}],"failed":{},"medians":{},"y":{}}})",
      text_of(panel.title), text_of(panel.empty),
      array(panel.series, [](const ChartSeries& one) { return json_of(one); }),
      fmt::join(panel.planned, ","), array(panel.failed, number),
      array(panel.medians, [](const ChartPoint& one) { return json_of(one); }), json_of(panel.y));
}

const char* name_of(ChartKind kind) {
  switch (kind) {
    case ChartKind::bars:
      return "bars";
    case ChartKind::stack:
      return "stack";
    case ChartKind::samples:
      return "samples";
    case ChartKind::curves:
      return "curves";
    case ChartKind::ranked:
      return "ranked";
    case ChartKind::lines:
      break;
  }
  return "lines";
}

/// A chart for each part.
std::string json_of(const Chart& chart) {
  std::string json;
  for (const ChartPart& part : chart.parts) {
    json += fmt::format(R"({}{{"name":{},"kind":"{}","rows":{},"own":{},"x":{},"panels":{}}})",
                        json.empty() ? "" : ",", text_of(part.name), name_of(chart.kind),
                        chart.rows, part.own_ranges, json_of(chart.x),
                        array(part.panels, [](const ChartPanel& one) { return json_of(one); }));
  }
  return json;
}

constexpr const char* kSampleColumns =
    R"(["path","chunk","mode","round","start","bytes","seconds","relay_cpu","writer_cpu",)"
    R"("reader_cpu","system_cpu","calls_in","calls_out","calls_wait","error"])";

std::string json_of(const Sample& sample) {
  std::string json = fmt::format("{},{}", sample.round, number(sample.start));
  if (!sample.error.empty()) {
    return json + ",null,null,null,null,null,null,null,null,null," + text_of(sample.error);
  }
  json += fmt::format(",{},{},{},{},{},{}", sample.bytes, number(sample.seconds),
                      sample.relay ? number(sample.relay->total()) : "null",
                      sample.writer ? number(sample.writer->total()) : "null",
                      sample.reader ? number(sample.reader->total()) : "null",
                      sample.system.known ? number(sample.system.busy) : "null");
  for (std::int64_t Calls::*count : {&Calls::in, &Calls::out, &Calls::wait}) {
    json += sample.calls ? fmt::format(",{}", (*sample.calls).*count) : ",null";
  }
  return json;
}

std::string samples_of(const Result& result, const std::vector<ChartMode>& modes) {
  const std::vector<std::string> paths = paths_of({result});
  const std::vector<std::int64_t> chunks = chunks_of({result});
  std::string json;
  for (const CaseResult& one : result.cases) {
    const auto mode = std::find_if(modes.begin(), modes.end(),
                                   [&](const ChartMode& each) { return each.name == one.id.mode; });
    const std::string id = fmt::format(
        "{},{},{}", std::find(paths.begin(), paths.end(), one.id.heading()) - paths.begin(),
        std::lower_bound(chunks.begin(), chunks.end(), one.id.chunk) - chunks.begin(),
        mode - modes.begin());
    for (const Sample& sample : one.samples) {
      json += fmt::format("{}[{},{}]", json.empty() ? "" : ",", id, json_of(sample));
    }
  }
  return "[" + json + "]";
}

}  // namespace

std::string page_json(const std::vector<Chart>& charts, const Result& result,
                      const std::vector<ChartMode>& modes) {
  std::vector<std::string> drawn;
  for (const Chart& chart : charts) {
    if (!chart.parts.empty()) drawn.push_back(json_of(chart));
  }
  return fmt::format(
      R"({{"modes":{},"paths":{},"sizes":{},"charts":[{}],"sample_columns":{},"samples":{}}})",
      array(modes, [](const ChartMode& mode) { return text_of(mode.name); }),
      array(paths_of({result}), text_of),
      array(chunks_of({result}), [](std::int64_t chunk) { return text_of(size_label(chunk)); }),
      fmt::join(drawn, ","), kSampleColumns, samples_of(result, modes));
}

}  // namespace splicebench
