#include "core/plugin/version.h"

#include <charconv>

namespace syrinx::core {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  Version out;
  text = text.substr(0, text.find_first_of("-+"));
  for (size_t part = 0; part < 3; ++part) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.parts[part]);
    if (error != std::errc() || out.parts[part] < 0) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty()) return out;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<bool> satisfies(const Version& version, std::string_view range) {
  bool all = true;
  while (!range.empty()) {
    const size_t comma = std::min(range.find(','), range.size());
    std::string_view condition = trimmed(range.substr(0, comma));
    if (comma + 1 == range.size()) return std::nullopt;  // a condition is missing
    range.remove_prefix(std::min(comma + 1, range.size()));
    const size_t digit = condition.find_first_of("0123456789");
    if (digit == std::string_view::npos) return std::nullopt;
    const std::string_view op = trimmed(condition.substr(0, digit));
    const auto bound = parse_version(condition.substr(digit));
    if (!bound) return std::nullopt;
    if (op == ">=") all &= version >= *bound;
    else if (op == ">") all &= version > *bound;
    else if (op == "<=") all &= version <= *bound;
    else if (op == "<") all &= version < *bound;
    else if (op == "=" || op == "==" || op.empty()) all &= version == *bound;
    else return std::nullopt;
  }
  return all;
}

}  // namespace syrinx::core
