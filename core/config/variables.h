// ${vars.x} and ${env.X} in the texts of a configuration.
#pragma once

#include "core/config/node.h"

namespace syrinx::core {

// Replaces them everywhere but under `vars` and `env` themselves; a variable may use others, not itself. Only names
// listed under `env:` are read from the environment. No arithmetic, no conditions. E0109.
Errors substitute_variables(Node& root);

}  // namespace syrinx::core
