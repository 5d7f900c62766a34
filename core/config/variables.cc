#include "core/config/variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/config/limits.h"
#include "core/report/suggest.h"
#include "core/report/utf8.h"

namespace syrinx::core {
namespace {

constexpr int kMostUses =
    kMostNodes;  // variables without text multiply too: time is limited as well
constexpr size_t kLongestValue = 64 * 1024;  // of a text after substitution: variables may not multiply

class Substitution {
 public:
  explicit Substitution(const Node& root) : vars_(root.find("vars")), env_(root.find("env")) {}

  void apply(Node& node) {
    if (node.is_scalar() && node.scalar.find("${") != std::string::npos) {
      node.scalar = expand(node.scalar, node.mark, 0);
      // Braces need quotes in YAML, so these quotes do not say "a text"; the schema does.
      node.quoted = false;
    }
    for (Node& item : node.items) apply(item);
    for (Entry& entry : node.entries) apply(entry.value);
  }

  Errors take() { return std::move(errors_); }

 private:
  std::string expand(const std::string& text, const Mark& mark, int depth) {
    std::string out;
    size_t i = 0;
    while (i < text.size()) {
      const size_t begin = text.find("${", i);
      out.append(text, i, begin == std::string::npos ? begin : begin - i);
      if (begin == std::string::npos) break;
      const size_t end = text.find('}', begin);
      if (end == std::string::npos) {
        fail(mark, text, begin, text.size() - begin, "\"${\" without \"}\"", {});
        return out;
      }
      out += value(text.substr(begin + 2, end - begin - 2), mark, text, begin, depth);
      if (out.size() > kLongestValue) {
        fail(mark, text, begin, end - begin + 1, "variables make this text too long", {});
        return {};
      }
      i = end + 1;
    }
    return out;
  }

  std::string value(const std::string& name, const Mark& mark, const std::string& text, size_t at, int depth) {
    const size_t length = name.size() + 3;
    if (++uses_ > kMostUses) {
      if (uses_ == kMostUses + 1)
        fail(mark, text, at, length, "variables are used too often", {},
             fmt::format("a configuration may use {}, those within variables counted each time",
                         kMostUses));
      return {};
    }
    if (name.starts_with("vars.")) {
      const std::string key = name.substr(5);
      const Node* found = vars_ ? vars_->find(key) : nullptr;
      if (!found || !found->is_scalar()) {
        std::vector<std::string> names;
        if (vars_)
          for (const Entry& entry : vars_->entries) names.push_back(entry.key);
        fail(mark, text, at, length, fmt::format("no variable \"{}\"", key),
             did_you_mean(key, names),
             names.empty() ? "nothing is given under vars"
                           : fmt::format("there are: {}", fmt::join(names, ", ")));
        return {};
      }
      if (depth >= 16) {
        fail(mark, text, at, length, fmt::format("variable \"{}\" uses itself", key), {});
        return {};
      }
      return expand(found->scalar, found->mark, depth + 1);
    }
    if (name.starts_with("env.")) return environment(name.substr(4), mark, text, at, length);
    fail(mark, text, at, length, fmt::format("unknown variable \"{}\"", name), "there are ${vars.NAME} and ${env.NAME}");
    return {};
  }

  std::string environment(const std::string& key, const Mark& mark, const std::string& text, size_t at, size_t length) {
    const bool listed = env_ && std::any_of(env_->items.begin(), env_->items.end(),
                                            [&](const Node& item) { return item.scalar == key; });
    if (!listed) {
      fail(mark, text, at, length, fmt::format("\"{}\" is not listed under env", key), {});
      if (!errors_.empty()) errors_.back().help.push_back(fmt::format("env: [{}]", key));
      return {};
    }
    const char* found = std::getenv(key.c_str());
    if (!found) {
      fail(mark, text, at, length, fmt::format("the environment has no {}", key), {});
      return {};
    }
    return found;
  }

  void fail(Mark mark, const std::string& text, size_t at, size_t length, std::string message,
            std::string caption, std::string note = {}) {
    if (errors_.size() >= 100) return;
    // The text stands as written in the source unless it was quoted with escapes; then the whole text is marked.
    const std::string line = mark.source ? mark.source->line(mark.line) : "";
    const std::string part = text.substr(at, length);
    const size_t found = line.find(part, static_cast<size_t>(mark.byte_column));
    if (found != std::string::npos) {
      mark.byte_column = static_cast<int>(found);
      mark.length = code_points(part);
    }
    errors_.push_back({"E0109", std::move(message), {mark.label(std::move(caption))}, {}, {}});
    if (!note.empty()) errors_.back().notes.push_back(std::move(note));
  }

  const Node* vars_;
  const Node* env_;
  Errors errors_;
  int uses_ = 0;
};

}  // namespace

Errors substitute_variables(Node& root) {
  // A copy of the variables: the tree is changed while they are read.
  Node variables;
  for (const char* key : {"vars", "env"})
    if (const Entry* entry = root.entry(key)) variables.entries.push_back(*entry);
  variables.kind = Node::Kind::kMap;
  Substitution substitution(variables);
  for (Entry& entry : root.entries)
    if (entry.key != "vars" && entry.key != "env") substitution.apply(entry.value);
  return substitution.take();
}

}  // namespace syrinx::core
