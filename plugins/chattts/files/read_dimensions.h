// The sizes of the model in a folder.
#pragma once

#include <string>

#include "files/dimensions.h"

namespace chattts {

// `folder`: the one that holds gpt/config.json. Throws syrinx::Failure, see ModelFolder.
Dimensions read_dimensions(const std::string& folder);

}  // namespace chattts
