// What is wrong, where, and what would work: the one shape in which the host reports errors.
//
// Whoever detects an error builds it; everybody above only returns it. Codes are "E" and four digits:
// 01 config, 02 plugins, 03 negotiation, 04 assets, 05 run, 06 isolation, 07 devices. The page of each
// code lies in docs/errors/.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace syrinx::core {

// A place in a text the user wrote. Lines and columns count from 1, columns in code points;
// line 0: the whole file. `text` is the line itself, kept so that printing needs no file.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  int length = 1;  // how many columns the caret underlines
  std::string text;
};

struct Error {
  // A place and what is to be said of it. The first label is where the error is; further ones are
  // the other end (`:::` in print).
  struct Label {
    Place place;
    std::string caption;  // behind the caret; may be empty
  };

  std::string code;     // "E0112"
  std::string message;  // lower case, no full stop, no "failed to"
  std::vector<Label> labels;
  std::vector<std::string> notes;  // facts that decided it, both values named
  std::vector<std::string> help;   // only if likely right; commands that can be pasted
};

using Errors = std::vector<Error>;

// A value or at least one error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(Errors{std::move(error)}) {}
  Result(Errors errors) : state_(std::move(errors)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Errors& errors() & { return std::get<1>(state_); }
  const Errors& errors() const& { return std::get<1>(state_); }
  Errors&& errors() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Errors> state_;
};

struct Nothing {};
using Outcome = Result<Nothing>;  // success without a value

// The process's exit code for a set of errors: of the first one, by its group.
// 1 run failed, 3 config or negotiation, 4 plugins, 5 assets, 6 devices and memory.
int exit_code(const Errors& errors);

// As section 15 of the architecture prints it: message, places with carets, notes, help.
// `colour` adds terminal colours.
std::string to_text(const Error& error, bool colour = false);
std::string to_text(const Errors& errors, bool colour = false);
// {"code", "message", "places": [...], "notes", "help"}: for --json and --log json.
std::string to_json(const Error& error);

}  // namespace syrinx::core
