// A folder of recorded outputs: manifest.json with tolerances, *.safetensors, *.json. And the judgement of one file of it.
#pragma once

#include <ATen/ATen.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace chattts {

using Json = nlohmann::json;

class GoldenFolder {
 public:
  // Throws syrinx::Failure if the folder or its manifest cannot be read.
  explicit GoldenFolder(std::string path);

  bool has(const std::string& file) const { return manifest_["files"].contains(file); }
  // A file of tensors by name, without its ending: "vocos".
  const std::map<std::string, at::Tensor>& tensors(const std::string& name) const;
  Json json(const std::string& name) const;
  // What the manifest says of a tensor.
  Json about(const std::string& name, const std::string& tensor) const;
  const Json& facts() const { return manifest_["facts"]; }
  const std::vector<std::string>& names() const { return names_; }  // files in order

 private:
  std::string path_;
  Json manifest_;
  std::vector<std::string> names_;
  mutable std::map<std::string, std::map<std::string, at::Tensor>> read_;
};

// Collects comparisons of one file and keeps the one nearest to its tolerance.
class Judgement {
 public:
  Judgement(const GoldenFolder& folder, std::string name) : folder_(folder), name_(std::move(name)) {}

  const at::Tensor& golden(const std::string& tensor) const;
  bool has(const std::string& tensor) const { return folder_.tensors(name_).count(tensor) > 0; }

  // f32 against the golden, within `atol` of the manifest, `atol_exp` on exponentials where that fails, or absmax * 2^-22 where there is
  // neither. A tolerance given replaces the manifest's.
  void floats(const std::string& tensor, const at::Tensor& got, double tolerance = -1);
  // Integers; where `mask` (same shape) is 0 they may differ.
  void exact(const std::string& tensor, const at::Tensor& got, const at::Tensor& mask = {});
  // Cases of a json file: `differ` of `total` are not as recorded.
  void cases(const std::string& what, int64_t differ, int64_t total);
  void require(const std::string& what, bool as_recorded) { cases(what, as_recorded ? 0 : 1, 1); }

  // One line: name, largest error, tolerance, ok or FAIL, what it was.
  std::string line(const std::string& file) const;
  bool ok() const { return failed_.empty(); }
  // Everything that failed, for --verbose.
  const std::vector<std::string>& failed() const { return failed_; }

 private:
  void add(const std::string& what, double error, double tolerance);
  const GoldenFolder& folder_;
  std::string name_, worst_;
  double error_ = 0, tolerance_ = 0, nearest_ = -1;
  std::vector<std::string> failed_;
};

}  // namespace chattts
