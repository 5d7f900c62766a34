#include "files/model_folder.h"

#include <filesystem>
#include <syrinx/sdk.hpp>
#include <vector>

#include "files/read_dimensions.h"

namespace chattts {
namespace {

namespace fs = std::filesystem;
using syrinx::Failure;

// Where in a tensor of that shape the value with this row-major index is.
std::vector<int64_t> place(int64_t index, const std::vector<int64_t>& shape) {
  std::vector<int64_t> out(shape.size());
  for (size_t i = shape.size(); i-- > 0; index /= shape[i]) out[i] = index % shape[i];
  return out;
}

// Some problems in words: the first few, and how many more there are.
class Problems {
 public:
  void add(const std::string& text) {
    if (++count_ <= kShown) text_ += (count_ > 1 ? "; " : "") + text;
  }
  bool any() const { return count_ > 0; }
  std::string text() const {
    return count_ > kShown ? text_ + "; and " + std::to_string(count_ - kShown) + " more problems"
                           : text_;
  }

 private:
  static constexpr int kShown = 4;
  int count_ = 0;
  std::string text_;
};

}  // namespace

Weights::Weights(WeightFile which, std::shared_ptr<const SafetensorsFile> file)
    : file_(std::move(file)) {
  for (const auto& [name, tensor] : file_->tensors()) {
    const auto [there, added] = tensors_.emplace(canonical_name(which, name), &tensor);
    if (!added)
      throw Failure(syrinx::not_found, file_->path() + ": \"" + name + "\" and \"" +
                                           there->second->name + "\" are two names of one tensor");
  }
}

const StoredTensor* Weights::find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : found->second;
}

const StoredTensor& Weights::at(std::string_view name) const {
  if (const StoredTensor* found = find(name)) return *found;
  throw Failure(syrinx::not_found,
                file_->path() + ": the tensor \"" + std::string(name) + "\" is missing");
}

void Weights::require_finite() const {
  for (const auto& [name, tensor] : tensors_) {
    const auto index = first_not_finite(*tensor);
    file_->release(*tensor);
    if (!index) continue;
    throw Failure(syrinx::not_found,
                  file_->path() + ": the tensor \"" + tensor->name +
                      "\" holds a NaN or an infinity at " + to_text(place(*index, tensor->shape)),
                  "the file is damaged, or its training diverged; fetch it again");
  }
}

ModelFolder::ModelFolder(const std::string& path) {
  const fs::path given(path), inner = given / "asset";
  std::error_code none;
  path_ = (fs::exists(inner / "gpt", none) ? inner : given).string();
  dimensions_ = read_dimensions(path_);
}

bool ModelFolder::has(WeightFile file) const {
  std::error_code none;
  return fs::exists(fs::path(path_) / path_of(file), none);
}

Weights ModelFolder::weights(WeightFile which) const {
  const auto file = SafetensorsFile::open((fs::path(path_) / path_of(which)).string());
  Weights out(which, file);
  Problems problems;
  std::map<std::string_view, bool> expected;
  const auto table = expected_tensors(which, dimensions_);
  for (const ExpectedTensor& tensor : table) {
    expected[tensor.name] = true;
    const StoredTensor* found = out.find(tensor.name);
    if (!found)
      problems.add("the tensor \"" + tensor.name + "\" " + to_text(tensor.shape) + " is missing");
    else if (found->shape != tensor.shape)
      problems.add("the tensor \"" + found->name + "\" must have the shape " +
                   to_text(tensor.shape) + ", not " + to_text(found->shape));
    else if (!is_floating(found->dtype))
      problems.add("the tensor \"" + found->name + "\" must hold floating-point values, not " +
                   name_of(found->dtype));
  }
  if (which != WeightFile::kGpt)
    for (const auto& [name, tensor] : out.tensors())
      if (expected.count(name) == 0)
        problems.add("the tensor \"" + tensor->name + "\" does not belong there");
  if (problems.any()) throw Failure(syrinx::not_found, file->path() + ": " + problems.text());
  return out;
}

}  // namespace chattts
