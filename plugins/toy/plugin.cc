// Small stages for tests and for reading.
#include "beep.h"
#include "text_stages.h"

namespace kind = syrinx::kind;

SYX_PLUGIN("org.syrinx.toy", "0.1.0",
           syrinx::component<toy::Lowercase>("lowercase", kind::normalizer).summary("Makes ASCII letters small."),
           syrinx::component<toy::Trouble>("trouble", kind::normalizer).summary("Does what a plugin should not, when told to."),
           syrinx::component<toy::Tokenizer>("tokenizer", kind::tokenizer).summary("One id for each byte."),
           syrinx::component<toy::Generator>("generator", kind::generator).summary("Codes in steps, for everybody at once.").slot("sampler", kind::sampler),
           syrinx::component<toy::Refiner>("refiner", kind::refiner).summary("Uses a generator through a flow slot.").slot("generator", kind::generator),
           syrinx::component<toy::Beep>("beep", kind::vocoder).summary("A tone for each code.").streaming("exact"))
