// A plugin's manifest, from its binary and the build's own facts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "syrinx/abi.h"

namespace syrinx::conform {

using Json = nlohmann::ordered_json;

// `library` is the file's name; `short_name` what configurations write.
Json make_manifest(const syx_plugin& plugin, const std::string& library, const std::string& short_name);

}  // namespace syrinx::conform
