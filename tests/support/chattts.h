// The tokenizer file and goldens of ChatTTS for tests of its text parts, without asset folders.
// Test code only.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace syrinx::testing {

inline std::string chattts_golden(const std::string& name) {
  return std::string(SYRINX_SHARED_DIR) + "/goldens/" + name;
}
inline bool has_chattts_goldens() {
  return static_cast<bool>(std::ifstream(chattts_golden("common/tokenizer.json")));
}
inline nlohmann::json chattts_json(const std::string& name) {
  std::ifstream in(chattts_golden(name));
  return nlohmann::json::parse(in);
}

#define SYRINX_NEEDS_CHATTTS_GOLDENS()         \
  if (!syrinx::testing::has_chattts_goldens()) \
  GTEST_SKIP() << "the folder with ChatTTS's goldens is missing: " << SYRINX_SHARED_DIR

// The 50 control tokens behind the BERT vocabulary, in order.
inline std::vector<std::string> chattts_control_tokens() {
  std::vector<std::string> out = {
      "[Sasr]",   "[Pasr]",    "[Easr]",      "[Stts]",    "[Ptts]",   "[Etts]",    "[Sbreak]",
      "[Pbreak]", "[Ebreak]",  "[uv_break]",  "[v_break]", "[lbreak]", "[llbreak]", "[undefine]",
      "[laugh]",  "[spk_emb]", "[empty_spk]", "[music]",   "[pure]"};
  for (const auto& [name, count] : {std::pair("break", 8), std::pair("laugh", 3),
                                    std::pair("oral", 10), std::pair("speed", 10)})
    for (int i = 0; i < count; ++i)
      out.push_back("[" + std::string(name) + "_" + std::to_string(i) + "]");
  return out;
}

// tokenizer.json around a list of pieces, id by line number.
inline nlohmann::json chattts_tokenizer(const std::vector<std::string>& pieces) {
  nlohmann::json vocabulary = nlohmann::json::object(), added = nlohmann::json::array();
  const auto control = [&](const std::string& content, size_t id) {
    added.push_back({{"id", id},
                     {"content", content},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  };
  for (size_t i = 0; i < pieces.size(); ++i) vocabulary[pieces[i]] = i;
  for (const char* classic : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
    if (vocabulary.contains(classic)) control(classic, vocabulary[classic].get<size_t>());
  size_t id = pieces.size();
  for (const std::string& token : chattts_control_tokens()) control(token, id++);
  return {{"version", "1.0"},
          {"truncation", {{"direction", "Right"}, {"max_length", 256}}},
          {"padding", {{"strategy", {{"Fixed", 256}}}, {"pad_id", 0}}},
          {"added_tokens", added},
          {"normalizer",
           {{"type", "BertNormalizer"},
            {"clean_text", true},
            {"handle_chinese_chars", true},
            {"strip_accents", nullptr},
            {"lowercase", true}}},
          {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
          {"decoder", {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}}},
          {"model",
           {{"type", "WordPiece"},
            {"unk_token", "[UNK]"},
            {"continuing_subword_prefix", "##"},
            {"max_input_chars_per_word", 100},
            {"vocab", vocabulary}}}};
}

// The full vocabulary, from the list among the given tools.
inline nlohmann::json chattts_tokenizer() {
  std::ifstream in(std::string(SYRINX_SHARED_DIR) + "/tools/bert-base-chinese-vocab.txt");
  std::vector<std::string> pieces;
  for (std::string line; std::getline(in, line);) pieces.push_back(line);
  return chattts_tokenizer(pieces);
}

}  // namespace syrinx::testing
