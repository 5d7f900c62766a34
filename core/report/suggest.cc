#include "core/report/suggest.h"

#include <algorithm>

namespace syrinx::core {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> cost(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

std::vector<std::string> suggest(std::string_view name, const std::vector<std::string>& names) {
  // Longer ones than this are no typing errors, and would cost quadratic time.
  if (name.size() > 64) return {};
  std::vector<std::pair<int, const std::string*>> near;
  for (const std::string& candidate : names) {
    if (candidate.size() > 64) continue;
    const int distance = edit_distance(name, candidate);
    const int longest = static_cast<int>(std::max(name.size(), candidate.size()));
    if (distance <= std::max(1, longest / 3) && distance < longest) near.emplace_back(distance, &candidate);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  std::vector<std::string> out;
  for (const auto& [distance, candidate] : near) {
    if (out.size() == 3) break;
    if (std::find(out.begin(), out.end(), *candidate) == out.end()) out.push_back(*candidate);
  }
  return out;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& names) {
  const auto near = suggest(name, names);
  std::string out;
  for (size_t i = 0; i < near.size(); ++i) {
    out += i == 0 ? "did you mean \"" : i + 1 == near.size() ? "\" or \"" : "\", \"";
    out += near[i];
  }
  return out.empty() ? out : out + "\"?";
}

}  // namespace syrinx::core
