// Dates and times of day.
#include "lang/digits.h"
#include "lang/zh/number.h"
#include "lang/zh/reading.h"
#include "lang/zh/verbalisers.h"

namespace wfst::zh {
namespace {

// 3000年 is an age; 2000年 and what is no round thousand is a year.
std::string read_year(std::string_view digits) {
  if (digits.size() == 4 && digits.substr(1) == "000" && digits != "2000") return quantity(digits);
  return by_digit(digits);
}

void add_clock(std::string_view hour, std::string_view minute, std::string_view second,
               std::string& out) {
  const bool whole_minute = second.empty() || significant(second) == "0";
  const bool whole_hour = significant(minute) == "0";
  out.append(quantity(hour)).append("点");
  if (whole_hour && whole_minute) return;
  if (whole_hour)
    out += "零分";
  else
    out.append(minute[0] == '0' ? "零" : "").append(cardinal(minute)).append("分");
  if (!whole_minute) out.append(cardinal(second)).append("秒");
}

}  // namespace

bool date_token(const Token& token, const Context&, std::string& out) {
  if (token.has("year_list")) {
    out += by_digit(token["year_list"]);
    return true;
  }
  if (token.has("plain_year")) {
    out.append(by_digit(token["plain_year"])).append(token["tail"]);
    return true;
  }
  if (token.rule == "generation") {
    out.append(by_digit(token["year"])).append("后");
    return true;
  }
  if (token.has("year_to")) {
    out.append(by_digit(token["year"])).append(token["year_word"]).append(to_word(token["to"]));
    out.append(by_digit(token["year_to"])).append("年");
    return true;
  }
  out += token["era"];
  if (token.has("year"))
    out.append(token.rule == "year" ? read_year(token["year"]) : by_digit(token["year"]))
        .append("年");
  if (token.has("month")) out.append(read_plain(token["month"])).append("月");
  if (token.has("day")) {
    out += read_plain(token["day"]);
    out += token.has("day_word") ? token["day_word"] : std::string_view("日");
  }
  return true;
}

bool time_token(const Token& token, const Context&, std::string& out) {
  if (token.has("hour_word")) {
    out += quantity(token["hour_word"]);
    return true;
  }
  out += token["noon"];
  if (!token.has("minute")) {
    out.append(quantity(token["hour"])).append("点");
    return true;
  }
  add_clock(token["hour"], token["minute"], token["second"], out);
  if (token.has("hour_to")) {
    out += "到";
    add_clock(token["hour_to"], token["minute_to"], token["second_to"], out);
  }
  return true;
}

}  // namespace wfst::zh
