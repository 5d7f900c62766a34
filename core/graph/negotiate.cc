#include "core/graph/negotiate.h"

#include "core/graph/negotiation.h"
#include "core/graph/resolve.h"

namespace syrinx::core {

Result<Plan> make_plan(const PipelineConfig& config, const PluginIndex& index, Fed fed) {
  std::vector<std::string> remarks;
  auto stages = resolve_stages(config, index, &remarks);
  if (!stages) return std::move(stages).errors();
  auto plan = Negotiation(config, index, *std::move(stages), fed).run();
  if (plan) plan->remarks = std::move(remarks);
  return plan;
}

}  // namespace syrinx::core
