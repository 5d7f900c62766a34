// Gates: `wer.ci_lo > 0 || rtf.ratio_lo > 1.05`.
//
// Comparisons of numbers, joined by ! && ||; numbers may have a unit (% ms s dB MiB GiB) directly behind them. A missing
// value is unknown, and logic is three-valued.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace syrinx::ab {

struct GateError {
  int column = 1;  // from 1, in bytes
  std::string message;
};

class Gate {
 public:
  // The value of a name, or none.
  using Lookup = std::function<std::optional<double>(const std::string&)>;

  static std::variant<Gate, GateError> parse(std::string_view text);

  // True, false or unknown.
  std::optional<bool> decide(const Lookup& lookup) const;
  // Every name in it, in order, each once.
  const std::vector<std::string>& names() const { return names_; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::vector<std::string> names_;
};

}  // namespace syrinx::ab
