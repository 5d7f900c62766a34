// One function for each recorded file: computes what it holds and compares.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "files/model_folder.h"
#include "goldens/golden_folder.h"
#include "stages/models.h"
#include "text/wordpiece.h"

namespace chattts {

inline constexpr double kGreedy = 1e-6;  // the temperature of greedy runs

// The weights under test, each loaded when a file first needs it.
class Subject {
 public:
  Subject(std::string assets, Placement placement) : assets_(std::move(assets)), placement_(placement) {}
  const std::string& assets() const { return assets_; }
  const Placement& placement() const { return placement_; }
  const std::shared_ptr<const Gpt>& gpt() const {
    if (!gpt_) gpt_ = shared_gpt(assets_, placement_);
    return gpt_;
  }
  // Behind the language model everything is f32.
  Placement audio_placement() const { return {placement_.device, at::kFloat}; }
  std::shared_ptr<const MelDecoder> decoder() const { return keep(decoder_, shared_decoder); }
  std::shared_ptr<const Dvae> dvae() const { return keep(dvae_, shared_dvae); }
  std::shared_ptr<const SpeechEncoder> encoder() const { return keep(encoder_, shared_encoder); }
  std::shared_ptr<const Vocos> vocos() const { return keep(vocos_, shared_vocos); }
  const WordPiece& tokenizer() const {
    if (!tokenizer_) tokenizer_ = std::make_unique<WordPiece>(WordPiece::load(ModelFolder(assets_).path() + "/tokenizer/tokenizer.json"));
    return *tokenizer_;
  }

 private:
  template <class T>
  std::shared_ptr<const T> keep(std::shared_ptr<const T>& kept, std::shared_ptr<const T> (*load)(const std::string&, const Placement&)) const {
    if (!kept) kept = load(assets_, audio_placement());
    return kept;
  }
  std::string assets_;
  Placement placement_;
  mutable std::shared_ptr<const Gpt> gpt_;
  mutable std::shared_ptr<const MelDecoder> decoder_;
  mutable std::shared_ptr<const Dvae> dvae_;
  mutable std::shared_ptr<const SpeechEncoder> encoder_;
  mutable std::shared_ptr<const Vocos> vocos_;
  mutable std::unique_ptr<WordPiece> tokenizer_;
};

using Check = std::function<void(const Subject&, const GoldenFolder&, Judgement&)>;

// Keyed by file name with its ending.
const std::map<std::string, Check>& network_checks();     // the networks alone
const std::map<std::string, Check>& generation_checks();  // runs of the language model
const std::map<std::string, Check>& run_checks();         // whole calls, from text to audio
const std::map<std::string, Check>& text_checks();        // tokenizer, normalizer, splitter, speaker
const std::map<std::string, Check>& sampler_checks();
// Any file gpt_sampled_NAME.safetensors.
Check sampled_run_check(const std::string& name);

}  // namespace chattts
