#include "core/ab/judge.h"

#include <fmt/format.h>

#include "core/ab/numbers.h"
#include "core/ab/text.h"

namespace syrinx::ab {

void score_answer(const JudgeInfo& info, const std::string& text, const std::string& language, JudgeAnswer& answer) {
  const auto said = scoring_tokens(numbers_written_out(text, language)), heard = scoring_tokens(numbers_written_out(answer.hypothesis, language));
  for (const Metric& m : info.metrics) {
    if (m.errors.empty()) continue;
    answer.values[m.errors] = static_cast<double>(edit(said, heard).distance);
    answer.values[m.words] = static_cast<double>(said.size());
    if (!said.empty()) answer.values[m.name] = answer.values[m.errors] / answer.values[m.words];
  }
}

core::Result<Metric> judge_metric(const core::Json& described, const std::string& judge) {
  const auto wrong = [](std::string what) { return core::Error{"E0507", std::move(what), {}, {}, {}}; };
  const auto text = [&](const char* name) { return described.value(name, core::Json()).is_string() ? described[name].get<std::string>() : std::string(); };
  if (!described.is_object() || text("name").empty()) return wrong("a measure of it has no name");
  Metric out;
  out.name = text("name");
  for (const char c : out.name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return wrong(fmt::format("its measure \"{}\" has a name that is not of letters, digits and _", out.name));
  out.unit = text("unit");
  out.direction = text("direction").empty() ? text("better") : text("direction");
  if (out.direction.empty()) out.direction = "none";
  if (out.direction != "lower" && out.direction != "higher" && out.direction != "none")
    return wrong(fmt::format("its measure \"{}\" has the direction \"{}\", which is none of lower, higher, none", out.name, out.direction));
  out.definition = text("definition").empty() ? "by the judge " + judge : text("definition") + ", by the judge " + judge;
  out.source = judge;
  if (const core::Json ratio = described.value("ratio", core::Json()); ratio.is_array()) {
    if (ratio.size() != 2 || !ratio[0].is_string() || !ratio[1].is_string()) return wrong(fmt::format("the ratio of its measure \"{}\" is not two names", out.name));
    out.errors = ratio[0];
    out.words = ratio[1];
  }
  return out;
}

}  // namespace syrinx::ab
