// Reference values of comparisons: where they are, and whether values fit them.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/ab/audio.h"
#include "core/ab/bootstrap.h"

namespace syrinx::testing {

using Json = nlohmann::json;

inline std::string ab_folder() { return std::string(SYRINX_SHARED_DIR) + "/goldens/ab/"; }
inline bool have_ab_goldens() { return std::ifstream(ab_folder() + "rng.json").good(); }
inline Json ab_golden(const std::string& name) { return Json::parse(std::ifstream(ab_folder() + name + ".json")); }

#define SYRINX_NEEDS_AB_GOLDENS \
  if (!syrinx::testing::have_ab_goldens()) GTEST_SKIP() << "no reference values: " << syrinx::testing::ab_folder()

// What a value of this name may differ by, as the reference files say.
inline double ab_tolerance(const std::string& name, double expected) {
  const auto ends = [&](const std::string& tail) { return name.size() >= tail.size() && name.compare(name.size() - tail.size(), tail.size(), tail) == 0; };
  if (name == "hnr_db") return 0.01;
  if (ends("_db") || ends("_dbfs") || ends("_dbtp") || name == "lufs") return 0.001;
  if (name == "mrstft" || name == "spectral_convergence" || name == "log_magnitude") return 1e-4;
  if (name == "centroid_hz" || name == "centroid_sd_hz") return 1e-5 * std::abs(expected);
  if (ends("_hz")) return 1e-4 * std::abs(expected);
  if (name == "sd_st" || name == "range_st" || name == "lag_corr" || name == "f0_corr") return 1e-6;
  if (name == "f0_rmse_cents") return 1e-3;
  return 1e-9 * std::max(1.0, std::abs(expected));
}

inline void expect_near(const Json& expected, const Json& actual, const std::string& where, const std::string& name = "") {
  if (expected.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (!actual.contains(key)) ADD_FAILURE() << where << ": there is no " << key;
      else expect_near(value, actual[key], where + "." + key, key);
    }
  } else if (expected.is_array()) {
    ASSERT_TRUE(actual.is_array()) << where;
    ASSERT_EQ(expected.size(), actual.size()) << where;
    for (size_t i = 0; i < expected.size(); ++i) expect_near(expected[i], actual[i], where + "[" + std::to_string(i) + "]", name);
  } else if (expected.is_number() && actual.is_number()) {
    const double e = expected.get<double>(), a = actual.get<double>();
    EXPECT_NEAR(e, a, expected.is_number_integer() && actual.is_number_integer() ? 0 : ab_tolerance(name, e)) << where;
  } else {
    EXPECT_EQ(expected, actual) << where;
  }
}

template <class T>
Json maybe(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

inline Json to_json(const ab::Intervals& ci) {
  return {{"fallback", ci.fallback}, {"percentile", ci.percentile}, {"bca", ci.bca}, {"bca_t", ci.bca_t}};
}

inline ab::Audio ab_wav(const std::string& name) {
  auto audio = ab::read_wav(ab_folder() + "wavs/" + name + ".wav");
  if (!audio) throw std::runtime_error(audio.errors()[0].message);
  return *audio;
}

}  // namespace syrinx::testing
