// A listening session from a result folder.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/ab/rate.h"
#include "core/ab/rng.h"
#include "core/cli/ab.h"
#include "core/config/shape.h"

namespace syrinx::cli {

namespace fs = std::filesystem;
using core::Json;

namespace {

// Items that all arms spoke: those that differ most first, the rest in an order of the seed.
std::vector<const Json*> chosen_items(const Json& result, size_t most, uint64_t seed) {
  std::vector<std::pair<double, const Json*>> ranked;
  std::vector<const Json*> rest;
  for (const Json& item : result["items"]) {
    bool all = item.contains("outputs") && item["outputs"].size() == result["arms"].size();
    double distance = -1;
    if (all)
      for (const auto& [arm, output] : item["outputs"].items()) all = all && output.contains("audio");
    if (!all) continue;
    for (const auto& [arm, pair] : item["pair"].items())
      if (pair.contains("mcd_db") && pair["mcd_db"].is_number()) distance = std::max(distance, pair["mcd_db"].get<double>());
    if (distance > 0) ranked.emplace_back(distance, &item);
    else rest.push_back(&item);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const Json*> out;
  for (const auto& [distance, item] : ranked) out.push_back(item);
  for (const Json* item : ab::shuffled(ab::Stream(seed, {"page", "items"}), rest)) out.push_back(item);
  out.resize(std::min(out.size(), most));
  return out;
}

core::Result<int64_t> number(const Arguments& arguments, const char* name, int64_t otherwise) {
  int64_t value = otherwise;
  if (arguments.has(name) && (!core::parse_integer(arguments.get(name), &value) || value < 0))
    return core::Error{"E0504", fmt::format("--{} needs a number of at least 0, not \"{}\"", name, arguments.get(name)), {}, {}, {}};
  return value;
}

}  // namespace

core::Result<ab::Session> session_of_result(const std::string& folder, const Arguments& arguments) {
  auto result = ab::read_json((fs::path(folder) / "result.json").string());
  if (!result) return std::move(result).errors();
  if (!result->is_object() || result->value("schema", "") != "ab-result/1") return core::Error{"E0504", fmt::format("{} has no result of ab run", folder), {}, {}, {}};
  ab::SessionWish wish;
  wish.mode = arguments.get("mode", "preference");
  wish.language = arguments.get("lang", "en");
  wish.question = arguments.get("question");
  wish.keep_position = arguments.has("keep-position");
  wish.loop = arguments.has("loop");
  wish.with_key = !arguments.has("no-key");
  auto seed = number(arguments, "seed", static_cast<int64_t>(std::stoull((*result)["seed"].get<std::string>()))), most = number(arguments, "items", 20);
  if (!seed) return std::move(seed).errors();
  if (!most) return std::move(most).errors();
  wish.seed = static_cast<uint64_t>(*seed);
  const auto items = chosen_items(*result, static_cast<size_t>(*most), wish.seed);
  if (items.empty()) return core::Error{"E0504", fmt::format("{} has no text that all arms spoke", folder), {}, {}, {}};
  const auto eighth = static_cast<int64_t>(std::lround(static_cast<double>(items.size()) / 8));
  auto catches = number(arguments, "catch", eighth), repeats = number(arguments, "repeat", eighth);
  if (!catches) return std::move(catches).errors();
  if (!repeats) return std::move(repeats).errors();
  wish.catches = static_cast<int>(*catches);
  wish.repeats = static_cast<int>(*repeats);
  const std::string digest = (*result)["texts"]["digest"].get<std::string>();
  wish.name = fmt::format("{}-{}-{}", wish.mode, digest.substr(digest.find(':') + 1, 8), wish.seed);
  const bool pairs = wish.mode == "preference" || wish.mode == "abx" || wish.mode == "cmos";
  const std::string baseline = (*result)["arms"][0]["name"];
  std::vector<ab::SessionItem> made;
  for (const Json* item : items) {
    std::map<std::string, ab::Audio> sounds;
    for (const auto& [arm, output] : (*item)["outputs"].items()) {
      auto audio = ab::read_wav((fs::path(folder) / output["audio"].get<std::string>()).string());
      if (!audio) return std::move(audio).errors();
      sounds[arm] = *std::move(audio);
    }
    ab::SessionItem base{(*item)["id"], (*item)["text"], {}, std::nullopt};
    if (item->contains("reference_audio")) {
      auto audio = ab::read_wav((*item)["reference_audio"].get<std::string>());
      if (!audio) return std::move(audio).errors();
      base.recording = *std::move(audio);
    }
    if (!pairs) {
      for (const auto& [arm, audio] : sounds) base.arms.emplace_back(arm, audio);
      made.push_back(std::move(base));
      continue;
    }
    // Of more than two arms each is compared with the baseline.
    for (const auto& [arm, audio] : sounds) {
      if (arm == baseline) continue;
      ab::SessionItem one = base;
      one.arms = {{baseline, sounds.at(baseline)}, {arm, audio}};
      made.push_back(std::move(one));
    }
  }
  auto session = ab::make_session(made, wish);
  if (!session) return session;
  ab::RatedSession key = ab::rated(*session);
  key.baseline = baseline;
  const std::string file = (fs::path(folder) / "key.json").string();
  Json keys = Json::object();
  if (auto known = ab::read_json(file); known && known->is_object()) keys = *known;
  keys["sessions"][session->name] = ab::to_json(key);
  if (auto written = ab::write_whole(file, ab::canonical(keys) + "\n"); !written) return std::move(written).errors();
  return session;
}

}  // namespace syrinx::cli
