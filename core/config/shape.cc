#include "core/config/shape.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/report/suggest.h"

namespace syrinx::core {
namespace {

constexpr Field kFields[] = {
    {"pipeline", Shape::kInteger, true, "the version of this format, 1", ""},
    {"name", Shape::kText, false, "what reports call the pipeline", ""},
    {"include", Shape::kTexts, false, "files merged first, relative to this one", ""},
    {"vars", Shape::kMap, false, "texts for ${vars.NAME}", ""},
    {"vars.*", Shape::kScalar, false, "a text", ""},
    {"env", Shape::kTexts, false, "names that ${env.NAME} may read from the environment", ""},
    {"plugins", Shape::kMap, false, "which plugins, and where", ""},
    {"plugins.require", Shape::kMap, false, "version ranges, checked before anything is loaded",
     ""},
    {"plugins.require.*", Shape::kText, false, "such as \">=0.3, <0.4\"", ""},
    {"plugins.path", Shape::kTexts, false, "folders to look for plugins in", ""},
    {"devices", Shape::kMap, false, "names for devices", ""},
    {"devices.*", Shape::kMap, false, "a device", ""},
    {"devices.*.first_of", Shape::kTexts, false, "the first of these that is present", ""},
    {"devices.*.threads", Shape::kScalar, false, "threads of a stage on it: a number or auto", ""},
    {"stages", Shape::kMap, true, "the stages, by name", ""},
    {"stages.*", Shape::kMap, false, "a stage", ""},
    {"stages.*.plugin", Shape::kText, true, "the component that does the work: plugin/component",
     ""},
    {"stages.*.device", Shape::kText, false,
     "a name under devices, or a device such as cpu or cuda:0", ""},
    {"stages.*.in", Shape::kMap, false, "input port: stage.port", ""},
    {"stages.*.in.*", Shape::kText, false, "stage.port", ""},
    {"stages.*.uses", Shape::kMap, false, "slot: stage", ""},
    {"stages.*.uses.*", Shape::kText, false, "a stage", ""},
    {"stages.*.options", Shape::kMap, false, "what the component's schema lists", ""},
    {"stages.*.options.*", Shape::kAny, false, "an option", ""},
    {"stages.*.sampling", Shape::kText, false, "forces a tier of sampling", "plain|stream|lowered"},
    {"stages.*.isolation", Shape::kText, false, "where the stage runs", "none|process"},
    {"flow", Shape::kTexts, true, "the stages text passes through, in order", ""},
    {"run", Shape::kMap, false, "how to run", ""},
    {"run.batch", Shape::kInteger, false, "utterances of a batch, for stages that batch", ""},
    {"run.stream", Shape::kBoolean, false, "hand audio on as it is made", ""},
    {"run.seed", Shape::kInteger, false, "seed of all randomness", ""},
    {"run.anchor_voice", Shape::kBoolean, false,
     "speak segment 1 first and use it as the voice of the rest", ""},
    {"run.threads", Shape::kScalar, false, "threads: a number or auto", ""},
    {"run.deadline", Shape::kNumber, false, "seconds after which an utterance finishes early", ""},
    {"run.queue", Shape::kInteger, false, "items between two stages", ""},
};

constexpr std::string_view kShapeNames[] = {"a text", "an integer", "a number", "true or false",
                                            "a map",  "a list",     "a value",  "a list of texts", "anything"};

// The field of a key under the field `parent`, exact names before *.
const Field* field_of(std::string_view parent, std::string_view key) {
  const std::string exact = parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
  const std::string any = fmt::format("{}.*", parent);
  const Field* found = nullptr;
  for (const Field& field : kFields) {
    if (field.path == exact) return &field;
    if (!parent.empty() && field.path == any) found = &field;
  }
  return found;
}

std::vector<const Field*> fields_under(std::string_view parent) {
  std::vector<const Field*> out;
  for (const Field& field : kFields) {
    const size_t dot = field.path.rfind('.');
    const std::string_view above = dot == std::string_view::npos ? "" : field.path.substr(0, dot);
    if (above == parent) out.push_back(&field);
  }
  return out;
}

// What is not known before variables are filled in.
bool has_variable(const Node& node) {
  return node.is_scalar() && node.scalar.find("${") != std::string::npos;
}

bool fits(const Node& node, Shape shape) {
  if (has_variable(node))
    return shape != Shape::kMap && shape != Shape::kList && shape != Shape::kTexts;
  bool boolean;
  int64_t integer;
  double number;
  switch (shape) {
    case Shape::kText:
    case Shape::kScalar:
      return node.is_scalar();
    case Shape::kInteger:
      return node.is_scalar() && !node.quoted && parse_integer(node.scalar, &integer);
    case Shape::kNumber:
      return node.is_scalar() && !node.quoted && parse_number(node.scalar, &number);
    case Shape::kBoolean:
      return node.is_scalar() && !node.quoted && parse_boolean(node.scalar, &boolean);
    case Shape::kMap:
      return node.is_map();
    case Shape::kList:
      return node.is_sequence();
    case Shape::kTexts:
      if (!node.is_sequence()) return false;
      for (const Node& item : node.items)
        if (!item.is_scalar()) return false;
      return true;
    case Shape::kAny:
      return true;
  }
  return false;
}

class Checker {
 public:
  // `path`: in the table, "stages.*"; `here`: in the file, "stages.vocoder".
  void check_map(const Node& map, std::string_view path, const std::string& here, const Mark& owner,
                 const Node* parent = nullptr) {
    for (const Entry& entry : map.entries) {
      if (entry.key.starts_with("x-")) continue;
      const Field* field = field_of(path, entry.key);
      if (!field) {
        unknown(entry, path, here);
      } else {
        check_value(entry, *field, here.empty() ? entry.key : here + "." + entry.key, map);
      }
    }
    for (const Field* field : fields_under(path)) {
      const std::string_view key = field->path.substr(path.empty() ? 0 : path.size() + 1);
      if (field->required && !map.find(key)) {
        errors_.push_back({"E0119",
                           here.empty() ? fmt::format("\"{}\" is missing", key)
                                        : fmt::format("\"{}\" is missing in \"{}\"", key, here),
                           {owner.label(parent ? other_name(here, *parent) : "")},
                           {fmt::format("it is {}", field->help)},
                           {}});
      }
    }
  }

