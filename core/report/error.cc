#include "core/report/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/report/utf8.h"

namespace syrinx::core {
namespace {

constexpr int kLongestLine = 120;  // columns of a shown line; the rest is cut around the caret
constexpr size_t kMostErrors = 20;

struct Palette {
  const char *red, *blue, *bold, *off;
};
constexpr Palette kPlain{"", "", "", ""};
constexpr Palette kColoured{"\033[1;31m", "\033[1;34m", "\033[1m", "\033[0m"};

// A shown line and the caret's line under it: tabs become one space, wide characters keep the caret in place.
struct Excerpt {
  std::string line, marker;
};

Excerpt excerpt(const Place& place, char mark) {
  std::vector<std::string> cells;
  std::vector<int> widths;
  for (size_t i = 0; i < place.text.size();) {
    const size_t size = utf8_length(place.text, i);
    const char32_t c = decode(place.text, i);
    const bool control = c < 0x20 || c == 0x7F;
    cells.push_back(control ? " " : place.text.substr(i, size));
    widths.push_back(control ? 1 : terminal_width(c));
    i += size;
  }
  const int count = static_cast<int>(cells.size());
  const int at = std::clamp(place.column - 1, 0, count);
  int first = 0, last = count;
  if (count > kLongestLine) {
    first = std::clamp(at - kLongestLine / 3, 0, count - kLongestLine);
    last = first + kLongestLine;
  }
  Excerpt out;
  if (first > 0) out.line = "...", out.marker = "   ";
  for (int i = first; i < last; ++i) {
    out.line += cells[static_cast<size_t>(i)];
    if (i < at) out.marker.append(static_cast<size_t>(widths[static_cast<size_t>(i)]), ' ');
  }
  if (last < count) out.line += "...";
  int under = 0;
  for (int i = at; i < std::min(at + place.length, last); ++i) under += widths[static_cast<size_t>(i)];
  out.marker.append(static_cast<size_t>(std::max(1, under)), mark);
  return out;
}

std::string label_text(const Error::Label& label, bool first, size_t gutter, const Palette& c) {
  const Place& place = label.place;
  const std::string margin(gutter, ' ');
  std::string where = place.file;
  if (place.line > 0) where += fmt::format(":{}:{}", place.line, place.column);
  std::string out = fmt::format("{}{}{}{} {}\n", margin, c.blue, first ? "-->" : ":::", c.off, where);
  if (place.line == 0) return label.caption.empty() ? out : out + fmt::format("{}{} |{} {}\n", margin, c.blue, c.off, label.caption);
  const Excerpt shown = excerpt(place, first ? '^' : '-');
  if (first) out += fmt::format("{}{} |{}\n", margin, c.blue, c.off);
  out += fmt::format("{}{:>{}} |{} {}\n", c.blue, place.line, gutter, c.off, shown.line);
  out += fmt::format("{}{} |{} {}{}{}", margin, c.blue, c.off, first ? c.red : c.blue, shown.marker, c.off);
  if (!label.caption.empty()) out += " " + label.caption;
  return out + "\n";
}

}  // namespace

int exit_code(const Errors& errors) {
  if (errors.empty()) return 0;
  const std::string& code = errors.front().code;
  struct Row {
    const char* group;
    int exit;
  };
  static constexpr Row kTable[] = {{"E01", 3}, {"E02", 4}, {"E03", 3}, {"E04", 5}, {"E05", 1}, {"E06", 1}, {"E07", 6}};
  for (const Row& row : kTable)
    if (code.starts_with(row.group)) return row.exit;
  return 1;
}

std::string to_text(const Error& error, bool colour) {
  const Palette& c = colour ? kColoured : kPlain;
  std::string out = fmt::format("{}error[{}]{}{}: {}{}\n", c.red, error.code, c.off, c.bold, error.message, c.off);
  size_t gutter = 2;
  for (const auto& label : error.labels) gutter = std::max(gutter, std::to_string(label.place.line).size());
  ++gutter;
  for (size_t i = 0; i < error.labels.size(); ++i) out += label_text(error.labels[i], i == 0, gutter, c);
  const std::string margin(gutter + 1, ' ');
  for (const auto& note : error.notes)
    out += fmt::format("{}{}={} note: {}\n", margin, c.blue, c.off, note);
  for (const auto& help : error.help) out += fmt::format("{}{}={} help: {}\n", margin, c.blue, c.off, help);
  return out;
}

std::string to_text(const Errors& errors, bool colour) {
  std::string out;
  for (size_t i = 0; i < std::min(errors.size(), kMostErrors); ++i) {
    if (i > 0) out += "\n";
    out += to_text(errors[i], colour);
  }
  if (errors.size() > kMostErrors) out += fmt::format("\nand {} more errors\n", errors.size() - kMostErrors);
  return out;
}

std::string to_json(const Error& error) {
  nlohmann::ordered_json places = nlohmann::ordered_json::array();
  for (const auto& label : error.labels) {
    places.push_back({{"file", label.place.file},
                      {"line", label.place.line},
                      {"column", label.place.column},
                      {"length", label.place.length},
                      {"caption", label.caption}});
  }
  const nlohmann::ordered_json out = {{"code", error.code},
                                      {"message", error.message},
                                      {"places", places},
                                      {"notes", error.notes},
                                      {"help", error.help}};
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace syrinx::core
