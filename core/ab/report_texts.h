// The part of a report that shows each text: what was said, players, pictures, measures.
#pragma once

#include <string>

#include "core/ab/report.h"

namespace syrinx::ab {

// Articles as HTML, those that differ most in the first primary measure first; writes pictures/ unless everything is embedded.
core::Result<std::string> report_texts(const std::string& folder, const Json& result, const ReportOptions& options);

}  // namespace syrinx::ab
