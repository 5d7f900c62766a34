// Dates and times of day.
#include "lang/digits.h"
#include "lang/ja/number.h"
#include "lang/ja/verbalisers.h"

namespace wfst::ja {
namespace {

void add_clock(std::string_view hour, std::string_view minute, std::string_view second,
               std::string& out) {
  out.append(cardinal(hour)).append("時");
  const bool seconds = !second.empty() && significant(second) != "0";
  if (!minute.empty() && (significant(minute) != "0" || seconds))
    out.append(cardinal(minute)).append("分");
  if (seconds) out.append(cardinal(second)).append("秒");
}

}  // namespace

bool date_token(const Token& token, const Context&, std::string& out) {
  if (token.has("only")) {
    out += token["only"];
    return true;
  }
  if (token.has("weekday")) {
    out.append(token["weekday"]).append("曜日");
    if (token.has("weekday_to")) out.append("から").append(token["weekday_to"]).append("曜日");
    if (token.has("weekday_and")) out.append("、").append(token["weekday_and"]).append("曜日");
    if (token.has("holiday"))
      out.append(token["holiday"] == "祝"   ? "祝日"
                 : token["holiday"] == "休" ? "休日"
                                            : "振替休日");
    return true;
  }
  out += token["era"];
  if (token.has("year")) out.append(cardinal(token["year"])).append("年");
  if (token.has("month")) out.append(cardinal(token["month"])).append("月");
  if (token.has("day")) out.append(cardinal(token["day"])).append("日");
  return true;
}

bool time_token(const Token& token, const Context&, std::string& out) {
  out += token["noon"];
  add_clock(token["hour"], token["minute"], token["second"], out);
  if (token.has("hour_to")) {
    out += "から";
    add_clock(token["hour_to"], token["minute_to"], {}, out);
  }
  return true;
}

}  // namespace wfst::ja
