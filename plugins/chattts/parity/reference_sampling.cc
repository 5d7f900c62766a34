#include "parity/reference_sampling.h"

#include <algorithm>
#include <cmath>
#include <syrinx/sdk.hpp>

#include "sampling.h"

namespace chattts {
namespace {


}  // namespace

void apply_reference_chain(const at::Tensor& scores, const std::vector<int32_t>& history, int64_t window, int64_t channels,
                           int64_t penalised, const Sampling& sampling, int32_t forbidden) {
  const int64_t rows = scores.size(0), vocab = scores.size(1);
  auto* data = scores.data_ptr<float>();
  for (int64_t r = 0; r < rows; ++r) {
    basic::SamplingParameters p;
    p.temperature = static_cast<float>(sampling.temperature[static_cast<size_t>(r % channels) % sampling.temperature.size()]);
    p.top_p = sampling.top_P.value_or(1.0);
    p.top_k = sampling.top_K.value_or(0);
    p.repetition_penalty = r < penalised ? sampling.repetition_penalty : 1;
    p.window = kWindow;
    basic::apply_chain(p, data + r * vocab, vocab, history.data() + r * window, window, &forbidden, forbidden >= 0 ? 1 : 0);
  }
}

at::Tensor exponential(basic::TorchRace& generator, int64_t rows, int64_t vocab) {
  at::Tensor out = at::empty({rows, vocab}, at::kFloat);
  auto* to = out.data_ptr<float>();
  for (int64_t i = 0; i < rows * vocab; ++i) to[i] = generator.exponential();
  return out;
}

std::vector<int32_t> race(const at::Tensor& scores, const at::Tensor& q) {
  const at::Tensor ratio = at::softmax(scores, 1) / q;
  const int64_t rows = ratio.size(0), vocab = ratio.size(1);
  const auto* data = ratio.data_ptr<float>();
  std::vector<int32_t> out;
  for (int64_t r = 0; r < rows; ++r) {
    const float* row = data + r * vocab;
    if (std::any_of(row, row + vocab, [](float v) { return std::isnan(v); }))
      throw syrinx::Failure(syrinx::failed_precondition, "a row of scores has no finite candidate");
    out.push_back(static_cast<int32_t>(std::max_element(row, row + vocab) - row));
  }
  return out;
}

}  // namespace chattts
