// --set PATH=VALUE: an overlay, or refused; and merged over a tree.
#include "core/config/merge.h"
#include "core/config/parse.h"
#include "core/config/source.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace syrinx::core;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto overlay = overlay_of_set(text);
  if (!overlay) {
    syrinx::fuzz::explained(overlay.errors(), false);
    return 0;
  }
  static const Node base = *parse_yaml(std::make_shared<const Source>("base.yaml", "a: {b: [1, 2], c: {d: e}}\nstages: {x: {plugin: p/q, options: {n: 1}}}\n"));
  Node tree = base;
  merge(tree, *overlay);
  drop_nulls(tree);
  return 0;
}
