// The whole C++ wrapper. Header-only, C++17; needs nlohmann_json.
#pragma once

#include "syrinx/sdk/call.hpp"
#include "syrinx/sdk/flow.hpp"
#include "syrinx/sdk/options.hpp"
#include "syrinx/sdk/plugin.hpp"
#include "syrinx/sdk/ports.hpp"
#include "syrinx/sdk/sampler.hpp"
#include "syrinx/sdk/tensor.hpp"
#include "syrinx/sdk/utf8.hpp"
