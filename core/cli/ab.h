// What the commands `syrinx ab ...` share.
#pragma once

#include <string>
#include <vector>

#include "core/ab/experiment.h"
#include "core/ab/session.h"
#include "core/cli/command.h"

namespace syrinx::cli {

// A session over the texts of a result folder, made as the arguments of `ab page` say; its key goes into the folder's
// key.json.
core::Result<ab::Session> session_of_result(const std::string& folder, const Arguments& arguments);

// The arms that the arguments name, loaded and planned, without their writers; the first is the baseline.
core::Result<std::vector<ab::Arm>> arms_of(const Arguments& arguments);

}  // namespace syrinx::cli
