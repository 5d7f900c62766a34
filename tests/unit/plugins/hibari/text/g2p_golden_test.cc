// Every recorded text against the front end, stage by stage.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "normalizer.h"
#include "oov_network.h"
#include "phonemizer.h"
#include "sentences.h"
#include "voice.h"

namespace hibari {
namespace {

using Json = nlohmann::json;

using syrinx::testing::voice_golden;
using syrinx::testing::read_json_lines;

class FrontEnd : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    if (!compile_text_assets(syrinx::testing::hibari_folder(), &error)) GTEST_SKIP() << "the voice hibari is not installed: " << error;
    assets_ = TextAssets::open(syrinx::testing::hibari_folder(), &error);
    ASSERT_TRUE(assets_) << error;
    if (!std::ifstream(voice_golden("g2p.jsonl"))) GTEST_SKIP() << "no reference outputs in " << SYRINX_SHARED_DIR;
  }

  UnknownWordModel network(const std::string& file) const {
    std::string error;
    const auto model = OovNetwork::load(syrinx::testing::hibari_folder() + "/" + file, best_kernels(), &error);
    EXPECT_TRUE(model) << error;
    return [model](const std::vector<int>& in) { return model ? model->run(in) : std::vector<int>{}; };
  }

  // Mismatches per stage over a file; prints the first few.
  void check(const std::string& file) {
    const Normalizer normalizer(assets_);
    const Phonemizer phonemizer(assets_, false, network("oov.onnx"));
    std::map<std::string, int> wrong;
    int total = 0, good = 0, shown = 0;
    const auto differ = [&](const std::string& stage, const Json& line, const std::string& got, const std::string& want) {
      ++wrong[stage];
      if (shown++ < 25) std::printf("%s %s\n   text %s\n   got  %s\n   want %s\n", stage.c_str(), line["cat"].dump().c_str(), line["text"].dump().c_str(), got.c_str(), want.c_str());
    };
    for (const Json& line : read_json_lines(voice_golden(file))) {
      ++total;
      const auto sentences = split_sentences(from_utf8(line["text"].get<std::string>()), *assets_);
      Json got_sentences = Json::array(), want_sentences = Json::array();
      for (const U32& s : sentences) got_sentences.push_back(to_utf8(s));
      for (const Json& s : line["sentences"]) want_sentences.push_back(s["sentence"]);
      if (got_sentences != want_sentences) {
        differ("sentences", line, got_sentences.dump(), want_sentences.dump());
        continue;
      }
      bool same = true;
      Json all = Json::array();
      for (size_t k = 0; k < sentences.size() && same; ++k) {
        const Json& want = line["sentences"][k];
        const U32 normalized = normalizer.normalize(sentences[k]);
        if (to_utf8(normalized) != want["normalized"]) {
          differ("normalized", line, to_utf8(normalized), want["normalized"]);
          same = false;
          break;
        }
        const Phonemized spoken = phonemizer.phonemize(normalized);
        Json tokens = Json::array(), words = Json::array();
        for (const Token& t : spoken.tokens) {
          Json row = {to_utf8(t.text), t.tag, t.space ? 1 : 0};
          if (t.has_phonemes) row.push_back(to_utf8(t.phonemes));
          tokens.push_back(row);
        }
        for (const SpokenWord& w : spoken.words) words.push_back({to_utf8(w.text), to_utf8(w.phonemes), w.space ? 1 : 0, w.rating});
        const auto first_difference = [](const Json& a, const Json& b) {
          for (size_t i = 0; i < std::max(a.size(), b.size()); ++i)
            if (i >= a.size() || i >= b.size() || a[i] != b[i]) return std::pair(i < a.size() ? a[i].dump() : "-", i < b.size() ? b[i].dump() : "-");
          return std::pair(std::string(), std::string());
        };
        if (tokens != want["tokens"]) {
          const auto [a, b] = first_difference(tokens, want["tokens"]);
          differ("tokens", line, a, b);
          same = false;
        } else if (words != want["words"]) {
          const auto [a, b] = first_difference(words, want["words"]);
          differ("words", line, a, b);
          same = false;
        } else if (to_utf8(spoken.phonemes) != want["phonemes"]) {
          differ("phonemes", line, to_utf8(spoken.phonemes), want["phonemes"]);
          same = false;
        }
        for (const U32& chunk : chunks(spoken.phonemes, {400, false})) all.push_back(to_utf8(chunk));
        if (same && line.contains("ids") && all.size() <= line["ids"].size()) {
          for (size_t c = 0; c < all.size(); ++c) {
            if (Json(phonemizer.ids(from_utf8(all[c].get<std::string>()))) == line["ids"][c]) continue;
            differ("ids", line, Json(phonemizer.ids(from_utf8(all[c].get<std::string>()))).dump(), line["ids"][c].dump());
            same = false;
          }
        }
      }
      if (same && all != line["phonemes"]) {
        differ("chunks", line, all.dump(), line["phonemes"].dump());
        same = false;
      }
      good += same;
    }
    for (const auto& [stage, count] : wrong) std::printf("%s: %d lines differ first in %s\n", file.c_str(), count, stage.c_str());
    std::printf("%s: %d of %d lines equal\n", file.c_str(), good, total);
    EXPECT_EQ(good, total);
  }

