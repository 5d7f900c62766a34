// Pieces of HTML for reports.
#pragma once

#include <fmt/format.h>

#include <cctype>
#include <string>
#include <vector>

#include "core/config/options.h"

namespace syrinx::ab::html {

using core::Json;

// A member, or null.
inline const Json& at(const Json& map, const std::string& name) {
  static const Json nothing;
  if (!map.is_object()) return nothing;
  const auto found = map.find(name);
  return found == map.end() ? nothing : *found;
}

// A string as it is, null as nothing, anything else as JSON.
inline std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump(); }

// For use in text and in attributes.
inline std::string safe(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

class Table {
 public:
  Table(const std::string& caption, const std::vector<std::string>& heads) {
    out_ = fmt::format("<div class=\"wide\"><table><caption>{}</caption><thead><tr>", safe(caption));
    for (const auto& head : heads) out_ += fmt::format("<th scope=\"col\">{}</th>", safe(head));
    out_ += "</tr></thead><tbody>";
  }
  // Cells are HTML; the first heads its row.
  void row(const std::vector<std::string>& cells) {
    out_ += "<tr>";
    for (size_t i = 0; i < cells.size(); ++i) {
      const bool numeric = !cells[i].empty() && (std::isdigit(static_cast<unsigned char>(cells[i][0])) || cells[i][0] == '-' || cells[i][0] == '[');
      out_ += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", cells[i]) : fmt::format("<td{}>{}</td>", numeric ? " class=\"n\"" : "", cells[i]);
    }
    out_ += "</tr>";
    any_ = true;
  }
  std::string html() const { return any_ ? out_ + "</tbody></table></div>\n" : ""; }

 private:
  std::string out_;
  bool any_ = false;
};

// What repeats one text of an arm from within the result folder and keeps every stage's output.
inline std::string trace_command(const std::string& arm, const Json& item) {
  const std::string name = text_of(at(item, "id")) + "." + text_of(at(item, "seed")) + "." + arm;
  return fmt::format("syrinx synth -c config/{}.yaml --json-input -i texts/{}.jsonl -d traced --trace traced/{}", arm, name, name);
}

}  // namespace syrinx::ab::html
