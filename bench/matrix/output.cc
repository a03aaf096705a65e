#include "bench/matrix/output.h"

#include <ctime>

#include "harness/system/say.h"
#include "results/formats/export.h"
#include "results/json/result_json.h"
#include "results/tables/first_screen.h"
#include "results/tables/run_table.h"
#include "results/verdict/verdict.h"

namespace splicebench {

std::string default_out() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  std::strftime(text, sizeof text, "splicebench-%Y%m%dT%H%M%SZ.json", &utc);
  return text;
}

std::string text_of(const Result& result, const std::string& format, const std::string& file,
                    bool details) {
  if (format == "json") return to_json(result);
  if (format == "benchfmt") return to_benchfmt(result);
  if (format == "csv") return to_csv(result);
  const Verdict verdict = verdict_of(result);
  const std::string text =
      first_screen(result, verdict, recommend(result, verdict), file, stdout_colour());
  return details ? text + "\n" + run_text(result, verdict, stdout_colour(), stdout_width()) : text;
}

}  // namespace splicebench
