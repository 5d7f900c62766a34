// The sampler's chain on made-up scores.
#include "goldens/checks.h"
#include "goldens/prompts.h"
#include "parity/reference_sampling.h"

namespace chattts {
namespace {


void sampler(const Subject&, const GoldenFolder& folder, Judgement& judge, const std::string& name) {
  for (const Json& about : folder.json(name)) {
    char prefix[8];
    std::snprintf(prefix, sizeof(prefix), "c%02d.", about["case"].get<int>());
    const auto tensor = [&](const char* part) { return judge.golden(prefix + std::string(part)); };
    const int64_t tile = about.value("tile", 1);
    const at::Tensor scores = tensor("logits").to(at::kFloat).repeat({tile, 1}).contiguous();
    const at::Tensor recorded = tensor("history").to(at::kInt).repeat({tile, 1});
    // The last 16, -1 in front where there are fewer.
    const int64_t rows = scores.size(0), have = std::min(kWindow, recorded.size(1));
    at::Tensor history = at::full({rows, kWindow}, -1, at::kInt);
    if (have > 0) history.narrow(1, kWindow - have, have).copy_(recorded.narrow(1, recorded.size(1) - have, have));
    RefineTextParams params;
    params.repetition_penalty = 1;
    read_params(about, params);
    const std::vector<int32_t> window(history.data_ptr<int32_t>(), history.data_ptr<int32_t>() + history.numel());
    apply_reference_chain(scores, window, kWindow, 1, about["num_code"], sampling_of(params), about.value("mask_eos", false) ? about["eos"].get<int32_t>() : -1);
    const at::Tensor probability = at::softmax(scores, 1), tokens = tensor("survivor_token").to(at::kLong);
    at::Tensor made = at::zeros(tokens.sizes());
    int64_t other = 0;
    for (int64_t r = 0; r < rows; ++r) {
      const at::Tensor wanted = tokens[r].masked_select(tokens[r] >= 0);
      if (!at::equal((scores[r] > -INFINITY).nonzero().squeeze(1), std::get<0>(wanted.sort()))) ++other;
      made[r].narrow(0, 0, wanted.size(0)).copy_(probability[r].index_select(0, wanted));
    }
    judge.cases(std::string(prefix) + "survivor_token", other, rows);
    judge.floats(std::string(prefix) + "survivor_prob", made);
  }
}

}  // namespace

const std::map<std::string, Check>& sampler_checks() {
  static const std::map<std::string, Check> kChecks = {
      {"sampler.safetensors", [](const Subject& s, const GoldenFolder& f, Judgement& j) { sampler(s, f, j, "sampler"); }},
      {"sampler_edges.safetensors", [](const Subject& s, const GoldenFolder& f, Judgement& j) { sampler(s, f, j, "sampler_edges"); }},
  };
  return kChecks;
}

}  // namespace chattts
