// Run locks: everything that decided a run, and the digest of what every stage gave, in one JSON file. `synth --lock FILE` writes one,
// `syrinx verify FILE` repeats the run and names the first stage that gives something else.
#pragma once

#include "core/cli/run_record.h"

namespace syrinx::cli {

// {"stage": {"plugin", "version", "device", "library": SHA-256}}
core::Json plugins_of(const core::Plan& plan);

// {"path": SHA-256} of every file that an option of a stage names as an asset, weights, tables and voices, and of those in folders.
core::Json assets_of(const core::Plan& plan);

// All of a record in one document.
core::Json lock_of(const RunRecord& record, core::Json plugins, core::Json assets);

}  // namespace syrinx::cli
