// A plugin's manifest: read, or refused with its file.
#include "core/plugin/manifest.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto manifest = syrinx::core::read_manifest(syrinx::fuzz::as_file("manifest.yaml", data, size));
  if (!manifest) syrinx::fuzz::explained(manifest.errors(), true);
  return 0;
}
