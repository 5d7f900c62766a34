// Telephone numbers, addresses, serial numbers, addresses of the net, words and symbols.
#include "lang/digits.h"
#include "lang/en/number.h"
#include "lang/en/reading.h"
#include "lang/en/verbalisers.h"

namespace wfst::en {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string upper(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

// Runs of digits and letters, apart.
void add_mixed(std::string_view s, bool spell_digits, std::string& out) {
  for (size_t at = 0; at < s.size();) {
    size_t end = at;
    if (is_digit(s[at])) {
      while (end < s.size() && is_digit(s[end])) ++end;
      add(out,
          spell_digits ? by_digit(s.substr(at, end - at)) : read_serial(s.substr(at, end - at)));
    } else {
      while (end < s.size() && !is_digit(s[end])) ++end;
      add(out, s.substr(at, end - at));
    }
    at = end;
  }
}

}  // namespace

bool telephone_token(const Token& token, const Context&, std::string& out) {
  if (token.has("address")) {
    for (char c : token["address"]) add(out, c == '.' ? std::string("dot") : by_digit({&c, 1}));
    return true;
  }
  if (token.has("version")) {
    std::string_view rest = token["version"];
    for (;;) {
      const size_t dot = rest.find('.');
      add(out, read_serial(rest.substr(0, dot)));
      if (dot == std::string_view::npos) return true;
      add(out, "point");
      rest.remove_prefix(dot + 1);
    }
  }
  if (token.has("spelled")) {
    out += by_digit(token["spelled"]);
    return true;
  }
  // Groups at hyphens, brackets, points and spaces; a pause between them.
  std::string group;
  const auto flush = [&] {
    if (group.empty()) return;
    if (!out.empty()) out += ',';
    if (group[0] == '+') {
      add(out, "plus");
      group.erase(0, 1);
    }
    if (group == "800" || group == "900")
      add(out, cardinal(group));
    else
      add_mixed(group, true, out);
    group.clear();
  };
  const std::string_view value = token["value"];
  for (size_t i = 0; i < value.size(); ++i) {
    const bool separator = !is_digit(value[i]) && !is_letter(value[i]) && value[i] != '+';
    if (!separator) {
      group += value[i];
      continue;
    }
    // CALL-NOW, GO-2-HAUL: no pause behind letters.
    if (!group.empty() && is_letter(group.back()))
      group += ' ';
    else
      flush();
  }
  flush();
  return true;
}

bool address_token(const Token& token, const Context&, std::string& out) {
  if (token.has("state")) {
    out += token["state"];
    return true;
  }
  if (token.has("zip")) {
    out += by_digit(token["zip"]);
    return true;
  }
  add(out, in_pairs(token["number"]));
  add(out, token["direction"]);
  std::string_view name = token["name"];
  while (!name.empty()) {
    const size_t space = name.find(' ');
    const std::string_view word = name.substr(0, space);
    add(out, is_digit(word[0]) ? ordinal(word.substr(0, word.size() - 2)) : std::string(word));
    name.remove_prefix(space == std::string_view::npos ? name.size() : space + 1);
  }
  add(out, token["street"]);
  add(out, token["direction_after"]);
  return true;
}

bool serial_token(const Token& token, const Context& context, std::string& out) {
  if (token.has("version")) {
    out += read_value(token["version"], context.options);
    return true;
  }
  if (token.has("spelled")) {
    add_mixed(token["spelled"], true, out);
    return true;
  }
  const std::string_view separator = token.has("hyphens") ? "-" : "/";
  out += read_serial(token["value"]);
  for (const char* field : {"value_two", "value_three"})
    if (token.has(field)) out.append(separator).append(read_serial(token[field]));
  return true;
}

bool electronic_token(const Token& token, const Context&, std::string& out) {
  static constexpr std::pair<char, const char*> kNames[] = {
      {'@', "at"},        {'.', "dot"},        {'/', "slash"},         {':', "colon"},
      {'-', "dash"},      {'_', "underscore"}, {'?', "question mark"}, {'=', "equals"},
      {'&', "ampersand"}, {'#', "hash"},       {'%', "percent"},       {'+', "plus"},
      {'~', "tilde"}};
  const std::string value = std::string(token["value"]).append(token["value_two"]);
  for (size_t at = 0; at < value.size();) {
    const char c = value[at];
    size_t end = at + 1;
    if (is_digit(c)) {
      add(out, by_digit({&c, 1}));
    } else if (is_letter(c)) {
      while (end < value.size() && is_letter(value[end])) ++end;
      const std::string word = value.substr(at, end - at);
      const bool scheme = at == 0 && value.compare(end, 3, "://") == 0;
      add(out, scheme && word != "file" ? upper(word) : word == "www" ? upper(word) : word);
    } else {
      for (const auto& [symbol, name] : kNames)
        if (symbol == c) add(out, name);
    }
    at = end;
  }
  return true;
}

bool markup_token(const Token& token, const Context& context, std::string& out) {
  const bool space_before = !context.before.empty() && context.before.back() != ' ';
  const bool space_after = !context.after.empty() && context.after.front() != ' ';
  if (space_before) out += ' ';
  out += token["value"];
  if (space_after) out += ' ';
  return true;
}

bool whitelist_token(const Token& token, const Context&, std::string& out) {
  out += token.has("letters") ? token["letters"] : token["name"];
  return true;
}

bool symbol_token(const Token& token, const Context& context, std::string& out) {
  if (token.has("inch")) {
    // An odd number of quotation marks: one of them is not a quotation mark.
    size_t marks = 1;
    for (std::string_view text : {context.before, context.after})
      for (char c : text) marks += c == '"';
    out += marks % 2 ? " inches" : "\"";
    return true;
  }
  const std::string_view name = token["name"];
  const bool word = !name.empty() && is_letter(name[0]);
  if (!word) {
    out += name;
    return true;
  }
  const auto touches = [](std::string_view text, bool at_end) {
    return !text.empty() && (at_end ? text.back() : text.front()) != ' ';
  };
  if (touches(context.before, true) && !out.empty()) out += ' ';
  out += name;
  return true;
}

}  // namespace wfst::en
