#include "fst/marks.h"

#include <charconv>
#include <cstdio>

namespace wfst {
namespace {

std::vector<std::string> columns(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text)
    if (c == '\t')
      out.emplace_back();
    else
      out.back() += c;
  return out;
}

bool to_int(const std::string& text, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= 0;
}

// The rest of the text from column n: replacements may hold tabs.
std::string rest(const std::string& text, int n) {
  size_t at = 0;
  for (; n > 0; --n) at = text.find('\t', at) + 1;
  return text.substr(at);
}

}  // namespace

std::string to_symbol(const Mark& mark) {
  switch (mark.kind) {
    case Mark::Kind::kToken: return "token";
    case Mark::Kind::kField: return "field";
    case Mark::Kind::kCut: return "cut";
    case Mark::Kind::kTokenEnd: {
      char weight[32];
      std::snprintf(weight, sizeof weight, "%g", static_cast<double>(mark.weight));
      return "end\t" + mark.name + "\t" + mark.value + "\t" + std::to_string(mark.rank) + "\t" + (mark.ordered ? "1" : "0") + "\t" + weight;
    }
    case Mark::Kind::kFieldEnd: return "field\t" + mark.name;
    case Mark::Kind::kCutEnd: return "cut\t" + mark.value;
    case Mark::Kind::kConstant: return "constant\t" + mark.name + "\t" + mark.value;
    case Mark::Kind::kLook:
      return std::string("look\t") + (mark.behind ? "behind" : "ahead") + "\t" + (mark.negated ? "-" : "+") + "\t" + std::to_string(mark.state);
  }
  return {};
}

bool from_symbol(const std::string& symbol, Mark& out) {
  const std::vector<std::string> parts = columns(symbol);
  const std::string& word = parts[0];
  out = {};
  if (parts.size() == 1) {
    if (word == "token") out.kind = Mark::Kind::kToken;
    else if (word == "field") out.kind = Mark::Kind::kField;
    else if (word == "cut") out.kind = Mark::Kind::kCut;
    else return false;
    return true;
  }
  if (word == "end") {
    out.kind = Mark::Kind::kTokenEnd;
    if (parts.size() != 6 || !to_int(parts[3], out.rank) || (parts[4] != "0" && parts[4] != "1")) return false;
    out.name = parts[1];
    out.value = parts[2];
    out.ordered = parts[4] == "1";
    return std::sscanf(parts[5].c_str(), "%f", &out.weight) == 1;
  }
  if (word == "field") {
    out.kind = Mark::Kind::kFieldEnd;
    out.name = parts[1];
    return parts.size() == 2;
  }
  if (word == "cut") {
    out.kind = Mark::Kind::kCutEnd;
    out.value = rest(symbol, 1);
    return true;
  }
  if (word == "constant") {
    if (parts.size() < 3) return false;
    out.kind = Mark::Kind::kConstant;
    out.name = parts[1];
    out.value = rest(symbol, 2);
    return true;
  }
  if (word == "look") {
    out.kind = Mark::Kind::kLook;
    if (parts.size() != 4 || (parts[1] != "ahead" && parts[1] != "behind") || (parts[2] != "+" && parts[2] != "-")) return false;
    out.behind = parts[1] == "behind";
    out.negated = parts[2] == "-";
    return to_int(parts[3], out.state);
  }
  return false;
}

}  // namespace wfst
