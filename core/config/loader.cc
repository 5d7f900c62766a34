#include "core/config/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/config/limits.h"
#include "core/config/merge.h"
#include "core/config/parse.h"
#include "core/config/shape.h"
#include "core/config/variables.h"
#include "core/report/suggest.h"

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;

class TreeLoader {
 public:
  explicit TreeLoader(const LoadRequest& request) : request_(request) {}

  // The tree of a file with its includes merged under it. `from`: the line that asked for it.
  Result<Node> file(const std::string& path, const std::string& name, const Error::Label* from) {
    std::error_code ignored;
    const std::string identity = fs::weakly_canonical(path, ignored).string();
    for (size_t i = 0; i < chain_.size(); ++i)
      if (chain_[i].first == identity) return cycle(i, name, *from);
    if (chain_.size() > static_cast<size_t>(kMostIncludeDepth)) {
      return Error{"E0106", "included too deep", {*from},
                   {fmt::format("files may include each other {} levels deep", kMostIncludeDepth)}, {}};
    }
    auto source = read_source(path, name, from);
    if (!source) {
      if (!from && path == request_.file) suggest_installed(source.errors().front());
      return std::move(source).errors();
    }
    auto tree = parse_yaml(*source);
    if (!tree) return tree;
    // Nothing is no change; anything else would replace all that was merged before it.
    if (!tree->is_map() && !(tree->is_null() && name != request_.file)) {
      Error error{"E0110",
                  fmt::format("a pipeline must be a map, not {}", core::describe(*tree)),
                  {tree->mark.label()},
                  {},
                  {}};
      if (error.labels[0].place.line == 0 || error.labels[0].place.file.empty())
        error.labels[0] = {(*source)->whole(), ""};
      if (from) error.labels.push_back(*from);
      return error;
    }
    if (tree->is_null()) tree->kind = Node::Kind::kMap;
    chain_.emplace_back(identity, name);
    auto merged = with_includes(*std::move(tree), path, name);
    chain_.pop_back();
    return merged;
  }

 private:
  Result<Node> with_includes(Node tree, const std::string& path, const std::string& name) {
    const Node* include = tree.find("include");
    if (!include || include->is_null()) return tree;
    std::vector<const Node*> files;
    if (!include->is_sequence()) files.push_back(include);
    for (const Node& item : include->items) files.push_back(&item);
    Node base;
    base.kind = Node::Kind::kMap;
    base.mark = tree.mark;
    for (const Node* item : files) {
      if (!item->is_scalar() || item->scalar.empty()) {
        return Error{"E0110", fmt::format("include needs file names, not {}", core::describe(*item)), {item->mark.label()}, {}, {}};
      }
      if (++files_ > 256) return Error{"E0106", "too many includes", {item->mark.label()}, {"a pipeline may read 256 files"}, {}};
      const auto [found, shown] = find(item->scalar, path, name);
      const Error::Label label = item->mark.label();
      auto part = file(found, shown, &label);
      if (!part) return part;
      merge(base, *part);
    }
    tree.erase("include");
    merge(base, tree);
    return base;
  }

  // For a pipeline that is not there: those that are installed.
  void suggest_installed(Error& error) const {
    std::vector<std::string> names;
    for (const std::string& folder : request_.include_path) {
      std::error_code ignored;
      for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    if (names.empty()) return;
    error.notes.push_back(fmt::format("installed pipelines: {}", fmt::join(names, ", ")));
    if (const auto near = suggest(fs::path(request_.file).stem().string(), names);
        !near.empty() && near[0] != request_.file)
      error.help.push_back(fmt::format("did you mean \"{}\"?", near[0]));
  }

  // Where an include lies, and what messages call it.
  std::pair<std::string, std::string> find(const std::string& wanted, const std::string& path, const std::string& name) const {
    const fs::path here = fs::path(path).parent_path() / wanted;
    const std::string shown = (fs::path(name).parent_path() / wanted).lexically_normal().string();
    if (fs::path(wanted).is_absolute() || fs::exists(here)) return {here.string(), shown};
    for (const std::string& folder : request_.include_path) {
      const fs::path there = fs::path(folder) / wanted;
      if (fs::exists(there)) return {there.string(), there.string()};
    }
    return {here.string(), shown};
  }

  Error cycle(size_t first, const std::string& name, const Error::Label& from) const {
    std::string way;
    for (size_t i = first; i < chain_.size(); ++i) way += chain_[i].second + " -> ";
    return {"E0106", "files include each other", {from}, {way + name}, {}};
  }

  const LoadRequest& request_;
  std::vector<std::pair<std::string, std::string>> chain_;
  int files_ = 0;
};

void append(Errors& to, Errors from) { to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end())); }

}  // namespace

Result<Node> load_tree(const LoadRequest& request) {
  TreeLoader loader(request);
  auto root = loader.file(request.file, request.file, nullptr);
  if (!root) return root;
  Errors errors;
  for (const std::string& overlay : request.overlays) {
    auto tree = loader.file(overlay, overlay, nullptr);
    if (!tree) {
      append(errors, std::move(tree).errors());
    } else {
      merge(*root, *tree);
    }
  }
  for (const std::string& set : request.sets) {
    auto tree = overlay_of_set(set);
    if (!tree) {
      append(errors, std::move(tree).errors());
    } else {
      merge(*root, *tree);
    }
  }
  if (!errors.empty()) return errors;
  drop_nulls(*root);
  return root;
}

Result<PipelineConfig> load_pipeline(const LoadRequest& request) {
  auto root = load_tree(request);
  if (!root) return std::move(root).errors();
  Errors errors = check_shape(*root);
  if (!errors.empty()) return errors;
  errors = substitute_variables(*root);
  if (!errors.empty()) return errors;
  // Once more: until now a text with a variable fitted everywhere.
  errors = check_shape(*root);
  if (!errors.empty()) return errors;
  return read_pipeline(*std::move(root), request.file);
}

}  // namespace syrinx::core
