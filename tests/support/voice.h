// Where the embedded voice and its reference outputs lie. Test code only.
#pragma once

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace syrinx::testing {

inline std::string hibari_folder() {
  if (const char* folder = std::getenv("SYRINX_VOICES_DIR")) return std::string(folder) + "/hibari";
  const char* data = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  return (data ? std::string(data) : std::string(home ? home : "") + "/.local/share") + "/syrinx/voices/hibari";
}

inline bool exists(const std::string& path) { return static_cast<bool>(std::ifstream(path)); }
inline std::string voice_golden(const std::string& name) { return std::string(SYRINX_SHARED_DIR) + "/goldens/voice/" + name; }

inline nlohmann::json read_json(const std::string& path) {
  std::ifstream in(path);
  return nlohmann::json::parse(in);
}

inline std::vector<nlohmann::json> read_json_lines(const std::string& path) {
  std::vector<nlohmann::json> out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) out.push_back(nlohmann::json::parse(line));
  return out;
}

}  // namespace syrinx::testing
