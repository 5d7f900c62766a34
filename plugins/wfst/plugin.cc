// Text normalisation on finite-state transducers.
#include "normalizer_stage.h"

SYX_PLUGIN("org.syrinx.wfst", "0.1.0",
           syrinx::component<wfst::Normalizer>("normalizer", syrinx::kind::normalizer)
               .summary("Numbers, dates, money, units and more to words: Chinese, English, Japanese, and mixed."))
