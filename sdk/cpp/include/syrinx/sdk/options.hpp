// The options of a component, described once: schema, defaults, parsing and help come from the same table.
//
//   struct Options {
//     int iterations = 60;
//     static auto describe() {
//       return syrinx::options(
//           syrinx::option("iterations", &Options::iterations).range(1, 1000).help("Phase estimation passes."));
//     }
//   };
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace syrinx {

using Json = nlohmann::ordered_json;

namespace detail {

template <class T>
struct JsonType {
  static Json schema() { return Json::object(); }  // anything
};
template <>
struct JsonType<bool> {
  static Json schema() { return {{"type", "boolean"}}; }
};
template <>
struct JsonType<std::string> {
  static Json schema() { return {{"type", "string"}}; }
};
template <class T>
struct JsonNumber {
  static Json schema() { return {{"type", std::is_integral<T>::value ? "integer" : "number"}}; }
};
template <>
struct JsonType<int> : JsonNumber<int> {};
template <>
struct JsonType<int64_t> : JsonNumber<int64_t> {};
template <>
struct JsonType<uint32_t> : JsonNumber<uint32_t> {};
template <>
struct JsonType<uint64_t> : JsonNumber<uint64_t> {};
template <>
struct JsonType<float> : JsonNumber<float> {};
template <>
struct JsonType<double> : JsonNumber<double> {};
template <class T>
struct JsonType<std::vector<T>> {
  static Json schema() { return {{"type", "array"}, {"items", JsonType<T>::schema()}}; }
};

}  // namespace detail

// One option of a struct O. The setters return the option, so that they chain.
template <class O>
class Option {
 public:
  template <class T>
  Option(std::string name, T O::*member) : name_(std::move(name)), schema_(detail::JsonType<T>::schema()) {
    set_ = [member](O& out, const Json& value) { out.*member = value.get<T>(); };
    get_ = [member](const O& from) -> Json { return from.*member; };
  }

  Option& help(const std::string& text) { return put("description", text); }
  Option& range(double least, double most) {
    number("minimum", least);
    return number("maximum", most);
  }
  Option& at_least(double least) { return number("minimum", least); }
  Option& choices(const std::vector<std::string>& names) { return put("enum", names); }
  // A file or folder that the host finds and checks; the plugin gets its absolute path.
  Option& asset() { return put("format", "asset"); }
  // A path to write to; the host fills in {index}, {id} and {seed}.
  Option& output() { return put("format", "output"); }
  // May differ between two utterances.
  Option& utterance() { return put("scope", "utterance"); }
  // Has no default: a configuration must give it.
  Option& required() {
    required_ = true;
    return *this;
  }
  // Other names that configurations may use.
  Option& aliases(const std::vector<std::string>& names) { return put("aliases", names); }
  // A type of JSON Schema that the member's type does not tell, such as {"number", "array"}.
  Option& type(const std::vector<std::string>& names) { return put("type", names); }

  const std::string& name() const { return name_; }
  bool is_required() const { return required_; }
  Json schema(const O& defaults) const {
    Json out = schema_;
    if (!required_) out["default"] = get_(defaults);
    return out;
  }
  void read(O& out, const Json& options) const {
    const auto found = options.find(name_);
    if (found != options.end()) set_(out, *found);
  }

 private:
  template <class T>
  Option& put(const char* key, const T& value) {
    schema_[key] = value;
    return *this;
  }
  // Whole bounds are written as integers, as a person would.
  Option& number(const char* key, double value) {
    const auto whole = static_cast<int64_t>(value);
    if (static_cast<double>(whole) == value) return put(key, whole);
    return put(key, value);
  }

  std::string name_;
  Json schema_;
  bool required_ = false;
  std::function<void(O&, const Json&)> set_;
  std::function<Json(const O&)> get_;
};

template <class O, class T>
Option<O> option(std::string name, T O::*member) {
  return Option<O>(std::move(name), member);
}

template <class O>
class OptionTable {
 public:
  explicit OptionTable(std::vector<Option<O>> options) : options_(std::move(options)) {}

  // A JSON Schema of the whole.
  Json schema() const {
    Json properties = Json::object(), required = Json::array();
    for (const auto& option : options_) {
      properties[option.name()] = option.schema(O{});
      if (option.is_required()) required.push_back(option.name());
    }
    Json out = {{"type", "object"}, {"properties", properties}};
    if (!required.empty()) out["required"] = required;
    return out;
  }

  // `base` with what `options` gives; throws nlohmann's exception if a type is wrong, which the host has ruled out.
  O read(const Json& options, O base = O{}) const {
    for (const auto& option : options_) option.read(base, options);
    return base;
  }

 private:
  std::vector<Option<O>> options_;
};

template <class O, class... Rest>
OptionTable<O> options(const Option<O>& first, const Rest&... rest) {
  return OptionTable<O>({first, rest...});
}

// For components without options.
struct NoOptions {
  static auto describe() { return OptionTable<NoOptions>({}); }
};

}  // namespace syrinx
