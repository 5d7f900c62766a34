// chattts-voice IN OUT [--list] [--name NAME] [--licence LICENCE] [--codes STRING --transcript
// TEXT]: voices between the formats that ChatTTS's tools exchange; see voice_file.h. IN may be a
// speaker string. Without OUT: says what IN holds.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <syrinx/sdk.hpp>

#include "prompt_codes.h"
#include "voice_file.h"

namespace {

constexpr char kUsage[] =
    "usage: chattts-voice IN [OUT] [--list] [--name NAME] [--licence LICENCE] [--codes STRING "
    "--transcript TEXT]\n"
    "  IN    a voice: .json .txt .csv .pt, or a speaker string\n"
    "  OUT   where to write it; the ending says how (.json keeps everything; with --list it is a "
    "bare list)\n";

void show(const chattts::Voice& voice) {
  if (!voice.name.empty()) std::printf("name: %s\n", voice.name.c_str());
  if (!voice.licence.empty()) std::printf("licence: %s\n", voice.licence.c_str());
  if (voice.embedding) {
    double squares = 0;
    for (size_t i = 0; i < voice.embedding->size(); ++i)
      squares += voice.embedding->at(i) * voice.embedding->at(i);
    std::printf("vector: %zu values, %s, length %.4f\n", voice.embedding->size(),
                name_of(voice.embedding->type), std::sqrt(squares));
    voice.embedding->normalized(0);
  }
  if (!voice.codes.empty())
    std::printf("recording: %zu steps of codes, \"%s\"\n",
                chattts::parse_prompt_string(voice.codes).length, voice.transcript.c_str());
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> positional;
  chattts::Voice given;
  chattts::VoiceStyle style = chattts::VoiceStyle::kOwn;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    std::string* value = argument == "--name"         ? &given.name
                         : argument == "--licence"    ? &given.licence
                         : argument == "--codes"      ? &given.codes
                         : argument == "--transcript" ? &given.transcript
                                                      : nullptr;
    if (argument == "--list") {
      style = chattts::VoiceStyle::kList;
    } else if (value && i + 1 < count) {
      *value = arguments[++i];
    } else if (argument.compare(0, 2, "--") == 0) {
      std::fprintf(stderr, "error: unknown, or without a value: %s\n%s", argument.c_str(), kUsage);
      return 2;
    } else {
      positional.push_back(argument);
    }
  }
  if (positional.empty() || positional.size() > 2) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    chattts::Voice voice = chattts::voice_of(positional[0]);
    for (std::string chattts::Voice::*field : {&chattts::Voice::name, &chattts::Voice::licence,
                                               &chattts::Voice::codes, &chattts::Voice::transcript})
      if (!(given.*field).empty()) voice.*field = given.*field;
    show(voice);
    if (positional.size() == 1) return 0;
    for (const std::string& lost : chattts::write_voice(voice, positional[1], style))
      std::fprintf(stderr, "warning: %s does not keep %s\n", positional[1].c_str(), lost.c_str());
    return 0;
  } catch (const syrinx::Failure& failure) {
    std::fprintf(stderr, "error: %s\n  = help: %s\n", failure.what(), failure.hint.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return 1;
}
