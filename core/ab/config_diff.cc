#include "core/ab/config_diff.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace syrinx::ab {
namespace {

std::string escaped(const std::string& key) {
  std::string out;
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

bool is_scalar(const Json& v) { return !v.is_object() && !v.is_array(); }

// The ids of a list whose elements are all maps with distinct ones.
std::optional<std::vector<std::string>> ids_of(const Json& list) {
  std::vector<std::string> ids;
  for (const Json& element : list) {
    if (!element.is_object()) return std::nullopt;
    const auto id = element.find("id");
    if (id == element.end() || !is_scalar(*id) || id->is_null()) return std::nullopt;
    ids.push_back(id->is_string() ? id->get<std::string>() : id->dump());
  }
  if (std::set<std::string>(ids.begin(), ids.end()).size() != ids.size()) return std::nullopt;
  return ids;
}

bool equal_scalars(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a == b;
  return a.type() == b.type() && a == b;
}

class Walk {
 public:
  std::vector<Change> changes;

  void compare(const Json& a, const Json& b, const std::string& path) {
    if (a.is_object() && b.is_object()) return maps(a, b, path);
    if (a.is_array() && b.is_array()) return lists(a, b, path);
    if (is_scalar(a) && is_scalar(b) && equal_scalars(a, b)) return;
    changes.push_back({"change", path, a, b});
  }

 private:
  void maps(const Json& a, const Json& b, const std::string& path) {
    std::set<std::string> keys;
    for (const Json* map : {&a, &b})
      for (const auto& [key, value] : map->items()) keys.insert(key);
    for (const std::string& key : keys) one(a.contains(key) ? &a[key] : nullptr, b.contains(key) ? &b[key] : nullptr, path + "/" + escaped(key));
  }

  void one(const Json* a, const Json* b, const std::string& path) {
    if (!a) changes.push_back({"add", path, nullptr, *b});
    else if (!b) changes.push_back({"remove", path, *a, nullptr});
    else compare(*a, *b, path);
  }

  void lists(const Json& a, const Json& b, const std::string& path) {
    const auto ids_a = ids_of(a), ids_b = ids_of(b);
    if (ids_a && ids_b && !(a.empty() && b.empty())) return by_id(a, b, *ids_a, *ids_b, path);
    if (std::all_of(a.begin(), a.end(), is_scalar) && std::all_of(b.begin(), b.end(), is_scalar)) {
      if (a.size() != b.size() || !std::equal(a.begin(), a.end(), b.begin(), equal_scalars)) changes.push_back({"change", path, a, b});
      return;
    }
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i)
      one(i < a.size() ? &a[i] : nullptr, i < b.size() ? &b[i] : nullptr, path + "/" + std::to_string(i));
  }

  void by_id(const Json& a, const Json& b, const std::vector<std::string>& ids_a, const std::vector<std::string>& ids_b, const std::string& path) {
    std::map<std::string, std::pair<const Json*, const Json*>> elements;
    for (size_t i = 0; i < ids_a.size(); ++i) elements[ids_a[i]].first = &a[i];
    for (size_t i = 0; i < ids_b.size(); ++i) elements[ids_b[i]].second = &b[i];
    for (const auto& [id, both] : elements) one(both.first, both.second, path + "/[" + id + "]");
    const auto common = [&](const std::vector<std::string>& ids) {
      std::vector<std::string> out;
      for (const auto& id : ids)
        if (elements[id].first && elements[id].second) out.push_back(id);
      return out;
    };
    if (common(ids_a) != common(ids_b)) changes.push_back({"reorder", path, ids_a, ids_b});
  }
};

}  // namespace

std::vector<Change> config_difference(const Json& a, const Json& b) {
  Walk walk;
  walk.compare(a, b, "");
  return std::move(walk.changes);
}

Json to_json(const std::vector<Change>& changes) {
  Json out = Json::array();
  for (const Change& change : changes) {
    Json entry = {{"op", change.op}, {"path", change.path}};
    if (change.op != "add") entry["a"] = change.a;
    if (change.op != "remove") entry["b"] = change.b;
    out.push_back(std::move(entry));
  }
  return out;
}

std::string stage_of(const std::string& path) {
  constexpr std::string_view kStages = "/stages/";
  if (path.compare(0, kStages.size(), kStages) != 0) return "";
  return path.substr(kStages.size(), path.find('/', kStages.size()) - kStages.size());
}

}  // namespace syrinx::ab
