// Values on a port, cut along their time axis and joined again.
#pragma once

#include <string>
#include <vector>

#include "host.h"

namespace syrinx::conform {

struct Piece {
  std::string text;
  std::vector<syx_tensor> tensors;  // whoever has the piece owns them
  int64_t offset = 0;               // in the port's own unit
};

// Cuts a value of a port of `type` into up to `parts` pieces; types whose unit is an item stay
// whole. Takes the tensors; those of the pieces are counted in `live`.
std::vector<Piece> cut(const std::string& type, std::string text, std::vector<syx_tensor> tensors,
                       int64_t parts, int* live);

// All items of one port, joined.
struct Joined {
  std::string text;
  std::vector<std::string> tensors;  // bytes
};
Joined join(const std::string& type, const std::vector<RecordedItem>& items);

}  // namespace syrinx::conform
