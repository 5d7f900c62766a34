// What a stage gave for one unit, as bytes: kept in a store, compared by digest, taken apart to be looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/run/stored_item.h"

namespace syrinx::core {

// Adds an item of a port to `to`; tensors without what lies between their elements. False if one of it is not in host memory.
bool append_item(std::string& to, uint32_t port, const StoredItem& item);

struct KeptItem {
  uint32_t port = 0;
  StoredItem item;
};
// The items of what append_item made, in order; none if it is damaged or there is no memory.
std::optional<std::vector<KeptItem>> items_of(std::string_view bytes);

// Everything a stage's outputs depend on besides its inputs, its key and the options of an utterance: plugin, version and digest of
// its library, device, options, ports, files that options name, and the same of the stages it uses.
std::string definition_digest(const Plan& plan, size_t stage);

}  // namespace syrinx::core
