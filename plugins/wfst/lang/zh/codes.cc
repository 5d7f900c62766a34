// What is read digit by digit, addresses of the net, fixed words, and the last touches.
#include <array>

#include "lang/digits.h"
#include "lang/zh/number.h"
#include "lang/zh/reading.h"
#include "lang/zh/verbalisers.h"
#include "text/utf8.h"

namespace wfst::zh {

bool telephone_token(const Token& token, const Context&, std::string& out) {
  const bool area = token.rule == "landline" || token.rule == "area";
  out += area ? by_digit(token["value"]) : telephone(token["value"]);
  return true;
}

bool digits_token(const Token& token, const Context&, std::string& out) {
  if (token.has("zeros")) {
    out += read_value(token["zeros"]);
    return true;
  }
  if (token.has("day") || token.has("year")) {
    out.append(by_digit(token["month"]))
        .append(by_digit(token["day"]))
        .append(by_digit(token["year"]))
        .append(token["tail"]);
    return true;
  }
  if (token.rule == "isbn" || token.rule == "isbn_cue" || token.rule == "groups") {
    for (char c : token["value"])
      if (is_digit(c))
        out += token.rule == "groups" ? telephone({&c, 1}) : by_digit({&c, 1});
      else if (c != '-' && c != ' ')
        out += 'X';
    return true;
  }
  const bool address = token.has("address");
  if (!address && !token.has("version")) {
    for (char c : token["value"])
      if (is_digit(c))
        out += telephone({&c, 1});
      else
        out += c;
    out += token["tail"];
    return true;
  }
  std::string_view rest = token[address ? "address" : "version"];
  for (;;) {
    const size_t dot = rest.find('.');
    const std::string_view part = rest.substr(0, dot);
    out += address || part.size() > 2 ? by_digit(part) : read_value(part);
    if (dot == std::string_view::npos) return true;
    out += "点";
    rest.remove_prefix(dot + 1);
  }
}

bool plate_token(const Token& token, const Context&, std::string& out) {
  out += token["head"];
  for (char c : token["value"])
    if (is_digit(c))
      out += telephone({&c, 1});
    else
      out += c;
  return true;
}

bool whitelist_token(const Token& token, const Context&, std::string& out) {
  if (token.has("from")) {
    out.append(token["from"]).append(" to ").append(token["to"]);
    return true;
  }
  out += token["spelled"];
  for (char c : token["name"]) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return true;
}

bool electronic_token(const Token& token, const Context&, std::string& out) {
  static constexpr std::pair<char, const char*> kNames[] = {
      {'@', "艾特"},   {'.', "点"},   {'/', "斜杠"},  {':', "冒号"}, {'-', "杠"},
      {'_', "下划线"}, {'?', "问号"}, {'=', "等于"},  {'&', "和"},   {'#', "井号"},
      {'%', "百分号"}, {'+', "加"},   {'~', "波浪线"}};
  for (std::string_view part : {token["value"], token["path_of"]})
    for (char c : part) {
      if (is_digit(c)) {
        out += by_digit({&c, 1});
        continue;
      }
      const char* name = nullptr;
      for (const auto& [symbol, word] : kNames)
        if (symbol == c) name = word;
      if (name)
        out += name;
      else
        out += c;
    }
  return true;
}

}  // namespace wfst::zh
