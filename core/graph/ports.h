// Ports as `describe` writes them, and the agreement of two ends of a link.
#pragma once

#include <string>
#include <vector>

#include "core/graph/plan.h"

namespace syrinx::core {

// What a stage wrote: attributes may still be lists of values or absent.
struct Description {
  std::vector<PortSpec> in, out;
  Manner manner;
};

// Checks and reads what `describe` wrote. `who` names the stage in messages. E0304.
Result<Description> parse_description(const std::string& text, const std::string& who);

// One end of a link, with what messages need.
struct PortEnd {
  const PortSpec* port;
  std::string stage;  // "decoder"
  Error::Label place;
};

// Intersects what `producer` offers with what `consumer` takes, attribute by attribute. Pure. A difference only in dtype
// (s16, f32) becomes an adapter; another sample rate is for a stage to make. E0301.
struct Agreement {
  PortSpec spec;        // as the consumer sees it; every attribute has one value
  std::string adapter;  // "dtype:s16->f32" or empty
};
Result<Agreement> agree(const PortEnd& producer, const PortEnd& consumer);

// The first value of every list.
Json fixed(const Json& attributes);

// "mel{bins: 100, hop: 256}"
std::string to_text(const PortSpec& port);

}  // namespace syrinx::core
