// Prompts: what ChatTTS puts around a text before it is tokenized. Pure. [any]
#pragma once

#include <string>
#include <string_view>

namespace chattts {

// "[Sbreak]" + text + "[Pbreak]" + prompt, for refinement; prompt is, say,
// "[oral_2][laugh_0][break_6]".
std::string decorate_refine(std::string_view text, std::string_view prompt);

struct SpeechPrompt {
  std::string prompt = "[speed_5]";  // tags before the text
  std::string transcript;  // of the recording that speaks ("txt_smp"); stands before `prompt`
  bool embedding =
      false;  // a speaker's vector will replace [spk_emb]; else [empty_spk] stands there
  // As the reference: control tokens in text and transcript keep their power. Otherwise those that
  // could end or break the prompt are spelled out, and only prosody tags, such as [laugh] or
  // [speed_3], stay tags.
  bool compat = false;
};

// "[Stts]" + speaker + transcript + prompt + text + "[Ptts]". The text loses every "[Stts]",
// "[spk_emb]" and "[empty_spk]", then white space at both ends.
std::string decorate_speech(std::string_view text, const SpeechPrompt& prompt);

// [laugh] [uv_break] [v_break] [lbreak] [llbreak] [speed_N] [oral_N] [laugh_N] [break_N], with the
// numbers that exist.
bool is_prosody_tag(std::string_view tag);
// Nothing is left but white space and prosody tags, so there is nothing to say.
bool is_silent(std::string_view text);

}  // namespace chattts
