// The embedded English voice as four stages, each of which can be replaced (specification, section 10).
#include "vocoder_stage.h"

SYX_PLUGIN("org.syrinx.hibari", "0.1.0",
           syrinx::component<hibari::NormalizerStage>("normalizer", syrinx::kind::normalizer)
               .summary("Written English to spoken sentences: numbers, dates, money, units, titles."),
           syrinx::component<hibari::PhonemizerStage>("phonemizer", syrinx::kind::tokenizer)
               .summary("Sentences to phonemes: dictionaries, tagger, rules, a network for unknown words, [word](/phonemes/)."),
           syrinx::component<hibari::AcousticStage>("acoustic", syrinx::kind::decoder)
               .summary("Phonemes to spectral parts and pitch by an int8 network of 6 M parameters.")
               .streaming("none"),
           syrinx::component<hibari::VocoderStage<hibari::SourceFilter::Kind::kVoice>>("vocoder", syrinx::kind::vocoder)
               .summary("Source-filter synthesis: pulses, noise and their filters.")
               .streaming("exact"),
           syrinx::component<hibari::VocoderStage<hibari::SourceFilter::Kind::kWhisper>>("whisper", syrinx::kind::vocoder)
               .summary("The same filters over noise alone: cheaper, and a whisper.")
               .streaming("exact"))
