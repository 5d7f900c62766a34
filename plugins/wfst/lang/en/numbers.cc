// Cardinals, decimals, ordinals, fractions, formulas, Roman numerals.
#include "lang/digits.h"
#include "lang/en/number.h"
#include "lang/en/reading.h"
#include "lang/en/verbalisers.h"

namespace wfst::en {

bool cardinal_token(const Token& token, const Context& context, std::string& out) {
  if (token.has("plus")) add(out, token["plus"]);
  add(out, read_value(token["value"], context.options));
  return true;
}

bool decimal_token(const Token& token, const Context& context, std::string& out) {
  add(out, read_value(token["value"], context.options));
  add(out, token["quantity"]);
  if (token.rule == "joined") out += ' ';
  return true;
}

bool ordinal_token(const Token& token, const Context&, std::string& out) {
  out += ordinal(without(token["value"], ','));
  return true;
}

std::string read_fraction(std::string_view numerator, std::string_view denominator) {
  const std::string over = cardinal(numerator, {.conjunction = false});
  const std::string_view below = significant(denominator);
  if (below == "1" || below == "0") return over + " over " + cardinal(below);
  std::string part = below == "2" ? "half" : below == "4" ? "quarter" : ordinal(below);
  if (significant(numerator) != "1") part = below == "2" ? "halves" : part + "s";
  return over + " " + part;
}

std::string part_of_mixed(std::string_view numerator, std::string_view denominator) {
  const bool half = significant(numerator) == "1" && significant(denominator) == "2";
  return half ? "a half" : read_fraction(numerator, denominator);
}

bool fraction_token(const Token& token, const Context& context, std::string& out) {
  if (token.has("name")) {  // ¾
    if (token.has("whole")) {
      add(out, cardinal(token["whole"]));
      add(out, "and");
    }
    add(out, token.has("whole") && token["name"] == "one half" ? "a half" : token["name"]);
    return true;
  }
  if (!token["minus"].empty()) out = context.options.negative;
  if (token.has("whole")) {
    add(out, cardinal(token["whole"]));
    add(out, "and");
    add(out, part_of_mixed(token["numerator"], token["denominator"]));
    return true;
  }
  add(out, read_fraction(token["numerator"], token["denominator"]));
  return true;
}

bool math_token(const Token& token, const Context&, std::string& out) {
  out.append(" ").append(token["name"]);
  if (token.rule != "power") out += ' ';
  return true;
}

bool roman_token(const Token& token, const Context& context, std::string& out) {
  if (token.has("number")) {
    out += cardinal(token["number"], {.conjunction = context.options.hundred_and});
  } else {
    out.append("the ").append(ordinal(token["order"]));
  }
  return true;
}

}  // namespace wfst::en
