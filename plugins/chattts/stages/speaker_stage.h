// chattts/speaker: who speaks.
//
// Out: speaker; the item's text is the transcript of a recording, tensor 0 an embedding of unit
// length f32 [dim] or absent, tensor 1 prompt codes i32 [4, S] or absent. Nothing given: both are
// absent, and the model speaks with whatever voice the text suggests.
#pragma once

#include <fstream>
#include <memory>
#include <syrinx/sdk.hpp>

#include "speaker/prompt_codes.h"
#include "speaker/vector.h"
#include "speaker/voice_file.h"
#include "text/asset_path.h"

namespace chattts {

struct SpeakerOptions {
  std::string assets, spk_stat, voice, spk_emb, spk_smp, txt_smp;
  int64_t random = -1;
  int dim = 0;
  static auto describe() {
    using O = SpeakerOptions;
    return syrinx::options(
        syrinx::option("assets", &O::assets)
            .asset()
            .help("The model's folder: DIR or DIR/asset; tells how many values a speaker has, and "
                  "perhaps spk_stat."),
        syrinx::option("dim", &O::dim)
            .range(0, 65536)
            .help("How many values a speaker has; 0: as the model's folder says."),
        syrinx::option("spk_stat", &O::spk_stat)
            .help("What random voices are drawn from: the string of ChatTTS's configuration, or a "
                  "file that holds it."),
        syrinx::option("voice", &O::voice)
            .asset()
            .utterance()
            .help("A voice file: .json, .txt, .csv or .pt."),
        syrinx::option("spk_emb", &O::spk_emb)
            .utterance()
            .help("A speaker string, or a voice file's path."),
        syrinx::option("spk_smp", &O::spk_smp)
            .utterance()
            .help("The codes of a recording, as a string."),
        syrinx::option("txt_smp", &O::txt_smp).utterance().help("What is said in that recording."),
        syrinx::option("random", &O::random)
            .range(-1, 4294967295.0)
            .utterance()
            .help("The seed of a random voice, the same as in ChatTTS on a CPU; -1: none."));
  }
};

struct SpeakerModel {
  size_t dim = 0;  // 0: any
  std::shared_ptr<const SpeakerStatistics> statistics;

  static syrinx::Status create(syrinx::Call&, const SpeakerOptions& options, const syrinx::Create&,
                               SpeakerModel& out) {
    out.dim = dim_of(options);
    std::string text = options.spk_stat;
    if (text.empty() && !options.assets.empty())
      text = read(asset_path(options.assets, "model_config.json")).value("spk_stat", "");
    if (text.empty()) return syrinx::ok;
    if (std::ifstream file(text); text.size() < 4096 && file)
      text.assign(std::istreambuf_iterator<char>(file), {});
    out.statistics = std::make_shared<const SpeakerStatistics>(SpeakerStatistics::parse(text));
    return syrinx::ok;
  }
  static size_t dim_of(const SpeakerOptions& options) {
    if (options.dim || options.assets.empty()) return static_cast<size_t>(options.dim);
    const syrinx::Json size =
        read(asset_path(options.assets, "gpt/config.json")).value("hidden_size", syrinx::Json());
    return size.is_number_unsigned() ? size.get<size_t>() : 0;
  }

 private:
  // An object; empty if there is none, about which the stages that need the file complain.
  static syrinx::Json read(const std::string& path) {
    std::ifstream in(path);
    const syrinx::Json out = in ? syrinx::Json::parse(in, nullptr, false) : syrinx::Json();
    return out.is_object() ? out : syrinx::Json::object();
  }
};

class SpeakerStage final : public syrinx::Flow<SpeakerOptions, SpeakerModel> {
 public:
  static syrinx::Ports ports(const Options& options, const syrinx::Inputs&) {
    syrinx::PortType speaker("speaker");
    speaker.set("tensors", syrinx::Json::array({"embedding", "codes"})).set("prompt_heads", 4);
    if (const size_t dim = SpeakerModel::dim_of(options)) speaker.set("dim", dim);
    return {{}, {{"speaker", speaker}}};
  }

  syrinx::Status begin(syrinx::Call& call, const syrinx::Begin&) override {
    Voice voice;
    if (!options().voice.empty()) voice = read_voice(options().voice);
    if (!options().spk_emb.empty()) voice.embedding = voice_of(options().spk_emb).embedding;
    if (!options().spk_smp.empty()) voice.codes = options().spk_smp;
    if (!options().txt_smp.empty()) voice.transcript = options().txt_smp;
    if (options().random >= 0) {
      if (voice.embedding)
        return call.fail(syrinx::invalid, "a random voice and a given one are asked for at once",
                         "leave out random, or voice and spk_emb");
      if (!model().statistics)
        return call.fail(
            syrinx::failed_precondition,
            "a random voice is drawn from spk_stat, which is not known",
            "options: { spk_stat: FILE }, the string of that name in ChatTTS's configuration");
      voice.embedding =
          random_speaker(*model().statistics, static_cast<uint64_t>(options().random));
    }
    syrinx::Out out;
    out.text(voice.transcript);
    out.tensor(voice.embedding ? embedding(call, *voice.embedding) : syrinx::Tensor());
    out.tensor(voice.codes.empty() ? syrinx::Tensor() : codes(call, voice.codes));
    return call.emit(0, out.last());
  }

 private:
  syrinx::Tensor embedding(syrinx::Call& call, const SpeakerVector& vector) const {
    const std::vector<float> values = vector.normalized(model().dim);
    syrinx::Tensor out = call.tensor<float>({static_cast<int64_t>(values.size())});
    std::copy(values.begin(), values.end(), out.data<float>());
    return out;
  }
  static syrinx::Tensor codes(syrinx::Call& call, const std::string& text) {
    const PromptCodes prompt = parse_prompt_string(text);
    syrinx::Tensor out = call.tensor<int32_t>(
        {static_cast<int64_t>(prompt.heads), static_cast<int64_t>(prompt.length)});
    std::copy(prompt.codes.begin(), prompt.codes.end(), out.data<int32_t>());
    return out;
  }
};

}  // namespace chattts
