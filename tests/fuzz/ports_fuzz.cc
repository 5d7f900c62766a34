// What `describe` writes: read, or refused; and two ends of every pair of ports agreed on.
#include "core/graph/ports.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace syrinx::core;
  const auto description = parse_description(std::string(reinterpret_cast<const char*>(data), size), "a stage");
  if (!description) {
    syrinx::fuzz::explained(description.errors(), false);
    return 0;
  }
  for (const PortSpec& out : description->out)
    for (const PortSpec& in : description->in) {
      const auto agreed = agree({&out, "maker", {}}, {&in, "taker", {}});
      if (!agreed) syrinx::fuzz::explained(agreed.errors(), false);
      else (void)to_text(agreed->spec);
    }
  return 0;
}