  Errors take() { return std::move(errors_); }

 private:
  // What a map with a missing key may have been meant to be: a line that changes the one beside it.
  static std::string other_name(const std::string& here, const Node& parent) {
    const std::string name = here.substr(here.rfind('.') + 1);
    std::vector<std::string> names;
    for (const Entry& entry : parent.entries)
      if (entry.key != name) names.push_back(entry.key);
    return did_you_mean(name, names);
  }

  void check_value(const Entry& entry, const Field& field, const std::string& here,
                   const Node& parent) {
    if (!fits(entry.value, field.shape)) {
      // An empty map or list may be written as nothing.
      if (entry.value.is_null()) return;
      if (field.shape == Shape::kTexts && entry.value.is_sequence()) return check_items(entry);
      const Mark& mark = entry.value.mark.line ? entry.value.mark : entry.mark;
      errors_.push_back({"E0110",
                         fmt::format("\"{}\" must be {}, not {}", entry.key, kShapeNames[static_cast<int>(field.shape)],
                                     core::describe(entry.value)),
                         {mark.label()},
                         {},
                         {}});
      return;
    }
    if (!field.choices.empty() && !has_variable(entry.value) &&
        fmt::format("|{}|", field.choices).find("|" + entry.value.scalar + "|") ==
            std::string::npos) {
      std::vector<std::string> choices;
      for (size_t i = 0; i <= field.choices.size();) {
        const size_t end = std::min(field.choices.find('|', i), field.choices.size());
        choices.emplace_back(field.choices.substr(i, end - i));
        i = end + 1;
      }
      errors_.push_back({"E0114",
                         fmt::format("\"{}\" cannot be \"{}\"", entry.key, entry.value.scalar),
                         {entry.value.mark.label(did_you_mean(entry.value.scalar, choices))},
                         {fmt::format("it is one of: {}", fmt::join(choices, ", "))},
                         {}});
    }
    if (field.shape == Shape::kMap)
      check_map(entry.value, field.path, here, entry.mark,
                field.path.ends_with('*') ? &parent : nullptr);
  }

  void check_items(const Entry& list) {
    for (size_t i = 0; i < list.value.items.size(); ++i) {
      const Node& item = list.value.items[i];
      if (item.is_scalar()) continue;
      const Mark& mark = item.mark.line ? item.mark : list.mark;
      errors_.push_back({"E0110",
                         fmt::format("\"{}\" must be a list of texts", list.key),
                         {mark.label()},
                         {fmt::format("its item {} is {}", i + 1, core::describe(item))},
                         {}});
    }
  }

  void unknown(const Entry& entry, std::string_view path, const std::string& here) {
    std::vector<std::string> names;
    for (const Field* field : fields_under(path))
      names.emplace_back(field->path.substr(path.empty() ? 0 : path.size() + 1));
    const std::string where = here.empty() ? "a pipeline" : fmt::format("\"{}\"", here);
    errors_.push_back({"E0111",
                       fmt::format("unknown key \"{}\" in {}", entry.key, where),
                       {entry.mark.label(did_you_mean(entry.key, names))},
                       {fmt::format("it has: {}", fmt::join(names, ", "))},
                       {}});
  }

  Errors errors_;
};

}  // namespace

std::span<const Field> pipeline_fields() { return kFields; }

bool parse_boolean(std::string_view text, bool* out) {
  struct Row {
    std::string_view text;
    bool value;
  };
  static constexpr Row kTable[] = {{"true", true},   {"True", true},   {"TRUE", true},   {"yes", true}, {"on", true},
                                   {"false", false}, {"False", false}, {"FALSE", false}, {"no", false}, {"off", false}};
  for (const Row& row : kTable) {
    if (row.text != text) continue;
    *out = row.value;
    return true;
  }
  return false;
}

bool parse_integer(std::string_view text, int64_t* out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (error == std::errc() && end == text.data() + text.size()) return !text.empty();
  // Seeds are 64 bits without a sign.
  uint64_t wide = 0;
  const auto [wide_end, wide_error] = std::from_chars(text.data(), text.data() + text.size(), wide);
  *out = static_cast<int64_t>(wide);
  return wide_error == std::errc() && wide_end == text.data() + text.size() && !text.empty();
}

bool parse_number(std::string_view text, double* out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return !text.empty() && error == std::errc() && end == text.data() + text.size() && std::isfinite(*out);
}

Errors check_shape(const Node& root) {
  if (!root.is_map()) {
    const std::string found = core::describe(root);
    return {{"E0110", fmt::format("a pipeline must be a map, not {}", found), {root.mark.label()}, {}, {}}};
  }
  // A file of another version may have other keys, so nothing else is said of it.
  const Node* version = root.find("pipeline");
  int64_t number = 0;
  if (version && version->is_scalar() && parse_integer(version->scalar, &number) && number != 1) {
    return {{"E0116",
             fmt::format("pipeline version {} is not known", version->scalar),
             {version->mark.label()},
             {"this program reads version 1"},
             {}}};
  }
  Checker checker;
  checker.check_map(root, "", "", root.mark);
  return checker.take();
}

}  // namespace syrinx::core
