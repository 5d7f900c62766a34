// Stages that most pipelines want.
#include "effect_stages.h"
#include "griffin_lim_stage.h"
#include "normalizer_stage.h"
#include "sampler_stage.h"
#include "reader_stage.h"
#include "writer_stage.h"

using basic::Format;
using basic::Writer;
namespace kind = syrinx::kind;

SYX_PLUGIN("org.syrinx.basic", "0.1.0",
           syrinx::component<basic::Normalizer>("normalizer", kind::normalizer).summary("Cleans text and splits it into sentences; expands nothing."),
           syrinx::component<basic::Sampler>("sampler", kind::sampler).summary("Temperature, repetition penalty, top-p, top-k; counter-based draws."),
           syrinx::component<basic::GriffinLimStage>("griffin-lim", kind::vocoder).summary("Mel to audio by repeated projection. No weights.").streaming("none"),
           syrinx::component<basic::Loudness>("loudness", kind::effect).summary("To a loudness in LUFS, below a peak.").streaming("none"),
           syrinx::component<basic::Tempo>("tempo", kind::effect).summary("Faster or slower at the same pitch (WSOLA).").streaming("exact"),
           syrinx::component<basic::Reader>("reader", kind::reader).summary("A recording, mono and at the rate asked for.").streaming("none"),
           syrinx::component<Writer<Format::kWav>>("wav", kind::writer).summary("WAV files.").streaming("none"),
           syrinx::component<Writer<Format::kFlac>>("flac", kind::writer).summary("FLAC files.").streaming("none"),
           syrinx::component<Writer<Format::kOgg>>("ogg", kind::writer).summary("Ogg Vorbis files.").streaming("none"),
           syrinx::component<Writer<Format::kOpus>>("opus", kind::writer).summary("Ogg Opus files.").streaming("none"),
           syrinx::component<Writer<Format::kMp3>>("mp3", kind::writer).summary("MP3 files.").streaming("none"),
           syrinx::component<Writer<Format::kPcm>>("pcm", kind::writer).summary("Raw little-endian samples.").streaming("exact"))
