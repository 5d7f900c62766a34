// The files that a stage was given: those its options of format "asset" name, and those in the folders they name.
#pragma once

#include <filesystem>
#include <vector>

#include "core/graph/plan.h"

namespace syrinx::core {

// Regular files, each once, in the order of their paths; what is missing or cannot be listed is left out. Folders are entered at any
// depth, but not through links. [any]
std::vector<std::filesystem::path> asset_files(const PlannedStage& stage);

}  // namespace syrinx::core
