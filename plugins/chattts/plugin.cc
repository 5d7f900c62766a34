// ChatTTS as stages, each of which can be replaced.
#include "stages/normalizer_stage.h"
#include "stages/speaker_stage.h"
#include "stages/splitter_stage.h"
#include "stages/tokenizer_stage.h"

namespace kind = syrinx::kind;

SYX_PLUGIN("org.syrinx.chattts", "0.1.0",
           syrinx::component<chattts::SplitterStage>("splitter", kind::normalizer)
               .summary("Text in pieces of a few sentences, as it comes in."),
           syrinx::component<chattts::NormalizerStage>("normalizer", kind::normalizer)
               .summary("Text in the characters and punctuation that ChatTTS knows."),
           syrinx::component<chattts::TokenizerStage>("tokenizer", kind::tokenizer)
               .summary("BERT word pieces with ChatTTS's control tokens around them."),
           syrinx::component<chattts::SpeakerStage>("speaker", kind::speaker)
               .summary("A voice: string, file, random seed, or the codes of a recording."))
