// Voices as files: our own, and the ones that ChatTTS's tools exchange.
//
// - .json: our own, an object with spk_emb (a string, or a list with "dtype"), spk_smp, txt_smp,
//   name, licence; read are also a list of numbers, and objects of tools, with the vector under
//   spk_emb, tensor, embedding, emb, vector or data
// - .txt: the speaker string; read are also numbers
// - .csv: numbers
// - .pt: a tensor
//
// Vectors keep their bits in all of them. Text formats without a type hold decimals that name each
// value; the type read is the first of bf16, f16, f32, f64 that holds all of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vector.h"

namespace chattts {

struct Voice {
  std::optional<SpeakerVector> embedding;
  std::string codes;       // "spk_smp", a string; see prompt_codes.h
  std::string transcript;  // "txt_smp"
  std::string name, licence;
};

// By what it holds, whatever it is called. Throws syrinx::Failure with the path and what is wrong.
Voice read_voice(const std::string& path);
Voice parse_voice(const Bytes& bytes, const std::string& name);

// By the ending of `path`; kList writes .json as a bare list. A format that cannot hold all of the
// voice (codes, a type, a name) drops it and says so in the result. Written under another name
// first, so that no half file is left. Throws syrinx::Failure.
enum class VoiceStyle { kOwn, kList };
std::vector<std::string> write_voice(const Voice& voice, const std::string& path,
                                     VoiceStyle style = VoiceStyle::kOwn);
Bytes format_voice(const Voice& voice, const std::string& ending, VoiceStyle style,
                   std::vector<std::string>* lost);

// `text` is a speaker string, or else the path of a voice file.
Voice voice_of(const std::string& text);

}  // namespace chattts
