#include "core/cli/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/ab/audio.h"
#include "core/ab/files.h"
#include "core/run/kept_output.h"

namespace syrinx::cli {

namespace fs = std::filesystem;
using core::Json;

namespace {

const char* kind_of(uint8_t code) { return code == kDLFloat ? "f" : code == kDLInt ? "i" : code == kDLUInt ? "u" : code == kDLBool ? "bool" : code == kDLBfloat ? "bf" : "?"; }

Json shape_of(const syx_tensor& tensor) {
  if (!tensor.dl) return nullptr;
  const DLTensor& dl = tensor.dl->dl_tensor;
  return {{"dtype", fmt::format("{}{}", kind_of(dl.dtype.code), dl.dtype.bits)}, {"shape", std::vector<int64_t>(dl.shape, dl.shape + dl.ndim)}};
}

// Appends audio [channels, samples] in f32 or s16; false for anything else.
bool append_audio(const syx_tensor& tensor, ab::Audio& to) {
  if (!tensor.dl || tensor.dl->dl_tensor.ndim != 2) return false;
  const DLTensor& dl = tensor.dl->dl_tensor;
  const bool f32 = dl.dtype.code == kDLFloat && dl.dtype.bits == 32, s16 = dl.dtype.code == kDLInt && dl.dtype.bits == 16;
  if (!f32 && !s16) return false;
  to.channels.resize(std::max(to.channels.size(), static_cast<size_t>(dl.shape[0])));
  const char* data = static_cast<const char*>(dl.data) + dl.byte_offset;
  for (int64_t c = 0; c < dl.shape[0]; ++c)
    for (int64_t i = 0, at = c * dl.shape[1]; i < dl.shape[1]; ++i, ++at)
      to.channels[static_cast<size_t>(c)].push_back(f32 ? reinterpret_cast<const float*>(data)[at] : reinterpret_cast<const int16_t*>(data)[at] / 32768.0);
  return true;
}

// 03-vocoder-2.audio, without an ending.
std::string file_name(size_t place, const core::StageOutput& output, const std::string& port) {
  std::string piece = output.piece.empty() ? "" : "-" + output.piece;
  std::replace(piece.begin(), piece.end(), '/', '-');
  return fmt::format("{:02}-{}{}.{}", place, output.stage, piece, port);
}

}  // namespace

Trace::Trace(std::string folder, const core::PipelineConfig& config, const core::Plan& plan, std::unique_ptr<core::StageStore> store)
    : folder_(std::move(folder)), record_(config, plan), store_(std::move(store)) {
  for (const core::PlannedStage& stage : plan.stages) ports_[stage.name] = stage.out;
}

core::Result<std::unique_ptr<Trace>> Trace::create(const std::string& folder, const core::PipelineConfig& config, const core::Plan& plan) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    return core::Error{"E0505", fmt::format("the folder {} is not empty", folder), {}, {}, {"a trace gets a folder of its own: name another"}};
  auto store = core::StageStore::open(fs::path(folder) / "store");
  if (!store) return std::move(store).errors();
  return std::unique_ptr<Trace>(new Trace(folder, config, plan, std::move(*store)));
}

void Trace::add(const core::Request& request, const core::StageOutput& output) {
  auto items = core::items_of(output.bytes);
  if (!items) items.emplace();
  const auto& ports = ports_.find(output.stage)->second;
  Json lines = Json::array();
  std::map<std::string, std::string> texts;
  std::map<std::string, ab::Audio> sounds;
  for (const core::KeptItem& kept : *items) {
    if (kept.port >= ports.size()) continue;
    const core::PortSpec& port = ports[kept.port];
    Json line = {{"port", port.name}, {"offset", kept.item.offset}, {"last", (kept.item.flags & SYX_ITEM_LAST) != 0}};
    if (!kept.item.text.empty()) line["text_bytes"] = kept.item.text.size();
    if (!kept.item.meta.empty()) line["meta"] = Json::parse(kept.item.meta, nullptr, false);
    for (const syx_tensor& tensor : kept.item.tensors) line["tensors"].push_back(shape_of(tensor));
    lines.push_back(std::move(line));
    if (port.type == "text") texts[port.name] += kept.item.text;
    for (const syx_tensor& tensor : kept.item.tensors) {
      if (port.type != "audio" || !append_audio(tensor, sounds[port.name])) continue;
      const Json rate = port.attributes.value("sample_rate", Json(24000));
      sounds[port.name].rate = rate.is_number_integer() ? rate.get<int>() : 24000;
    }
  }
  record_.add(request, output, std::move(lines));
  const fs::path folder = fs::path(folder_) / "outputs" / fmt::format("{:04}", request.index);
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const size_t place = record_.place(output.stage);
  const auto write = [&](const std::string& name, const std::string& bytes) {
    auto written = ab::write_whole((folder / name).string(), bytes);
    if (written) return;
    const std::lock_guard lock(mutex_);
    if (errors_.empty()) errors_ = std::move(written).errors();
  };
  for (const auto& [port, text] : texts) write(file_name(place, output, port) + ".txt", text + "\n");
  for (const auto& [port, sound] : sounds)
    if (sound.rate > 0) write(file_name(place, output, port) + ".wav", ab::wav_bytes(sound));
}

core::Outcome Trace::finish() {
  const std::lock_guard lock(mutex_);
  if (!errors_.empty()) return errors_;
  std::string lines;
  for (const Json& line : record_.stages()) lines += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  if (auto written = ab::write_whole((fs::path(folder_) / "stages.jsonl").string(), lines); !written) return written;
  return ab::write_whole((fs::path(folder_) / "trace.json").string(), record_.head().dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace syrinx::cli
