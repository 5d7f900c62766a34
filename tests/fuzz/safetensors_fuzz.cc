// A safetensors file: refused with its name and words, or every view lies within it.
#include "files/safetensors.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <syrinx/sdk.hpp>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  try {
    const auto file = chattts::SafetensorsFile::parse(bytes, size, "a.safetensors");
    for (const auto& [name, tensor] : file->tensors()) {
      if (tensor.data < bytes || tensor.data + tensor.bytes > bytes + size) std::abort();
      chattts::first_not_finite(tensor);
    }
  } catch (const syrinx::Failure& failure) {
    const std::string_view what = failure.what();
    if (what.size() > 15 && what.substr(0, 15) == "a.safetensors: ") return 0;
    std::fprintf(stderr, "a rejection that does not explain itself: %s\n", failure.what());
    std::abort();
  }
  return 0;
}
