#include "core/ab/votes.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

#include "core/ab/descriptive.h"

namespace syrinx::ab {
namespace {

constexpr double kPrior = 4;
constexpr int64_t kLookAhead = 200;

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

double power_of(int64_t n, double share, double alpha, bool two_sided) {
  const int64_t k = critical_votes(n, two_sided ? alpha / 2 : alpha);
  if (k > n) return 0;
  return binomial_tail(n, k, share) + (two_sided ? 1 - binomial_tail(n, n - k + 1, share) : 0);
}

// All shares that the votes so far do not refute.
Interval plausible(int64_t k, int64_t n, double alpha) {
  const double limit = std::log(1 / alpha), edge = 1e-12;
  const auto refuted = [&](double p) { return log_e_value(k, n, p) >= limit; };
  const auto border = [&](double out, double in) {
    for (int i = 0; i < 200; ++i) {
      const double middle = (out + in) / 2;
      (refuted(middle) ? out : in) = middle;
    }
    return (out + in) / 2;
  };
  const auto votes = static_cast<double>(n);
  const double mode = k > 0 && k < n ? static_cast<double>(k) / votes : (kPrior + static_cast<double>(k)) / (2 * kPrior + votes);
  return {refuted(edge) ? border(edge, mode) : 0, refuted(1 - edge) ? border(1 - edge, mode) : 1};
}

}  // namespace

Proportion proportion(int64_t k, int64_t n, double level) {
  const double z = normal_quantile(1 - (1 - level) / 2), p = static_cast<double>(k) / static_cast<double>(n), votes = static_cast<double>(n);
  const double middle = (p + z * z / (2 * votes)) / (1 + z * z / votes);
  const double half = z * std::sqrt(p * (1 - p) / votes + z * z / (4 * votes * votes)) / (1 + z * z / votes);
  Proportion out{k, n, {middle - half, middle + half}, {0, 1}, 1, 1};
  const double tail = (1 - level) / 2, hits = static_cast<double>(k), misses = static_cast<double>(n - k);
  if (k > 0) out.clopper_pearson[0] = boost::math::ibeta_inv(hits, misses + 1, tail);
  if (k < n) out.clopper_pearson[1] = boost::math::ibeta_inv(hits + 1, misses, 1 - tail);
  out.p_two_sided = std::min(1.0, 2 * binomial_tail(n, std::max(k, n - k)));
  out.p_greater = binomial_tail(n, k);
  return out;
}

int64_t critical_votes(int64_t n, double alpha) {
  int64_t k = n / 2;
  while (k <= n && binomial_tail(n, k) > alpha) ++k;
  return k;
}

VotesNeeded votes_needed(double share, double alpha, double power, bool two_sided) {
  VotesNeeded out;
  int64_t run = 0;
  for (int64_t n = 1; out.safe == 0; ++n) {
    const bool enough = power_of(n, share, alpha, two_sided) >= power;
    if (enough && out.first == 0) out.first = n;
    run = enough ? run + 1 : 0;
    if (run == kLookAhead + 1) out.safe = n - kLookAhead;
  }
  const double za = normal_quantile(1 - (two_sided ? alpha / 2 : alpha)), zb = normal_quantile(power);
  const double q = (za * 0.5 + zb * std::sqrt(share * (1 - share))) / (share - 0.5);
  out.normal = static_cast<int64_t>(std::ceil(q * q - 1e-9));
  out.power = power_of(out.safe, share, alpha, two_sided);
  out.critical = critical_votes(out.safe, two_sided ? alpha / 2 : alpha);
  return out;
}

double log_e_value(int64_t k, int64_t n, double p0) {
  const auto hits = static_cast<double>(k), misses = static_cast<double>(n - k);
  return log_beta(kPrior + hits, kPrior + misses) - log_beta(kPrior, kPrior) - hits * std::log(p0) - misses * std::log(1 - p0);
}

Sequential watch_votes(std::span<const int> votes, double alpha) {
  Sequential out;
  Look look;
  look.ci = {0, 1};
  double best = 0;
  for (const int vote : votes) {
    ++look.n;
    look.k += vote != 0;
    look.log_e = log_e_value(look.k, look.n);
    best = std::max(best, look.log_e);
    look.p_anytime = std::min(1.0, std::exp(-best));
    const Interval here = plausible(look.k, look.n, alpha);
    look.ci = {std::max(look.ci[0], here[0]), std::min(look.ci[1], here[1])};
    if (!out.stop_at && look.log_e >= std::log(1 / alpha)) out.stop_at = look.n;
    out.path.push_back(look);
  }
  return out;
}

}  // namespace syrinx::ab
