// What the host itself costs, with stages that do nothing.
#pragma once

namespace syrinx::core {

struct HostCost {
  double call_ns = 0;   // one call through a table of functions
  double stage_us = 0;  // per utterance and stage, ten stages in a row
  double start_ms = 0;  // from a plan of ten stages to the first call into the first of them
  int utterances = 0;
};

HostCost measure_host();

}  // namespace syrinx::core
