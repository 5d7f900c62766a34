#include "core/config/parse.h"

#include <algorithm>
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "core/config/limits.h"
#include "core/config/syntax_error.h"
#include "core/report/utf8.h"

namespace syrinx::core {
namespace {

// Leaves the parser; never leaves this file.
struct Refused {
  Error error;
};

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const SourcePtr& source) : source_(source) {}

  Node take() { return std::move(root_); }

  // The innermost "[" or "{" that has not been closed yet, or null.
  const Mark* open_bracket() const {
    for (auto open = stack_.rbegin(); open != stack_.rend(); ++open) {
      const Mark& mark = open->node.mark;
      const size_t at = source_->offset(mark.line, mark.byte_column);
      if (at < source_->text().size() && (source_->text()[at] == '[' || source_->text()[at] == '{'))
        return &mark;
    }
    return nullptr;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      refuse("E0101", "a second document", at(mark),
             {"a file is one document; put the other one into a file of its own"});
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.mark = at(mark);
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse("E0101", "an alias inside its own anchor", at(mark));
    Node node = found->second.node;
    node.mark = at(mark);
    node.mark.length = token_length(node.mark);
    // Counted before it is copied any further: this is what stops an alias bomb.
    nodes_ += found->second.size - 1;
    check_depth(stack_.size() + found->second.depth, node.mark);
    add(std::move(node), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    Node node = Node::of_scalar(value, at(mark));
    node.quoted = tag == "!" || tag == "!!str" || tag == "tag:yaml.org,2002:str";
    if (node.quoted) check_closed(node.mark);
    node.mark.length = node.quoted ? token_length(node.mark) : std::max(1, code_points(value));
    if (!node.quoted && (value == "~" || value == "null" || value == "Null" || value == "NULL")) node.kind = Node::Kind::kNull;
    check_tag(tag, node);
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override {
    merge_keys(stack_.back().node);
    close();
  }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    std::string key;
    Mark key_mark;
  };
  struct Anchored {
    Node node;
    int size;
    size_t depth;
  };

  [[noreturn]] static void refuse(std::string code, std::string message, const Mark& mark, std::vector<std::string> notes = {}) {
    throw Refused{{std::move(code), std::move(message), {mark.label()}, std::move(notes), {}}};
  }

  Mark at(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column, 1}; }

  // Code points of the token at a place, up to what ends a word in flow or block text.
  int token_length(const Mark& mark) const {
    const std::string line = source_->line(mark.line);
    const auto begin = static_cast<size_t>(mark.byte_column);
    if (begin >= line.size()) return 1;
    size_t end = begin + 1;
    if (line[begin] == '"' || line[begin] == '\'') {
      while (end < line.size() && line[end] != line[begin]) end += line[begin] == '"' && line[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, line.size());
    } else {
      end = std::min(line.find_first_of(" \t,]}:", begin + 1), line.size());
    }
    return std::max(1, code_points(std::string_view(line).substr(begin, end - begin)));
  }

