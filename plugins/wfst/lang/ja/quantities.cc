// Numbers, codes, amounts, formulas.
#include "lang/digits.h"
#include "lang/ja/number.h"
#include "lang/ja/verbalisers.h"

namespace wfst::ja {
namespace {

constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
    {"-", "マイナス"},       {"−", "マイナス"}, {"－", "マイナス"},
    {"±", "プラスマイナス"}, {"+", "プラス"},   {"＋", "プラス"}};

}  // namespace

std::string read_value(std::string_view value) {
  std::string out;
  for (const auto& [sign, word] : kSigns)
    if (value.substr(0, sign.size()) == sign) {
      out += word;
      value.remove_prefix(sign.size());
      break;
    }
  const size_t point = value.find('.');
  const std::string whole = without(value.substr(0, point), ',');
  out +=
      whole.size() > 1 && whole[0] == '0' ? by_digit(whole) : cardinal(whole.empty() ? "0" : whole);
  if (point != std::string_view::npos) out.append("点").append(by_digit(value.substr(point + 1)));
  return out;
}

bool cardinal_token(const Token& token, const Context&, std::string& out) {
  out += read_value(token["value"]);
  return true;
}

bool range_token(const Token& token, const Context&, std::string& out) {
  if (token.has("value")) out += read_value(token["value"]);
  out += "から";
  if (token.has("value_to")) out += read_value(token["value_to"]);
  return true;
}

bool fraction_token(const Token& token, const Context&, std::string& out) {
  if (token.has("name")) {  // 1½
    if (token.has("whole")) out.append(read_value(token["whole"])).append("と");
    out += token["name"];
    return true;
  }
  if (!token["minus"].empty()) out += token["minus"] == "+" ? "プラス" : "マイナス";
  if (token.has("whole")) out.append(read_value(token["whole"])).append("と");
  out.append(cardinal(token["denominator"])).append("分の");
  if (!token["root"].empty()) out += "ルート";
  out += cardinal(token["numerator"]);
  return true;
}

bool percent_token(const Token& token, const Context&, std::string& out) {
  out += read_value(token["value"]);
  if (token.has("value_to")) out.append("から").append(read_value(token["value_to"]));
  out += "パーセント";
  return true;
}

bool measure_token(const Token& token, const Context&, std::string& out) {
  out.append(read_value(token["value"])).append(token["first_unit"]);
  if (token.has("value_to")) out.append("から").append(read_value(token["value_to"]));
  out += token["unit"];
  if (token.has("per")) out.append("毎").append(token["per"]);
  return true;
}

bool money_token(const Token& token, const Context&, std::string& out) {
  if (!token["minus"].empty()) out += "マイナス";
  out += read_value(token["value"]);
  if (token.has("value_to")) out.append("から").append(read_value(token["value_to"]));
  out.append(token["quantity"]).append(token["currency"]);
  return true;
}

bool telephone_token(const Token& token, const Context&, std::string& out) {
  for (char c : token["value"]) {
    if (c == '+')
      out += "プラス";
    else if (c == '-' || c == ')')
      out += "の";
    else
      out += telephone({&c, 1});
  }
  return true;
}

bool digits_token(const Token& token, const Context&, std::string& out) {
  if (token.has("letter")) {
    out.append(token["letter"]).append(cardinal(token["number"]));
    return true;
  }
  for (char c : token[token.has("address") ? "address" : "value"])
    out += c == '.' ? std::string("点") : by_digit({&c, 1});
  return true;
}

bool sport_token(const Token& token, const Context&, std::string& out) {
  out.append(cardinal(token["home"])).append("対").append(cardinal(token["away"]));
  return true;
}

bool math_token(const Token& token, const Context&, std::string& out) {
  out += token["name"];
  return true;
}

bool whitelist_token(const Token& token, const Context&, std::string& out) {
  if (token.has("from"))
    out.append(token["from"]).append(" to ").append(token["to"]);
  else
    out += token["name"];
  return true;
}

}  // namespace wfst::ja
