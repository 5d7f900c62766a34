#include "stages/models.h"

#include <map>
#include <mutex>
#include <syrinx/sdk.hpp>

#include "stages/weights.h"

namespace chattts {
namespace {

// One network for each (folder, device, precision), as long as a stage uses it. `make` gets the folder and an opener of its files.
using Opener = std::function<WeightSource(WeightFile)>;
template <class T, class Make>
std::shared_ptr<const T> shared(const std::string& assets, const Placement& placement, Make&& make) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const T>> made;
  const ModelFolder folder(assets);
  const std::lock_guard lock(mutex);
  std::weak_ptr<const T>& known = made[folder.path() + "\n" + placement.device.str() + "\n" + c10::toString(placement.dtype)];
  if (auto out = known.lock()) return out;
  const Opener open = [&](WeightFile file) {
    const Weights weights = folder.weights(file);
    weights.require_finite();
    return source_of(weights);
  };
  auto out = std::make_shared<const T>(make(folder.dimensions(), open));
  known = out;
  return out;
}

}  // namespace

Dimensions dimensions_of(const std::string& assets) { return assets.empty() ? Dimensions{} : ModelFolder(assets).dimensions(); }

std::shared_ptr<const Gpt> shared_gpt(const std::string& assets, const Placement& placement) {
  return shared<Gpt>(assets, placement, [&](const Dimensions& d, const Opener& open) {
    return Gpt(open(WeightFile::kGpt), open(WeightFile::kEmbed), d.gpt, placement);
  });
}

std::shared_ptr<const MelDecoder> shared_decoder(const std::string& assets, const Placement& placement) {
  return shared<MelDecoder>(assets, placement, [&](const Dimensions& d, const Opener& open) {
    return MelDecoder(open(WeightFile::kDecoder), "decoder.", d.decoder.layers, placement.device);
  });
}

std::shared_ptr<const Dvae> shared_dvae(const std::string& assets, const Placement& placement) {
  return shared<Dvae>(assets, placement, [&](const Dimensions& d, const Opener& open) {
    const WeightSource source = open(WeightFile::kDvae);
    return Dvae{Gfsq(below(source, "vq_layer.quantizer."), placement.device), MelDecoder(source, "decoder.", d.dvae_decoder.layers, placement.device)};
  });
}

std::shared_ptr<const SpeechEncoder> shared_encoder(const std::string& assets, const Placement& placement) {
  return shared<SpeechEncoder>(assets, placement, [&](const Dimensions& d, const Opener& open) {
    return SpeechEncoder(open(WeightFile::kDvae), d.dvae_encoder.layers, placement.device);
  });
}

std::shared_ptr<const Vocos> shared_vocos(const std::string& assets, const Placement& placement) {
  return shared<Vocos>(assets, placement, [&](const Dimensions& d, const Opener& open) {
    return Vocos(open(WeightFile::kVocos), d.vocos.layers, placement.device);
  });
}

}  // namespace chattts
