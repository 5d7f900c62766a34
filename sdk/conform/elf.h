// The dynamic symbols of a shared library, read from the file.
#pragma once

#include <string>
#include <vector>

namespace syrinx::conform {

struct Symbol {
  std::string name;
  bool defined = false, exported = false, unique = false;
};

// Empty with `error` set if the file is not a 64-bit little-endian ELF library.
std::vector<Symbol> dynamic_symbols(const std::string& path, std::string* error);

}  // namespace syrinx::conform
