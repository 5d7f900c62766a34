// Ports: what a stage takes and makes. Types and attributes are those of ports.yaml.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "syrinx/sdk/options.hpp"

namespace syrinx {

// A port's type with attributes; an attribute that is not set means "anything".
class PortType {
 public:
  PortType() : spec_(Json::object()) {}  // of a port that there is not
  explicit PortType(const char* type) : spec_{{"type", type}} {}
  explicit PortType(Json spec) : spec_(std::move(spec)) {}  // what the host wrote

  template <class T>
  PortType& set(const char* attribute, const T& value) {
    spec_[attribute] = value;
    return *this;
  }
  // A stage may run without it.
  PortType& optional() { return set("optional", true); }
  template <class T>
  T get(const char* attribute, T otherwise) const {
    return spec_.value(attribute, std::move(otherwise));
  }
  bool has(const char* attribute) const { return spec_.contains(attribute); }
  const Json& spec() const { return spec_; }

 private:
  Json spec_;
};

namespace detail {

// The setters of a type return the type, so that they chain.
template <class Self, class Base = PortType>
class Typed : public Base {
 public:
  using Base::Base;
  Self& optional() {
    Base::optional();
    return self();
  }

 protected:
  template <class T>
  Self& put(const char* attribute, const T& value) {
    Base::set(attribute, value);
    return self();
  }

 private:
  Self& self() { return static_cast<Self&>(*this); }
};

}  // namespace detail

#define SYX_SDK_ATTRIBUTE(type, name)                                       \
  auto& name(const type& value) { return this->put(#name, value); }        \
  type name() const { return this->template get<type>(#name, type{}); }

struct Text : detail::Typed<Text> {
  Text() : Typed("text") {}
  explicit Text(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(std::string, language)
  SYX_SDK_ATTRIBUTE(std::string, markup)
  SYX_SDK_ATTRIBUTE(bool, normalized)
};
struct Tokens : detail::Typed<Tokens> {
  Tokens() : Typed("tokens") {}
  explicit Tokens(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(int, vocab)
  SYX_SDK_ATTRIBUTE(int, heads)
  SYX_SDK_ATTRIBUTE(std::string, tokenizer)
};
struct Codes : detail::Typed<Codes> {
  Codes() : Typed("codes") {}
  explicit Codes(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(int, vocab)
  SYX_SDK_ATTRIBUTE(int, heads)
  SYX_SDK_ATTRIBUTE(double, rate)
  SYX_SDK_ATTRIBUTE(std::string, codebook)
};
struct Mel : detail::Typed<Mel> {
  Mel() : Typed("mel") { this->set("dtype", "f32"); }
  explicit Mel(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(int, bins)
  SYX_SDK_ATTRIBUTE(int, hop)
  SYX_SDK_ATTRIBUTE(int, fft)
  SYX_SDK_ATTRIBUTE(int, sample_rate)
  SYX_SDK_ATTRIBUTE(double, fmin)
  SYX_SDK_ATTRIBUTE(double, fmax)
  SYX_SDK_ATTRIBUTE(std::string, scale)
};
struct Spectral : detail::Typed<Spectral> {
  Spectral() : Typed("spectral") { this->set("dtype", "f32"); }
  explicit Spectral(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(std::string, parts)
  SYX_SDK_ATTRIBUTE(int, bins)
  SYX_SDK_ATTRIBUTE(int, fft)
  SYX_SDK_ATTRIBUTE(int, hop)
  SYX_SDK_ATTRIBUTE(double, rate)
  SYX_SDK_ATTRIBUTE(int, sample_rate)
  SYX_SDK_ATTRIBUTE(bool, strided)
};
struct Audio : detail::Typed<Audio> {
  Audio() : Typed("audio") { this->set("dtype", "f32"); }
  explicit Audio(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(int, sample_rate)
  SYX_SDK_ATTRIBUTE(int, channels)
};
struct Bytes : detail::Typed<Bytes> {
  Bytes() : Typed("bytes") {}
  explicit Bytes(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(std::string, media)
};
struct File : detail::Typed<File> {
  File() : Typed("file") {}
  explicit File(Json spec) : Typed(std::move(spec)) {}
  SYX_SDK_ATTRIBUTE(std::string, media)
};
#undef SYX_SDK_ATTRIBUTE

struct NamedPort {
  std::string name;
  PortType type;
};

// In order: a port's position is its number in push and emit.
struct Ports {
  std::vector<NamedPort> in, out;
};

// The inputs as they are fixed so far, or the ports as negotiated.
class Inputs {
 public:
  Inputs() : specs_(Json::object()) {}
  explicit Inputs(Json specs) : specs_(std::move(specs)) {}
  bool has(const std::string& port) const { return specs_.contains(port); }
  template <class T>
  T get(const std::string& port) const {
    return specs_.contains(port) ? T(specs_[port]) : T();
  }

 private:
  Json specs_;
};

}  // namespace syrinx
