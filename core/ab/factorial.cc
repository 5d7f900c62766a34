#include "core/ab/factorial.h"

#include <algorithm>
#include <map>
#include <optional>

#include "core/ab/descriptive.h"
#include "core/ab/paired.h"

namespace syrinx::ab {
namespace {

struct Factor {
  std::string name;
  std::vector<std::string> choices;  // in the order of arms; the first is the reference
};

struct Cell {
  std::string arm;
  std::vector<size_t> setting;  // a choice of each factor
  std::vector<double> values;   // one for each text that all cells have
};

std::optional<std::vector<Factor>> factors_of(const Json& arms) {
  std::vector<Factor> out;
  size_t cells = 1;
  for (const Json& arm : arms) {
    if (!arm.contains("factors")) return std::nullopt;
    for (const auto& [name, choice] : arm["factors"].items()) {
      auto factor = std::find_if(out.begin(), out.end(), [&, &wanted = name](const Factor& f) { return f.name == wanted; });
      if (factor == out.end()) factor = out.insert(out.end(), {name, {}});
      const auto text = choice.get<std::string>();
      if (std::find(factor->choices.begin(), factor->choices.end(), text) == factor->choices.end()) factor->choices.push_back(text);
    }
  }
  for (const Factor& factor : out) cells *= factor.choices.size();
  if (out.empty() || cells != arms.size()) return std::nullopt;
  return out;
}

std::vector<Cell> cells_of(const Json& result, const std::vector<Factor>& factors, const std::string& metric) {
  std::vector<Cell> cells;
  for (const Json& arm : result["arms"]) {
    Cell& cell = cells.emplace_back();
    cell.arm = arm["name"];
    for (const Factor& factor : factors) {
      const auto choice = std::find(factor.choices.begin(), factor.choices.end(), arm["factors"].value(factor.name, ""));
      cell.setting.push_back(static_cast<size_t>(choice - factor.choices.begin()));
    }
  }
  for (const Json& item : result["items"]) {
    std::vector<double> row;
    for (const Cell& cell : cells) {
      const auto arm = item["metrics"].find(cell.arm);
      const Json value = arm == item["metrics"].end() ? Json() : arm->value(metric, Json());
      if (value.is_number()) row.push_back(value);
    }
    // A text that one cell lacks is left out of all.
    if (row.size() == cells.size())
      for (size_t i = 0; i < cells.size(); ++i) cells[i].values.push_back(row[i]);
  }
  return cells;
}

// Per text: the mean over the other factors of (choice - first).
std::vector<double> effect_of(const std::vector<Cell>& cells, size_t factor, size_t choice) {
  std::vector<double> out(cells[0].values.size());
  double pairs = 0;
  for (const Cell& cell : cells) {
    if (cell.setting[factor] != choice) continue;
    auto other = cell.setting;
    other[factor] = 0;
    const auto first = std::find_if(cells.begin(), cells.end(), [&](const Cell& c) { return c.setting == other; });
    for (size_t t = 0; t < out.size(); ++t) out[t] += cell.values[t] - first->values[t];
    ++pairs;
  }
  for (double& v : out) v /= pairs;
  return out;
}

Json with_interval(Json entry, double effect, size_t n, const Interval& ci) {
  entry["effect"] = effect;
  entry["n"] = n;
  entry["ci"] = n >= 3 ? Json(ci) : Json(nullptr);
  return entry;
}

}  // namespace

Json factorial_of(const Json& result, const Resampling& how) {
  const auto factors = factors_of(result["arms"]);
  if (!factors) return nullptr;
  Json out = {{"factors", Json::object()}, {"cells", Json::array()}, {"effects", Json::array()}, {"interactions", Json::array()}};
  for (const Factor& factor : *factors) out["factors"][factor.name] = factor.choices;
  const bool pairs = std::all_of(factors->begin(), factors->end(), [](const Factor& f) { return f.choices.size() == 2; });
  for (const Json& metric : result["metrics"]) {
    if (metric["family"] != "primary" || metric["scope"] != "arm") continue;
    const std::string name = metric["name"];
    const auto cells = cells_of(result, *factors, name);
    const size_t n = cells[0].values.size();
    if (n == 0) continue;
    for (const Cell& cell : cells) out["cells"].push_back({{"metric", name}, {"arm", cell.arm}, {"mean", mean(cell.values)}});
    for (size_t f = 0; f < factors->size(); ++f)
      for (size_t c = 1; c < (*factors)[f].choices.size(); ++c) {
        const auto d = effect_of(cells, f, c);
        Json entry = {{"metric", name}, {"factor", (*factors)[f].name}, {"choice", (*factors)[f].choices[c]}, {"against", (*factors)[f].choices[0]}};
        out["effects"].push_back(with_interval(std::move(entry), mean(d), n, n >= 3 ? bootstrap_mean(d, how).intervals.bca_t : Interval{}));
      }
    if (!pairs || factors->size() < 2 || n < 3) continue;
    std::vector<std::pair<std::string, std::vector<double>>> settings;
    for (const Cell& cell : cells) {
      std::string setting;
      for (const size_t choice : cell.setting) setting += static_cast<char>('0' + choice);
      settings.emplace_back(setting, cell.values);
    }
    for (const Effect& effect : factorial_effects(settings, how)) {
      const size_t star = effect.name.find('*');
      if (star == std::string::npos) continue;
      const auto factor = [&](const std::string& number) { return (*factors)[std::stoul(number)].name; };
      Json entry = {{"metric", name}, {"factors", {factor(effect.name.substr(0, star)), factor(effect.name.substr(star + 1))}}};
      out["interactions"].push_back(with_interval(std::move(entry), effect.effect, n, effect.ci));
    }
  }
  return out;
}

}  // namespace syrinx::ab
