// Any bytes to text that grammars may see.
#pragma once

#include <cstdint>
#include <string_view>

#include "text/aligned_text.h"

namespace wfst {

struct RepairOptions {
  bool keep_emoji = false;  // otherwise emoji and pictographs are left out
};

// What was found, over one request.
struct RepairReport {
  uint64_t bad_parts = 0;   // ill-formed UTF-8: each maximal part becomes U+FFFD, which the end of the chain drops
  uint64_t controls = 0;    // removed
  uint64_t emoji = 0;       // left out
  uint64_t shortened = 0;   // runs of a symbol, digits beyond the thousandth of a run
};

// Ill-formed parts become U+FFFD. Control characters, byte-order marks, zero-width and directional characters and variation
// selectors go; tabs and line breaks and all other spaces become spaces (one for a run that holds anything but U+0020). Digits of
// other scripts become ASCII. A run of four and more of one symbol becomes one; digits beyond the thousandth of a run go; a word of
// more than 1,000 letters is cut by spaces at every 200. `out` maps to `bytes`.
void repair(std::string_view bytes, const RepairOptions& options, AlignedText& out, RepairReport& report);

}  // namespace wfst
