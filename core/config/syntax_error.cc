#include "core/config/syntax_error.h"

#include <fmt/format.h>

namespace syrinx::core {
namespace {

struct Saying {
  std::string_view theirs, ours, note;
};
constexpr std::string_view kIndent = "lines of one map or list begin in the same column";
constexpr Saying kSayings[] = {
    {"illegal map value", "a \":\" where no value can stand",
     "a text with \": \" in it needs quotes"},
    {"illegal map key", "a key where none can stand", kIndent},
    {"illegal block entry", "a \"-\" where no list can stand", kIndent},
    {"illegal flow end", "a bracket that closes nothing", ""},
    {"end of map not found", "this line does not continue the map above it", kIndent},
    {"end of sequence not found", "this line does not continue the list above it", kIndent},
    {"unknown token", "a character that begins no value",
     "a text that begins with it needs quotes"},
    {"illegal EOF in scalar", "a quote is not closed", ""},
    {"illegal document indicator in scalar", "a quote is not closed before the end of the document",
     ""},
};

// Byte column of a tab that indents a line, or npos.
size_t indenting_tab(const std::string& line) {
  const size_t end = line.find_first_not_of(" \t");
  const size_t tab = line.find('\t');
  return tab < end ? tab : std::string::npos;
}

// Byte column behind the colon of "key:value", or npos.
size_t missing_space(const std::string& line) {
  const size_t begin = line.find_first_not_of(" -");
  const size_t colon = line.find(':');
  if (begin == std::string::npos || colon == std::string::npos || colon + 1 >= line.size())
    return std::string::npos;
  const bool word = line.find_first_of(" \t\"'{[#", begin) > colon;
  return word && line[colon + 1] != ' ' && line[colon + 1] != '/' ? colon + 1 : std::string::npos;
}

}  // namespace

Error syntax_error(const SourcePtr& source, std::string_view message, int line, int byte_column,
                   const Mark* bracket) {
  Error out{"E0101", std::string(message), {{source->at(line, byte_column), ""}}, {}, {}};
  if (bracket &&
      (message == "end of sequence flow not found" || message == "end of map flow not found")) {
    out.message =
        fmt::format("a \"{}\" is not closed", message == "end of map flow not found" ? '{' : '[');
    out.labels.insert(out.labels.begin(), bracket->label("opened here"));
    const bool at_end = source->line(line).empty() ||
                        (bracket->line == line && bracket->byte_column == byte_column);
    if (at_end)
      out.labels.pop_back();
    else
      out.labels[1].caption = "not closed before this";
    return out;
  }
  if (message == "the referenced anchor is not defined") {
    const std::string text = source->line(line);
    const size_t begin = std::min(static_cast<size_t>(byte_column), text.size());
    const std::string alias = text.substr(begin, text.find_first_of(" \t,]}:", begin) - begin);
    out.message = fmt::format("no anchor for \"{}\"", alias);
    out.labels[0].place.length = static_cast<int>(alias.size());
    if (alias.size() > 1)
      out.notes.push_back(fmt::format(
          "an anchor is written in front of a value, before it is used: &{}", alias.substr(1)));
    return out;
  }
  if (message.starts_with("unknown escape character")) {
    out.message = "an unknown escape in a quoted text";
    out.labels[0] = {source->at(line, byte_column - 2, 2), ""};
    out.notes.emplace_back(
        "a backslash itself is written \\\\; between single quotes it stands for itself");
    return out;
  }
  for (const int at : {line, line - 1}) {
    if (const size_t tab = indenting_tab(source->line(at)); tab != std::string::npos) {
      return {"E0101",
              "a tab in the indentation",
              {{source->at(at, static_cast<int>(tab)), ""}},
              {"YAML is indented with spaces"},
              {}};
    }
    if (const size_t space = missing_space(source->line(at)); space != std::string::npos)
      return {"E0101",
              "a space is missing behind \":\"",
              {{source->at(at, static_cast<int>(space)), ""}},
              {},
              {}};
  }
  for (const Saying& saying : kSayings) {
    if (saying.theirs != message) continue;
    out.message = saying.ours;
    if (!saying.note.empty()) out.notes.emplace_back(saying.note);
  }
  if (!out.message.empty() && out.message[0] >= 'A' && out.message[0] <= 'Z')
    out.message[0] += 'a' - 'A';
  return out;
}

}  // namespace syrinx::core
