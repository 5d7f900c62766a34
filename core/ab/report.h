// The report page of a result: reads without a network and without JavaScript, which only marks, filters and plays.
#pragma once

#include <string>

#include "core/ab/files.h"

namespace syrinx::ab {

struct ReportOptions {
  std::string resources;  // folder with report.html
  bool embed = false;     // sounds and pictures inside: one file
  bool blind = false;     // players are not named until "reveal"
};

// Writes index.html (and pictures/) into the folder.
core::Outcome write_report(const std::string& folder, const Json& result, const ReportOptions& options);

}  // namespace syrinx::ab
