#include "core/ab/progress_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace syrinx::ab {

core::Result<ProgressFile> ProgressFile::open(const std::string& path, const Json& head, bool resume) {
  ProgressFile out;
  out.path_ = path;
  std::string kept;
  if (resume) {
    std::ifstream file(path, std::ios::binary);
    std::string line;
    bool first = true;
    while (std::getline(file, line) && !file.eof()) {
      Json entry = Json::parse(line, nullptr, false);
      if (!entry.is_object()) break;
      if (std::exchange(first, false)) {
        if (entry != head) return core::Error{"E0504", "the folder belongs to another comparison", {}, {"arms, texts, seeds and options of a resumed run are those of the one that was interrupted"}, {"--force begins anew"}};
        continue;
      }
      out.known_.emplace(entry["key"].get<std::string>(), entry["value"]);
      kept += line + "\n";
    }
  }
  if (auto written = write_whole(path, canonical(head, -1) + "\n" + kept); !written) return std::move(written).errors();
  return out;
}

const Json* ProgressFile::find(const std::string& key) const {
  const auto found = known_.find(key);
  return found == known_.end() ? nullptr : &found->second;
}

core::Outcome ProgressFile::add(const std::string& key, Json& value) {
  const std::string line = canonical({{"key", key}, {"value", value}}, -1) + "\n";
  value = Json::parse(line)["value"];
  std::ofstream file(path_, std::ios::binary | std::ios::app);
  file << line;
  file.close();
  if (file) return core::Nothing{};
  std::error_code ignored;
  const auto space = std::filesystem::space(std::filesystem::path(path_).parent_path(), ignored);
  return core::Error{"E0505", fmt::format("cannot write {}", path_), {}, {fmt::format("{} bytes are free there", ignored ? 0 : space.available)}, {"make room and go on with --resume"}};
}

}  // namespace syrinx::ab
