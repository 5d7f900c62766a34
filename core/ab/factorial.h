// The swap matrix: what each part of a combination does by itself, and what two do together.
#pragma once

#include "core/ab/bootstrap.h"
#include "core/ab/files.h"

namespace syrinx::ab {

// Of a result whose arms have "factors" that form a full matrix; null for any other. For each primary measure of one arm:
//   cells         each arm's choices and mean
//   effects       of a choice against the first of its factor: per text the mean over the other factors' settings, then mean and
//                 bca_t interval over texts
//   interactions  of two factors, where all have two choices: half the difference of one's effects between the other's settings
Json factorial_of(const Json& result, const Resampling& how);

}  // namespace syrinx::ab
