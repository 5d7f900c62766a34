#include "goldens/golden_folder.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <syrinx/sdk.hpp>

#include "stages/weights.h"

namespace chattts {
namespace {

Json read_json(const std::string& path) {
  std::ifstream in(path);
  Json out = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  if (!in || out.is_discarded()) throw syrinx::Failure(syrinx::not_found, path + " cannot be read as JSON");
  return out;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g", value);
  return text;
}

}  // namespace

GoldenFolder::GoldenFolder(std::string path) : path_(std::move(path)), manifest_(read_json(path_ + "/manifest.json")) {
  for (const auto& [name, ignored] : manifest_.at("files").items()) names_.push_back(name);
}

const std::map<std::string, at::Tensor>& GoldenFolder::tensors(const std::string& name) const {
  const auto found = read_.find(name);
  if (found != read_.end()) return found->second;
  return read_[name] = read_tensors(path_ + "/" + name + ".safetensors");
}

Json GoldenFolder::json(const std::string& name) const { return read_json(path_ + "/" + name + ".json"); }

Json GoldenFolder::about(const std::string& name, const std::string& tensor) const {
  const Json& files = manifest_["files"];
  const auto file = files.find(name + ".safetensors");
  return file != files.end() && file->is_object() ? file->value(tensor, Json::object()) : Json::object();
}

const at::Tensor& Judgement::golden(const std::string& tensor) const {
  const auto& all = folder_.tensors(name_);
  const auto found = all.find(tensor);
  if (found == all.end()) throw syrinx::Failure(syrinx::not_found, name_ + ".safetensors has no tensor " + tensor);
  return found->second;
}

void Judgement::add(const std::string& what, double error, double tolerance) {
  const double nearness = tolerance > 0 ? error / tolerance : error > 0 ? INFINITY : 0;
  if (!(nearness <= nearest_)) worst_ = what, error_ = error, tolerance_ = tolerance, nearest_ = nearness;
  if (!(error <= tolerance)) failed_.push_back(what + ": " + number(error) + ", tolerance " + number(tolerance));
}

void Judgement::floats(const std::string& tensor, const at::Tensor& got, double tolerance) {
  const at::Tensor want = golden(tensor).to(at::kDouble);
  if (got.sizes() != want.sizes()) {
    std::string shape;
    for (int64_t size : got.sizes()) shape += (shape.empty() ? "" : ", ") + std::to_string(size);
    return add(tensor + " has the shape [" + shape + "]", INFINITY, 0);
  }
  const at::Tensor have = got.cpu().to(at::kDouble);
  if (want.numel() == 0) return add(tensor, 0, 0);
  const Json about = folder_.about(name_, tensor);
  const double error = (have - want).abs().max().item<double>();
  if (tolerance < 0) tolerance = about.value("atol", about.value("absmax", 0.0) * std::pow(2.0, -22));
  if (!(error <= tolerance) && about.contains("atol_exp")) {
    const double exponential = (have.exp() - want.exp()).abs().max().item<double>();
    return add(tensor + " (exp)", exponential, about["atol_exp"].get<double>());
  }
  add(tensor, error, tolerance);
}

void Judgement::exact(const std::string& tensor, const at::Tensor& got, const at::Tensor& mask) {
  const at::Tensor want = golden(tensor).to(at::kLong);
  if (got.sizes() != want.sizes()) return add(tensor + " has another shape", INFINITY, 0);
  at::Tensor differs = got.cpu().to(at::kLong) != want;
  if (mask.defined()) differs = differs & (mask != 0);
  add(tensor, static_cast<double>(differs.sum().item<int64_t>()), 0);
}

void Judgement::cases(const std::string& what, int64_t differ, int64_t total) {
  add(what + " (" + std::to_string(total) + ")", static_cast<double>(differ), 0);
}

std::string Judgement::line(const std::string& file) const {
  char text[256];
  std::snprintf(text, sizeof(text), "%-38s %10s %10s  %-4s  %s", file.c_str(), number(error_).c_str(), number(tolerance_).c_str(), ok() ? "ok" : "FAIL",
                worst_.c_str());
  return text;
}

}  // namespace chattts
