// Dates and times of day.
#include <array>

#include "lang/digits.h"
#include "lang/en/number.h"
#include "lang/en/reading.h"
#include "lang/en/verbalisers.h"

namespace wfst::en {
namespace {

constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};

std::string_view month_of(std::string_view digits) {
  const std::string_view n = significant(digits);
  const size_t month = n.size() == 1 ? n[0] - '0' : 10 + (n[1] - '0');
  return kMonths[(month - 1) % 12];
}

std::string count(std::string_view digits, const char* unit) {
  return cardinal(digits) + " " + unit + (significant(digits) == "1" ? "" : "s");
}

// 2:00 two o'clock, 2:05 two o five, 2:30 two thirty; with a noon 2:00 is two.
void add_clock(std::string_view hour, std::string_view minute, bool noon, std::string& out) {
  add(out, cardinal(hour));
  if (minute.empty()) return;
  if (significant(minute) == "0") {
    if (!noon) add(out, "o'clock");
    return;
  }
  if (minute[0] == '0') add(out, "o");
  add(out, cardinal(minute));
}

std::string decade(std::string_view year_digits) { return plural_of(year(year_digits)); }

}  // namespace

bool date_token(const Token& token, const Context& context, std::string& out) {
  if (token.has("weekday")) {
    add(out, token["weekday"]);
    if (token.has("weekday_to")) {
      add(out, "to");
      add(out, token["weekday_to"]);
    }
    return true;
  }
  if (token.has("decade")) {
    add(out, decade(token["year"]));
    return true;
  }
  if (token.has("half_year")) {
    add(out, "the");
    add(out, token["half_year"]);
    add(out, "of");
    add(out, year(token["year"]));
    return true;
  }
  const bool by_name = token.has("month") || token.has("month_after");
  std::string_view month = token.has("month") ? token["month"] : token["month_after"];
  if (!by_name && token.has("month_number")) month = month_of(token["month_number"]);
  const std::string_view day = token.has("day_first") ? token["day_first"] : token["day"];
  const bool day_first =
      token.has("day_first") || token.has("month_after") || context.options.date_order == "day";
  if (!day.empty() && day_first) {
    const std::string_view before = context.before;
    const bool the = before.size() >= 4 && (before.substr(before.size() - 4) == "the " ||
                                            before.substr(before.size() - 4) == "The ");
    // Somebody who wrote "5th of May" says it so.
    if (!the && !token.has("of")) add(out, "the");
    add(out, ordinal(day));
    add(out, "of");
    add(out, month);
  } else {
    add(out, month);
    if (!day.empty()) add(out, ordinal(day));
  }
  if (token.has("day_to")) {
    add(out, "to");
    add(out, ordinal(token["day_to"]));
  }
  if (!token["comma"].empty() && token["comma"][0] == ',') out += ',';
  if (token.has("year")) add(out, year(token["year"]));
  add(out, token["era"]);
  return true;
}

bool time_token(const Token& token, const Context&, std::string& out) {
  const bool noon = token.has("noon");
  if (token.has("second")) {
    add(out, count(token["hour"], "hour"));
    add(out, count(token["minute"], "minute"));
    add(out, "and");
    add(out, count(token["second"], "second"));
  } else {
    add_clock(token["hour"], token["minute"], noon || token.has("noon_to"), out);
  }
  add(out, token["noon"]);
  if (token.has("hour_to")) {
    add(out, "to");
    add_clock(token["hour_to"], token["minute_to"], token.has("noon_to"), out);
    add(out, token["noon_to"]);
  }
  add(out, token["zone"]);
  return true;
}

bool range_token(const Token& token, const Context& context, std::string& out) {
  if (token.has("decade")) {
    add(out, token["word"]);
    if (token.has("year_to")) {
      add(out, decade(token["year"]));
      add(out, "to");
      add(out, decade(token["year_to"]));
    } else {
      add(out, decade(token["year"]));
    }
    return true;
  }
  if (token.has("year")) {
    add(out, year(token["year"]));
    add(out, "to");
    add(out, year(token["year_to"]));
    return true;
  }
  const std::string from = read_value(token["value"], context.options);
  add(out, from);
  if (token.has("code_to")) {
    out += " - ";
    out += by_digit(token["code_to"]);
    return true;
  }
  if (token.has("ratio_to")) {
    add(out, "to");
    add(out, read_value(token["ratio_to"], context.options));
    return true;
  }
  // A range rises; anything else is two numbers with a hyphen.
  const std::string low = without(token["value"], ','), high = without(token["value_to"], ',');
  const std::string_view a = significant(low), b = significant(high);
  const bool rises =
      token.has("quantity") || a.size() < b.size() || (a.size() == b.size() && a < b);
  if (rises)
    add(out, "to");
  else
    out += " - ";
  add(out, read_value(token["value_to"], context.options));
  add(out, token["quantity"]);
  return true;
}

}  // namespace wfst::en
