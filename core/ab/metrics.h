// The measures by name: unit, direction, whether of one arm or of a pair; and what is looked at when nothing is chosen.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syrinx::ab {

struct Metric {
  std::string name, unit;
  std::string direction;      // "lower", "higher", "none"
  bool pair = false;          // a distance: of B to the baseline
  bool time = false;          // compared as a ratio
  std::string definition;     // one line
  std::string errors, words;  // values whose sums over texts make the ratio; empty: the mean of values
  std::string source;         // the judge it comes from; empty: ours
};

// Every measure that a run can give: ours, and those of its judges.
class MetricSet {
 public:
  MetricSet();
  // False if the name is taken.
  bool add(Metric metric);
  const Metric* find(std::string_view name) const;
  std::span<const Metric> all() const { return all_; }
  std::vector<std::string> names() const;

  // A judge that should give measures is not there: names that are unknown may be its.
  bool open = false;

 private:
  std::vector<Metric> all_;
};

// A measure of a pair, as the distance of one arm to a recording: "ref_mcd_db"; none for those that say nothing of that.
std::optional<Metric> against_recording(const Metric& pair);

// Fields of a comparison that gates may name.
std::span<const std::string_view> comparison_fields();

// Primary measures by the kind of the first changed stage, and those of judges: corrected together.
std::set<std::string> primary_metrics(std::string_view kind, const MetricSet& known);

}  // namespace syrinx::ab
