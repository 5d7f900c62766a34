// Money and measures. Names come from tables: see currency_symbols.tsv and units.tsv.
#include "lang/digits.h"
#include "lang/en/number.h"
#include "lang/en/reading.h"
#include "lang/en/verbalisers.h"

namespace wfst::en {
namespace {

// Names are written one|many|...
std::string_view column(std::string_view row, size_t index) {
  for (; index; --index) {
    const size_t bar = row.find('|');
    if (bar == std::string_view::npos) return {};
    row.remove_prefix(bar + 1);
  }
  return row.substr(0, row.find('|'));
}

// Cents of a fraction of at most two digits that count: .2 is 20; -1 if there are more, or none.
int cents_of(const std::string& fraction) {
  const size_t last = fraction.find_last_not_of('0');
  const std::string digits = last == std::string::npos ? "" : fraction.substr(0, last + 1);
  if (digits.size() > 2) return -1;
  int cents = 0;
  for (size_t i = 0; i < 2; ++i) cents = cents * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return cents;
}

void add_money(std::string_view value, std::string_view scale, std::string_view names,
               bool negative, const ReadingOptions& options, std::string& out) {
  Amount amount = parse_amount(value);
  if (negative) add(out, options.negative);
  const int cents = scale.empty() ? cents_of(amount.fraction) : -1;
  if (cents < 0) {
    add(out, read_amount(amount, options));
    add(out, scale);
    add(out, column(names, 1));
    return;
  }
  amount.point = false;
  const bool whole = !amount.whole.empty() && significant(amount.whole) != "0";
  if (whole || cents == 0) {
    if (amount.whole.empty()) amount.whole = "0";
    add(out, read_amount(amount, options));
    add(out, column(names, is_one(amount) ? 0 : 1));
  }
  if (cents > 0) {
    add(out, cardinal(std::to_string(cents)));
    add(out, column(names, cents == 1 ? 2 : 3));
  }
}

}  // namespace

bool money_token(const Token& token, const Context& context, std::string& out) {
  const std::string_view names = token.has("code") ? token["code"] : token["currency"];
  // $5-10 million: the name is said once.
  if (token.rule == "range_one" && token["value"].find('.') == std::string_view::npos) {
    add(out, read_value(token["value"], context.options));
    add(out, "to");
    add_money(token["value_to"], token["quantity_to"], names, false, context.options, out);
    return true;
  }
  add_money(token["value"], token["quantity"], names, !token["minus"].empty(), context.options,
            out);
  if (token.has("value_to")) {
    add(out, "to");
    add_money(token["value_to"], token["quantity_to"], names, false, context.options, out);
  }
  if (token.has("per")) {
    add(out, "per");
    add(out, token["per"]);
  }
  add(out, token["each"]);
  return true;
}

bool measure_token(const Token& token, const Context& context, std::string& out) {
  Amount amount = parse_amount(token["value"]);
  if (token.rule == "fraction") {
    add(out, read_fraction(token["numerator"], token["denominator"]));
    add(out, column(token["unit"], 1));
    return true;
  }
  if (token.has("whole")) {
    add(out, cardinal(token["whole"]));
    add(out, "and");
    add(out, part_of_mixed(token["numerator"], token["denominator"]));
    add(out, column(token["unit"], 1));
    return true;
  }
  if (token.has("feet")) {
    add(out, cardinal(token["feet"]));
    add(out, significant(token["feet"]) == "1" ? "foot" : "feet");
    add(out, cardinal(token["inches"]));
    add(out, significant(token["inches"]) == "1" ? "inch" : "inches");
    return true;
  }
  add(out, read_value(token["value"], context.options));
  add(out, token["quantity"]);
  for (const char* field : {"value_by", "value_third"})
    if (token.has(field)) {
      add(out, "by");
      add(out, read_value(token[field], context.options));
    }
  if (token.has("value_by")) {
    add(out, column(token["unit"], 1));
    return true;
  }
  if (token.has("value_to")) {
    add(out, "to");
    amount = parse_amount(token["value_to"]);
    add(out, read_amount(amount, context.options));
  }
  if (token.has("percent")) {
    add(out, "percent");
  } else if (token.has("letter")) {
    const char letter = token["letter"][0];
    add(out, std::string(1, letter >= 'a' ? static_cast<char>(letter - 'a' + 'A') : letter));
  } else if (token.has("unit")) {
    const bool single = is_one(amount) && !token.has("quantity") && !token.has("value_to");
    add(out, column(token["unit"], single ? 0 : 1));
  }
  for (const char* field : {"per", "per_only"})
    if (token.has(field)) {
      add(out, "per");
      add(out, token[field]);
    }
  return true;
}

}  // namespace wfst::en
