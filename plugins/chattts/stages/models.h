// The networks of a model folder, loaded once and shared by every stage that names the same folder, device and precision.
#pragma once

#include <memory>
#include <string>

#include "files/dimensions.h"
#include "nn/gfsq.h"
#include "nn/gpt.h"
#include "nn/mel_decoder.h"
#include "nn/speech_encoder.h"
#include "nn/vocos.h"

namespace chattts {

// Codes to mel: the quantiser's inverse and a decoder of its own.
struct Dvae {
  Gfsq quantizer;
  MelDecoder decoder;
};

// What ports depend on, from configurations and file headers alone; of the published model where `assets` is empty, as in a list of what
// is installed. Throws syrinx::Failure.
Dimensions dimensions_of(const std::string& assets);

// Each reads its file, checks every tensor's name and shape and that no weight is NaN or infinite, and throws syrinx::Failure naming file
// and tensor. [any]
std::shared_ptr<const Gpt> shared_gpt(const std::string& assets, const Placement& placement);
std::shared_ptr<const MelDecoder> shared_decoder(const std::string& assets, const Placement& placement);
std::shared_ptr<const Dvae> shared_dvae(const std::string& assets, const Placement& placement);
std::shared_ptr<const SpeechEncoder> shared_encoder(const std::string& assets, const Placement& placement);
std::shared_ptr<const Vocos> shared_vocos(const std::string& assets, const Placement& placement);

}  // namespace chattts
