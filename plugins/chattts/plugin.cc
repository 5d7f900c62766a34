// ChatTTS on LibTorch: text, tags and a voice to speech, each step a stage that can be swapped alone.
#include "stages/encoder_stage.h"
#include "stages/generator_stage.h"
#include "stages/mel_stages.h"
#include "stages/normalizer_stage.h"
#include "stages/refiner_stage.h"
#include "stages/speaker_stage.h"
#include "stages/splitter_stage.h"
#include "stages/tokenizer_stage.h"
#include "stages/vocos_stage.h"
#include "stages/voice_stage.h"

namespace kind = syrinx::kind;

SYX_PLUGIN_ON((syrinx::Runtime{"libtorch", SYRINX_LIBTORCH_VERSION, SYRINX_LIBTORCH_BUILD}), "org.syrinx.chattts", "0.1.0",
              syrinx::component<chattts::SplitterStage>("splitter", kind::normalizer).summary("Text into pieces that are spoken one by one.").streaming("exact"),
              syrinx::component<chattts::NormalizerStage>("normalizer", kind::normalizer).summary("Text in the characters that the model knows."),
              syrinx::component<chattts::RefinerStage>("refiner", kind::refiner)
                  .summary("The model puts prosody tags into a text.")
                  .slot("tokenizer", kind::tokenizer)
                  .slot("generator", kind::generator),
              syrinx::component<chattts::SpeakerStage>("speaker", kind::speaker).summary("Who speaks: a string, a voice file, a recording's codes, or a random voice."),
              syrinx::component<chattts::TokenizerStage>("tokenizer", kind::tokenizer).summary("BERT word pieces and control tokens."),
              syrinx::component<chattts::GeneratorStage>("gpt", kind::generator)
                  .summary("The language model: tokens to hidden states and codes, in steps.")
                  .slot("sampler", kind::sampler)
                  .slot("text_sampler", kind::sampler, /*optional=*/true),
              syrinx::component<chattts::DecoderStage>("decoder", kind::decoder).summary("Hidden states to mel.").streaming("exact"),
              syrinx::component<chattts::DvaeStage>("dvae", kind::decoder).summary("Codes to mel.").streaming("exact"),
              syrinx::component<chattts::VocosStage>("vocos", kind::vocoder).summary("Mel to 24 kHz audio.").streaming("exact"),
              syrinx::component<chattts::EncoderStage>("encoder", kind::encoder).summary("A recording to the codes of a voice."),
              syrinx::component<chattts::VoiceStage>("voice", kind::writer).summary("The codes of a recording as a voice file."))
