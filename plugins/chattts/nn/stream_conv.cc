#include "nn/stream_conv.h"

namespace chattts {

at::Tensor Tail::extend(const at::Tensor& piece, int64_t r, bool last) {
  if (r == 0) return piece;
  const auto zeros = [&] { return at::zeros({piece.size(0), piece.size(1), r}, piece.options()); };
  at::Tensor all = at::cat(last ? std::vector<at::Tensor>{kept_.defined() ? kept_ : zeros(), piece, zeros()}
                                : std::vector<at::Tensor>{kept_.defined() ? kept_ : zeros(), piece},
                           2);
  const int64_t size = all.size(2);
  if (last) kept_ = at::Tensor();
  else kept_ = all.narrow(2, std::max<int64_t>(0, size - 2 * r), std::min(size, 2 * r)).clone();
  return size > 2 * r ? all : all.narrow(2, 0, 0);
}

}  // namespace chattts
