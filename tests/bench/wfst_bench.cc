// The text normaliser on one thread: loading, decoding, the whole chain; other makers' grammars where WFST_FOREIGN names a folder with
// LANGUAGE_tn_tagger.fst and LANGUAGE_tn_verbalizer.fst (flat), or LANGUAGE_tagger.fst, LANGUAGE_verbalizer.fst and perhaps
// LANGUAGE_post.fst (nested).
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "chain/chain.h"

namespace {

using namespace wfst;

constexpr char kChinese[] = "今天是2024年5月6日，气温38°C，我花了￥13.5买了3本书，下午5:30到家。";
constexpr char kEnglish[] = "On May 6, 2024 at 5:30 p.m. it was 38°C, and Dr. Smith paid $13.50 for 3 books at 123 Main St.";
constexpr char kJapanese[] = "今日は2024年5月6日、気温は38度、午後5時30分に本を3冊1500円で買いました。";
constexpr std::pair<const char*, const char*> kSentences[] = {{"zh", kChinese}, {"en", kEnglish}, {"ja", kJapanese}};

std::shared_ptr<const Grammar> grammar(const std::string& language) {
  std::string error;
  return Grammar::open(WFST_GRAMMARS, language, {}, &error);
}

std::shared_ptr<ChainParts> parts() {
  auto out = std::make_shared<ChainParts>();
  out->profile = ModelProfile::named("none");
  for (const char* language : {"zh", "en", "ja"}) out->grammars[language] = grammar(language);
  return out;
}

void load(benchmark::State& state, const std::string& language) {
  for (auto _ : state) benchmark::DoNotOptimize(grammar(language));
}

void decode(benchmark::State& state, const std::string& language, const std::string& text) {
  Decoder decoder(grammar(language)->tagger());
  for (auto _ : state) benchmark::DoNotOptimize(decoder.run(text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

void whole_chain(benchmark::State& state, const std::string& text) {
  Chain chain(parts());
  Reading out;
  for (auto _ : state) {
    chain.begin();
    chain.arrived(text);
    benchmark::DoNotOptimize(chain.read(text, out));
  }
  state.SetItemsProcessed(state.iterations());
}

// The same as a host calls it: other work has emptied the caches of the core in between.
void cold_chain(benchmark::State& state, const std::string& text) {
  Chain chain(parts());
  Reading out;
  std::vector<unsigned char> other(4u << 20);
  unsigned sum = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < other.size(); i += 64) sum += ++other[i];
    benchmark::DoNotOptimize(sum);
    const auto start = std::chrono::steady_clock::now();
    chain.begin();
    chain.arrived(text);
    benchmark::DoNotOptimize(chain.read(text, out));
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
}

// A user's lexicon of 100,000 entries, from its text to a table.
void lexicon(benchmark::State& state) {
  std::string text, error;
  for (int i = 0; i < 100000; ++i) text += "word" + std::to_string(i * 7919 % 100003) + "\tspoken " + std::to_string(i) + "\n";
  for (auto _ : state) benchmark::DoNotOptimize(Lexicon::parse(text, &error));
}

// A text of so many bytes as it comes from a book, sentence by sentence.
void book(benchmark::State& state) {
  std::string text;
  while (text.size() < static_cast<size_t>(state.range(0))) text += kChinese;
  Chain chain(parts());
  Reading out;
  for (auto _ : state) {
    Splitter splitter({}, nullptr);
    splitter.push(text);
    splitter.finish();
    chain.begin();
    std::string_view piece;
    while (splitter.next(piece)) benchmark::DoNotOptimize(chain.read(piece, out));
  }
}

void foreign(benchmark::State& state, const std::shared_ptr<const ForeignGrammar>& pair, const std::string& language, const std::string& text) {
  ForeignReader reader(pair, language);
  std::string spoken;
  std::vector<Segment> segments;
  for (auto _ : state) {
    spoken.clear();
    segments.clear();
    reader.read(text, spoken, segments, nullptr);
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const auto& [language, text] : kSentences) {
    benchmark::RegisterBenchmark((std::string("load/") + language).c_str(), load, std::string(language))->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((std::string("decode/") + language).c_str(), decode, std::string(language), std::string(text))->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark((std::string("chain/") + language).c_str(), whole_chain, std::string(text))->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark((std::string("cold_chain/") + language).c_str(), cold_chain, std::string(text))->UseManualTime()->Unit(benchmark::kMicrosecond);
  }
  benchmark::RegisterBenchmark("chain/5000_digits", whole_chain, std::string(5000, '7'))->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("chain/book", book)->RangeMultiplier(2)->Range(125'000, 1'000'000)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("lexicon/100000", lexicon)->Unit(benchmark::kMillisecond);
  if (const char* folder = std::getenv("WFST_FOREIGN"))
    for (const auto& [language, text] : kSentences)
      for (const bool flat : {true, false}) {
        const std::string stem = std::string(folder) + "/" + language + (flat ? "_tn_" : "_");
        if (!std::filesystem::exists(stem + "tagger.fst")) continue;
        const std::string rewrite = !flat && std::filesystem::exists(stem + "post.fst") ? stem + "post.fst" : "";
        std::string error;
        const auto pair = ForeignGrammar::open(stem + "tagger.fst", stem + "verbalizer.fst", rewrite, flat ? TokenStyle::kFlat : TokenStyle::kNested, &error);
        if (pair)
          benchmark::RegisterBenchmark((std::string("foreign/") + language + (flat ? "/flat" : "/nested")).c_str(), foreign, pair, std::string(language), std::string(text))
              ->Unit(benchmark::kMicrosecond);
        else
          std::fprintf(stderr, "%s\n", error.c_str());
      }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
