// Numbers, amounts and scores.
#include "lang/zh/number.h"
#include "lang/zh/reading.h"
#include "lang/zh/verbalisers.h"

namespace wfst::zh {
bool cardinal_token(const Token& token, const Context&, std::string& out) {
  out += token.has("sign_only") ? "负" : read_value(token["value"]);
  return true;
}

bool ordinal_token(const Token& token, const Context&, std::string& out) {
  out.append("第").append(read_value(token["value"]));
  if (token.has("value_to"))
    out.append("到").append("第").append(read_value(token["value_to"])).append(token["counted"]);
  return true;
}

bool range_token(const Token& token, const Context&, std::string& out) {
  if (token.has("year")) {
    out.append(by_digit(token["year"]))
        .append("到")
        .append(by_digit(token["year_to"]))
        .append(token["counted"]);
  } else if (token.has("to")) {
    out += "到";
  } else {
    out.append(read_value(token["value"])).append("到").append(read_value(token["value_to"]));
  }
  return true;
}

bool fraction_token(const Token& token, const Context&, std::string& out) {
  if (token.has("name")) {  // 1½
    if (token.has("whole")) out.append(read_value(token["whole"])).append("又");
    out += token["name"];
    return true;
  }
  if (token.has("value")) {
    out.append(read_value(token["value"])).append("分之");
    return true;
  }
  if (token.has("minus"))
    out += token["minus"] == "±" ? "正负" : token["minus"] == "+" ? "正" : "负";
  if (token.has("whole")) out.append(read_value(token["whole"])).append("又");
  out.append(cardinal(token["denominator"])).append("分之").append(cardinal(token["numerator"]));
  return true;
}

bool percent_token(const Token& token, const Context&, std::string& out) {
  const std::string_view of = token["sign_of"] == "‰" ? "千分之" : "百分之";
  const auto part = [&](std::string_view value, bool repeat) {
    std::string read = read_value(value);
    for (std::string_view sign : {"正负", "负", "正"})
      if (read.compare(0, sign.size(), sign) == 0) {
        out += sign;
        read.erase(0, sign.size());
        break;
      }
    if (repeat) out += of;
    out += read;
  };
  part(token["value"], true);
  if (token.has("value_to")) {
    out += "到";
    part(token["value_to"], true);
  }
  return true;
}

bool money_token(const Token& token, const Context&, std::string& out) {
  if (token.has("per")) out.append("每").append(token["per"]);
  if (!token["minus"].empty()) out += "负";
  out += read_value(token["value"], Two::kCounted);
  if (token.has("value_to")) out.append("到").append(read_value(token["value_to"], Two::kCounted));
  out += token["currency"];
  return true;
}

bool measure_token(const Token& token, const Context&, std::string& out) {
  const bool plain = token.has("plain_unit");
  const Two two = plain ? Two::kPlain : Two::kCounted;
  if (token.has("hour_minutes")) {
    out.append(read_value(token["value"], two))
        .append("小时")
        .append(read_plain(token["hour_minutes"]))
        .append("分钟");
    return true;
  }
  if (token.has("minutes")) {
    out.append(read_value(token["value"], two))
        .append("度")
        .append(read_plain(token["minutes"]))
        .append("分");
    if (token.has("seconds")) out.append(read_value(token["seconds"])).append("秒");
    return true;
  }
  if (token.has("per")) out.append("每").append(token["per"]);
  out += read_value(token["value"], two);
  out += token["first_unit"];
  if (token.has("value_to"))
    out.append(to_word(token["to"])).append(read_value(token["value_to"], two));
  out += token[plain ? "plain_unit" : token.has("unit") ? "unit" : "counted"];
  return true;
}

bool sport_token(const Token& token, const Context&, std::string& out) {
  out.append(cardinal(token["home"])).append("比").append(cardinal(token["away"]));
  return true;
}

bool math_token(const Token& token, const Context&, std::string& out) {
  if (token.has("power"))
    out.append("的").append(read_value(token["power"])).append("次方");
  else
    out += token["name"];
  return true;
}

}  // namespace wfst::zh
