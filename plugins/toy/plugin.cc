// Small stages for tests and for reading.
#include "audio_stages.h"
#include "beep.h"
#include "refiner.h"
#include "text_stages.h"

namespace kind = syrinx::kind;

SYX_PLUGIN("org.syrinx.toy", "0.1.0",
           syrinx::component<toy::Lowercase>("lowercase", kind::normalizer).summary("Makes ASCII letters small."),
           syrinx::component<toy::Trouble>("trouble", kind::normalizer).summary("Does what a plugin should not, when told to."),
           syrinx::component<toy::Tokenizer>("tokenizer", kind::tokenizer).summary("One id for each byte."),
           syrinx::component<toy::Generator>("generator", kind::generator).summary("Codes in steps, for everybody at once.").slot("sampler", kind::sampler),
           syrinx::component<toy::Refiner>("refiner", kind::refiner)
               .summary("Uses a tokenizer and a generator through flow slots.")
               .slot("generator", kind::generator)
               .slot("tokenizer", kind::tokenizer),
           syrinx::component<toy::Speaker>("speaker", kind::speaker).summary("A voice of one number."),
           syrinx::component<toy::Beep>("beep", kind::vocoder).summary("A tone for each code.").streaming("exact"),
           syrinx::component<toy::Spoil>("spoil", kind::effect).summary("Hands sound on, spoiled when told to."),
           syrinx::component<toy::Ear>("ear", kind::judge).summary("A judge without a network: how bright a sound is."))
