// A pipeline file: loaded, or refused with a place.
#include "core/config/loader.h"
#include "core/config/merge.h"
#include "core/config/print.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string path = syrinx::fuzz::as_file("config.yaml", data, size);
  const auto config = syrinx::core::load_pipeline({path, {}, {}, {}});
  if (!config) syrinx::fuzz::explained(config.errors(), true);
  // What could be read can be printed and read again.
  const auto tree = syrinx::core::load_tree({path, {}, {}, {}});
  if (tree) {
    const std::string text = syrinx::core::to_yaml(*tree, false);
    if (text.size() < 1 << 19) {
      const std::string again = syrinx::fuzz::as_file("again.yaml", reinterpret_cast<const uint8_t*>(text.data()), text.size());
      const auto same = syrinx::core::load_tree({again, {}, {}, {}});
      if (!same || !syrinx::core::difference(*tree, *same).empty()) {
        std::fprintf(stderr, "printed and read again it differs:\n%s\n", text.c_str());
        std::abort();
      }
    }
  }
  return 0;
}
