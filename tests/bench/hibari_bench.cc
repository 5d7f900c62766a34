// The parts of the embedded voice, each on one thread, for every instruction set of this machine: time, and time over the
// duration of the audio ("rtf"). Ratios between rows of one run are what to compare.
#include <benchmark/benchmark.h>

#include <cstdio>

#include "acoustic_model.h"
#include "normalizer.h"
#include "oov_network.h"
#include "phonemizer.h"
#include "sentences.h"
#include "source_filter.h"
#include "voice.h"

namespace {

using namespace hibari;

constexpr char32_t kText[] = U"The quick brown fox jumps over the lazy dog, and then it sleeps for a while in the sun.";

struct Voice {
  std::shared_ptr<const TextAssets> tables;
  std::unique_ptr<Normalizer> normalizer;
  std::unique_ptr<Phonemizer> phonemizer;
  std::vector<int32_t> ids;
};

Voice open_voice() {
  Voice out;
  std::string error;
  const std::string folder = syrinx::testing::hibari_folder();
  if (compile_text_assets(folder, &error)) out.tables = TextAssets::open(folder, &error);
  if (!out.tables) return out;
  out.normalizer = std::make_unique<Normalizer>(out.tables);
  out.phonemizer = std::make_unique<Phonemizer>(out.tables, false, [](const std::vector<int>&) { return std::vector<int>{}; });
  out.ids = out.phonemizer->ids(out.phonemizer->phonemize(out.normalizer->normalize(kText)).phonemes);
  return out;
}

struct Spoken {
  AcousticOutput shape;
  std::vector<float> frames;
};

Spoken speak(const AcousticModel& model, const std::vector<int32_t>& ids, Workspace& work) {
  Spoken out;
  std::string error;
  model.run(ids, 1, work, [&](const AcousticOutput& shape) {
    out.shape = shape;
    out.frames.reserve(static_cast<size_t>(shape.frames) * kHeadOutputs);
    return true;
  }, [&](int, int count, const float* frames) {
    out.frames.insert(out.frames.end(), frames, frames + int64_t{count} * kHeadOutputs);
    return true;
  }, [] { return false; }, 16, &error);
  return out;
}

void report(benchmark::State& state, double seconds) {
  state.counters["rtf"] = benchmark::Counter(static_cast<double>(state.iterations()) * seconds, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["audio_s"] = seconds;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  static const Voice voice = open_voice();
  if (!voice.tables) {
    std::fprintf(stderr, "the voice hibari is not installed\n");
    return 1;
  }
  std::string error;
  static std::vector<std::shared_ptr<const AcousticModel>> models;
  static std::vector<Spoken> spoken;
  const std::string path = syrinx::testing::hibari_folder() + "/hibari.onnx";
  for (const Kernels* kernels : usable_kernels()) {
    models.push_back(AcousticModel::load(path, *kernels, &error));
    Workspace work;
    spoken.push_back(speak(*models.back(), voice.ids, work));
  }
  static const double seconds = spoken[0].shape.frames / 80.0;
  benchmark::RegisterBenchmark("text", [](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(voice.phonemizer->ids(voice.phonemizer->phonemize(voice.normalizer->normalize(kText)).phonemes));
    report(state, seconds);
  });
  for (size_t i = 0; i < models.size(); ++i)
    benchmark::RegisterBenchmark(("network/" + std::string(usable_kernels()[i]->name)).c_str(), [i](benchmark::State& state) {
      Workspace work;
      AcousticOutput shape;
      std::string problem;
      for (auto _ : state)
        models[i]->run(voice.ids, 1, work, [&](const AcousticOutput& s) { shape = s; return true; }, [](int, int, const float*) { return true; },
                       [] { return false; }, 16, &problem);
      report(state, shape.frames / 80.0);
    })->Unit(benchmark::kMillisecond);
  for (const DspKernels* kernels : usable_dsp_kernels())
    for (const auto kind : {SourceFilter::Kind::kVoice, SourceFilter::Kind::kWhisper})
      benchmark::RegisterBenchmark(((kind == SourceFilter::Kind::kVoice ? "vocoder/" : "whisper/") + std::string(kernels->name)).c_str(), [kernels, kind](benchmark::State& state) {
        const Spoken& from = spoken[0];
        std::vector<float> out;
        for (auto _ : state) {
          out.clear();
          SourceFilter filter(*kernels, kind, {1});
          for (int first = 0; first < from.shape.frames; first += 16)
            filter.push({from.frames.data() + int64_t{first} * kHeadOutputs, kBins, 1, kHeadOutputs}, from.shape.f0.data() + first, std::min(16, from.shape.frames - first), &out);
          filter.finish(&out);
        }
        report(state, static_cast<double>(out.size()) / kSampleRate);
      })->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
