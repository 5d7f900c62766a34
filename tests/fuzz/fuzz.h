// What the targets share: the property that every rejection explains itself.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/report/error.h"

namespace syrinx::fuzz {

// Aborts, which the fuzzer reports, unless errors have a code, words, and, if `places`, somewhere to look.
inline void explained(const core::Errors& errors, bool places) {
  bool bad = errors.empty();
  for (const core::Error& error : errors) {
    bad = bad || error.code.size() != 5 || error.message.empty();
    if (places) bad = bad || error.labels.empty();
    // Printing must take whatever the text held.
    bad = bad || core::to_text(error).empty() || core::to_json(error).empty();
  }
  if (!bad) return;
  std::fprintf(stderr, "a rejection that does not explain itself: %s\n", core::to_text(errors).c_str());
  std::abort();
}

// The text as a file, overwritten for each input.
inline std::string as_file(const char* name, const uint8_t* data, size_t size) {
  static const std::string folder = [] {
    const char* given = std::getenv("TMPDIR");
    return std::string(given ? given : "/tmp");
  }();
  const std::string path = folder + "/syrinx-fuzz-" + std::to_string(getpid()) + "-" + name;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) std::abort();
  if (size > 0) std::fwrite(data, 1, size, file);
  std::fclose(file);
  return path;
}

}  // namespace syrinx::fuzz
