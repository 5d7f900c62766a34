// What the targets of ChatTTS's readers share: foreign bytes are read, or refused in words.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <syrinx/sdk.hpp>

namespace syrinx::fuzz {

// Anything but a Failure that explains itself leaves through here, and the fuzzer reports it.
template <class Body>
void read_or_refused(Body&& body) {
  try {
    body();
  } catch (const syrinx::Failure& failure) {
    if (std::string_view(failure.what()).empty() || failure.hint.empty()) std::abort();
  }
}

inline void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace syrinx::fuzz
