// The rules of the border that a checker can see, and running them.
#pragma once

#include <cstdint>
#include <string>

namespace syrinx::conform {

struct Request {
  std::string library;
  std::string rule;       // empty: all
  std::string component;  // empty: all
  std::string options;    // JSON; empty: defaults
  uint64_t seed = 1;
  bool in_process = false;
  bool json = false;
};

// Runs the rules, prints what was expected, what happened and how to reproduce it. 0: all hold; 1: one does not.
int check(const Request& request);

// The table of rules, as text or as the page docs/reference/conformance.md.
std::string list_rules(bool markdown);

}  // namespace syrinx::conform