  // The library takes the end of the text for the end of a quote if a line ends there.
  void check_closed(const Mark& mark) const {
    const std::string& text = source_->text();
    size_t at = source_->offset(mark.line, mark.byte_column);
    while (at < text.size() &&
           (text[at] == '&' || text[at] == '!'))  // what stands in front of the value itself
      at = text.find_first_not_of(" \t\r\n", text.find_first_of(" \t\r\n", at));
    if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return;
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
      if (text[at] == '\\' && quote == '"')
        ++at;
      else if (text[at] == quote && quote == '\'' && at + 1 < text.size() && text[at + 1] == quote)
        ++at;
      else if (text[at] == quote)
        return;
    }
    refuse("E0101", "a quote is not closed", mark);
  }

  void check_tag(const std::string& tag, Node& node) {
    // Types come from the schema, so the tags of YAML's own types say nothing new.
    static constexpr std::string_view kOwn[] = {"", "?", "!", "str", "int", "float", "bool", "null", "map", "seq"};
    constexpr std::string_view kPrefix = "tag:yaml.org,2002:";
    const std::string_view own = tag.starts_with(kPrefix) ? std::string_view(tag).substr(kPrefix.size()) : std::string_view(tag);
    if (std::find(std::begin(kOwn), std::end(kOwn), own) != std::end(kOwn)) return;
    if (tag == "!replace") {
      node.replace = true;
      return;
    }
    refuse("E0110", fmt::format("unknown tag \"{}\"", tag), node.mark, {"the only tag here is !replace"});
  }

  static void check_depth(size_t depth, const Mark& mark) {
    if (depth > static_cast<size_t>(kMostDepth))
      refuse("E0104", "nested too deep", mark,
             {fmt::format("a configuration may be {} levels deep", kMostDepth)});
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    check_depth(stack_.size() + 1, at(mark));
    Open next;
    next.node.kind = kind;
    next.node.mark = at(mark);
    next.anchor = anchor;
    check_tag(tag, next.node);
    stack_.push_back(std::move(next));
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (++nodes_ > kMostNodes) {
      refuse("E0104", "too many values", node.mark,
             {fmt::format(
                 "a configuration may have {} values, aliases counted as often as they are used",
                 kMostNodes)});
    }
    if (anchor) anchors_[anchor] = {node, count(node), depth(node)};
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      add_key(parent, std::move(node));
    } else {
      parent.node.entries.push_back({std::move(parent.key), std::move(parent.key_mark), std::move(node)});
      parent.has_key = false;
    }
  }

  void add_key(Open& parent, Node key) {
    if (!key.is_scalar()) refuse("E0101", fmt::format("a key must be a word, not {}", describe(key)), key.mark);
    if (const Entry* twin = parent.node.entry(key.scalar)) {
      throw Refused{{"E0103",
                     fmt::format("\"{}\" is given twice", key.scalar),
                     {key.mark.label("again here"), twin->mark.label("first here")},
                     {},
                     {}}};
    }
    parent.key = std::move(key.scalar);
    parent.key_mark = std::move(key.mark);
    parent.has_key = true;
  }

  // `<<: *a` or `<<: [*a, *b]`: what is given here wins, then the earlier of the list.
  static void merge_keys(Node& map) {
    const Entry* found = map.entry("<<");
    if (!found) return;
    const Node merged = found->value;
    const Mark mark = found->mark;
    map.erase("<<");
    std::vector<const Node*> from;
    if (merged.is_map()) from.push_back(&merged);
    for (const Node& item : merged.items) from.push_back(&item);
    if (from.empty()) refuse("E0107", fmt::format("<< needs a map or a list of maps, not {}", describe(merged)), merged.mark);
    for (const Node* node : from) {
      if (!node->is_map()) refuse("E0107", fmt::format("<< needs maps, not {}", describe(*node)), node->mark);
      for (const Entry& entry : node->entries)
        if (!map.find(entry.key)) map.entries.push_back(entry);
    }
  }

  SourcePtr source_;
  Node root_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  int nodes_ = 0;
  int documents_ = 0;
};

// Encoding, and characters that YAML forbids but the library lets through.
void check_text(const SourcePtr& source) {
  const std::string& text = source->text();
  if (text.size() > kMostConfigBytes) {
    throw Refused{{"E0104", fmt::format("{} is too large", source->name()), {{source->whole(), ""}},
                   {fmt::format("a configuration may have {} bytes", kMostConfigBytes)}, {}}};
  }
  const size_t malformed = first_malformed(text);
  if (malformed != std::string::npos)
    throw Refused{{"E0105", "not UTF-8", {{source->at_offset(malformed), ""}}, {}, {"save the file as UTF-8"}}};
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
      throw Refused{{"E0105", fmt::format("control character U+{:04X}", static_cast<unsigned>(c)),
                     {{source->at_offset(i), ""}}, {}, {}}};
    }
  }
}

}  // namespace

Result<Node> parse_yaml(const SourcePtr& source) {
  Builder builder(source);
  try {
    check_text(source);
    std::istringstream in(source->text());
    YAML::Parser parser(in);
    if (parser.HandleNextDocument(builder)) {
      Node root = builder.take();
      parser.HandleNextDocument(builder);  // refuses whatever follows
      return root;
    }
    return builder.take();
  } catch (const Refused& refused) {
    return refused.error;
  } catch (const YAML::Exception& error) {
    if (error.mark.is_null() || error.mark.line < 0)
      return Error{"E0101", error.msg, {{source->whole(), ""}}, {}, {}};
    return syntax_error(source, error.msg, error.mark.line + 1, error.mark.column,
                        builder.open_bracket());
  } catch (const std::exception& error) {
    return Error{"E0101", fmt::format("cannot be parsed: {}", error.what()), {{source->whole(), ""}}, {}, {}};
  }
}

}  // namespace syrinx::core
