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

// The arms that the arguments name, loaded and planned, without their writers; the first is the baseline, which an earlier result
// may give.
core::Result<std::vector<ab::Arm>> arms_of(const Arguments& arguments, const ab::Recorded* recorded);

// Options of `ab run` and `ab plan`: texts, seeds, statistics, gates, judges, arms. Everything that is wrong with them is said before
// anything runs. The exit code, or -1 if all is well. `start`: judges are started.
int prepare_experiment(const Arguments& arguments, ab::Experiment& experiment, bool start);

}  // namespace syrinx::cli