  std::shared_ptr<const TextAssets> assets_;
};

TEST_F(FrontEnd, RecordedTexts) { check("g2p.jsonl"); }

TEST_F(FrontEnd, EdgesOfRules) { check("g2p_edges.jsonl"); }

TEST_F(FrontEnd, British) {
  const Normalizer normalizer(assets_);
  const Phonemizer phonemizer(assets_, true, network("oov_gb.onnx"));
  int total = 0, good = 0;
  for (const Json& line : read_json_lines(voice_golden("g2p_gb.jsonl"))) {
    Json got = Json::array();
    for (const U32& s : split_sentences(from_utf8(line["text"].get<std::string>()), *assets_)) {
      const U32 phonemes = phonemizer.phonemize(normalizer.normalize(s)).phonemes;
      got.push_back(to_utf8(phonemes));
    }
    ++total;
    good += got == line["phonemes"];
    if (got != line["phonemes"] && total - good < 10) std::printf("text %s\n got  %s\n want %s\n", line["text"].dump().c_str(), got.dump().c_str(), line["phonemes"].dump().c_str());
  }
  std::printf("g2p_gb.jsonl: %d of %d lines equal\n", good, total);
  EXPECT_EQ(good, total);
}

TEST_F(FrontEnd, WhatThePackageFailsOnGetsSomeReading) {
  const Normalizer normalizer(assets_);
  const Phonemizer phonemizer(assets_, false, network("oov.onnx"));
  for (Json line : read_json_lines(voice_golden("g2p_failures.jsonl"))) {
    std::string text = line["text"];
    if (text.find("5000 digits") != std::string::npos) text = std::string(5000, '9');
    EXPECT_FALSE(phonemizer.phonemize(normalizer.normalize(from_utf8(text))).phonemes.empty()) << text.substr(0, 60);
  }
  EXPECT_NO_THROW(phonemizer.phonemize(normalizer.normalize(U"12\u2462zqx")));
}

TEST_F(FrontEnd, AnyBytesAreSurvived) {
  const Normalizer normalizer(assets_);
  const Phonemizer phonemizer(assets_, false, network("oov.onnx"));
  std::mt19937 random(7);
  const std::string alphabet = "aZ09.,'-/:$%&[]()|\"\xe2\x80\x94\xc3\xa9\xff #@\n\t";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t n = random() % 60; n > 0; --n) text += round % 2 ? alphabet[random() % alphabet.size()] : static_cast<char>(random());
    for (const U32& s : split_sentences(from_utf8(text), *assets_))
      for (const U32& chunk : chunks(phonemizer.phonemize(normalizer.normalize(s)).phonemes, {})) EXPECT_LE(chunk.size(), 400u);
  }
}

TEST_F(FrontEnd, TruncatedOrForeignPackIsRefused) {
  std::ifstream in(syrinx::testing::hibari_folder() + "/text.pack", std::ios::binary);
  const std::string pack((std::istreambuf_iterator<char>(in)), {});
  const std::string folder = ::testing::TempDir() + "/hibari-pack-test";
  (void)std::system(("mkdir -p " + folder).c_str());
  for (size_t size : {size_t{0}, size_t{7}, size_t{19}, size_t{300}, pack.size() / 2, pack.size() - 1}) {
    std::ofstream(folder + "/text.pack", std::ios::binary).write(pack.data(), static_cast<std::streamsize>(size));
    std::string error;
    EXPECT_EQ(TextAssets::open(folder, &error), nullptr) << size;
    EXPECT_NE(error.find("text.pack"), std::string::npos);
  }
}

}  // namespace
}  // namespace hibari
