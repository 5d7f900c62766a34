// The tokenizer against every recorded text, and at the edges of its rules.
#include "text/wordpiece.h"

#include <gmock/gmock.h>

#include <syrinx/sdk.hpp>

#include "chattts.h"
#include "text/prompt.h"

namespace {

using chattts::WordPiece;
using Ids = std::vector<int32_t>;
using Json = nlohmann::json;

const WordPiece& full() {
  static const WordPiece tokenizer =
      WordPiece::parse(syrinx::testing::chattts_tokenizer().dump(), "tokenizer.json");
  return tokenizer;
}

TEST(WordPiece, EqualsTheRecordedTexts) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  const Json golden = syrinx::testing::chattts_json("common/tokenizer.json");
  EXPECT_EQ(full().vocabulary(), golden["len"]);
  EXPECT_EQ(full().id("[spk_emb]"), golden["spk_emb_ids"]);
  EXPECT_EQ(full().id("[break_0]"), golden["break_0_ids"]);
  EXPECT_EQ(full().id("[Ebreak]"), golden["eos_token"]);
  for (const Json& row : golden["texts"]) {
    const std::string text = row["decorated"];
    const Ids ids = full().encode(text);
    EXPECT_EQ(ids, row["ids"].get<Ids>()) << text;
    std::vector<std::string> pieces;
    for (int32_t id : ids) pieces.push_back(full().piece(id));
    EXPECT_EQ(pieces, row["tokens"].get<std::vector<std::string>>()) << text;
    EXPECT_EQ(std::count(ids.begin(), ids.end(), full().unknown()), row["unk"]) << text;
    EXPECT_EQ(full().decode(ids), row["decoded"]) << text;
  }
  for (const Json& row : golden["refined_decode"])
    EXPECT_EQ(full().decode(row["kept"].get<Ids>()), row["text"]);
}

TEST(WordPiece, KnownExamples) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  const std::pair<std::string, Ids> kExamples[] = {
      {"Hello there.", {8701, 11136, 119}},
      {"你好，世界。AI模型", {872, 1962, 8024, 686, 4518, 511, 8578, 3563, 1798}},
      {"chat T T S is a text to speech model",
       {9537, 8488, 162, 162, 161, 8310, 143, 10539, 8228, 9716, 8854, 8370, 9264}},
      {"[Stts][spk_emb][speed_5]What is [uv_break]your favorite english food?[laugh][lbreak][Ptts]",
       {21131, 21143, 21173, 9100, 8310, 21137, 8880, 12289, 10701, 11366, 8899, 9579, 136, 21142,
        21139, 21132}},
      {"Café naïve", {8377, 11469, 8857}},
      {"[break_9]", {138, 13049, 142, 130, 140}},
      {std::string(101, 'x'), {100}},
      {"𠮷", {100}},
      {"[UNK]", {100}},
      {"abc[PAD]def", {8425, 0, 8363, 8189}},
      {"", {}},
      {" \t\n", {}},
  };
  for (const auto& [text, ids] : kExamples) EXPECT_EQ(full().encode(text), ids) << text;
  EXPECT_GT(full().encode(std::string(100, 'x')).size(), 1u);
  std::string long_text;
  for (int i = 0; i < 800; ++i) long_text += "好";
  EXPECT_EQ(full().encode(long_text).size(), 800u);
}

TEST(WordPiece, Decodes) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  const auto join = [](std::initializer_list<const char*> pieces) {
    Ids ids;
    for (const char* piece : pieces) ids.push_back(full().id(piece));
    return full().decode(ids);
  };
  EXPECT_EQ(join({"##vo", "hi", "##s"}), "##vo his");
  EXPECT_EQ(join({"a", ".", "b", ",", "c", "!", "?"}), "a. b, c!?");
  EXPECT_EQ(join({"你", "，", "好", "。"}), "你 ， 好 。");
  EXPECT_EQ(join({"can", "'", "t", "."}), "can't.");
  EXPECT_EQ(join({"'", "a", "'"}), "' a '");
  EXPECT_EQ(join({"hi", "[laugh]", ".", "[uv_break]", ","}), "hi [laugh]. [uv_break],");
  EXPECT_EQ(full().decode(full().encode("[Stts]你好[laugh]").data(), 4, true), "你 好");
  EXPECT_THROW(full().decode({21178}), syrinx::Failure);
  EXPECT_THROW(full().decode({-1}), syrinx::Failure);
}

TEST(WordPiece, FoldsAndCutsByTheReferencesUnicode) {
  // A vocabulary in which every step shows.
  const WordPiece small = WordPiece::parse(
      syrinx::testing::chattts_tokenizer({"[UNK]", "a", "i", "σ", "##σ", "ᄒ", "##ᅡ", "##ᆫ", "か",
                                          "一", "ß", ";", "·", "##a", "¥", "ａ", "豈"})
          .dump(),
      "small");
  const auto pieces = [&](const std::string& text) {
    std::string out;
    for (int32_t id : small.encode(text)) out += (out.empty() ? "" : " ") + small.piece(id);
    return out;
  };
  EXPECT_EQ(pieces("À"), "a");
  EXPECT_EQ(pieces("İ"), "i");  // decomposed first, so no dot stays
  EXPECT_EQ(pieces("ẞ"), "ß");
  EXPECT_EQ(pieces("ΣΣ"), "σ ##σ");  // never the final form
  EXPECT_EQ(pieces("한"), "ᄒ ##ᅡ ##ᆫ");
  EXPECT_EQ(pieces("が"), "か");
  EXPECT_EQ(pieces("Ａ"), "ａ");
  EXPECT_EQ(pieces("a一a"), "a 一 a");     // ideographs stand alone
  EXPECT_EQ(pieces("a\u037Ea"), "a ; a");  // the Greek question mark folds to punctuation
  EXPECT_EQ(pieces("a\u0387a"), "a · a");
  EXPECT_EQ(pieces("豈"), "豈");           // a compatibility ideograph stands alone and folds
  EXPECT_EQ(pieces("a\u200Da"), "a ##a");  // format characters vanish
  EXPECT_EQ(pieces("a\u00A0a\u3000a\u1680a"), "a a a a");
  EXPECT_EQ(pieces(std::string("a\0a", 3)), "a ##a");
  EXPECT_EQ(pieces("a\xFF\xC0\x80"
                   "a"),
            "a ##a");                // what is not UTF-8 vanishes, as U+FFFD does
  EXPECT_EQ(pieces("a¥"), "[UNK]");  // symbols are not cut off
  EXPECT_EQ(
      pieces("a\u166D"
             "a"),
      "a [UNK] a");  // punctuation in Unicode 8, a symbol since 12: cut off, and unknown by itself
  EXPECT_EQ(pieces("a\u1734"), "a");      // a nonspacing mark in Unicode 8, a spacing one since 14
  EXPECT_EQ(pieces("a\u1DF6"), "[UNK]");  // a mark since Unicode 10 only
  EXPECT_EQ(pieces("[Ptts][ptts]"), "[Ptts] [UNK] [UNK] [UNK]");
}

TEST(WordPiece, RefusesWhatItWouldTokenizeWrongly) {
  const Json good = syrinx::testing::chattts_tokenizer({"[UNK]", "a"});
  const auto message = [&](const std::function<void(Json&)>& change) -> std::string {
    Json file = good;
    change(file);
    try {
      WordPiece::parse(file.dump(), "t.json");
    } catch (const syrinx::Failure& failure) {
      return failure.what();
    }
    return "accepted";
  };
  EXPECT_EQ(message([](Json&) {}), "accepted");
  EXPECT_THAT(message([](Json& f) { f["model"]["type"] = "BPE"; }),
              ::testing::HasSubstr("t.json: \"model\" is not of the type WordPiece"));
  EXPECT_THAT(message([](Json& f) { f["normalizer"]["lowercase"] = false; }),
              ::testing::HasSubstr("normalizer.lowercase is false"));
  EXPECT_THAT(message([](Json& f) { f["added_tokens"][1]["lstrip"] = true; }),
              ::testing::HasSubstr("lstrip is true"));
  EXPECT_THAT(message([](Json& f) { f["model"]["vocab"]["a"] = 0; }),
              ::testing::HasSubstr("have one id, 0"));
  EXPECT_THAT(message([](Json& f) { f["model"]["vocab"]["a"] = 90; }),
              ::testing::HasSubstr("no piece has the id 1"));
  EXPECT_THAT(message([](Json& f) { f["model"]["vocab"]["a"] = -4; }),
              ::testing::HasSubstr("is -4"));
  EXPECT_THAT(message([](Json& f) { f["model"]["vocab"]["a"] = "x"; }),
              ::testing::HasSubstr("no integer"));
  EXPECT_THROW(WordPiece::parse("{", "t.json"), syrinx::Failure);
  EXPECT_THROW(WordPiece::load("/nowhere/tokenizer.json"), syrinx::Failure);
}

TEST(WordPiece, TheDigestIsOfTheFile) {
  const std::string one = syrinx::testing::chattts_tokenizer({"[UNK]", "a"}).dump(),
                    other = syrinx::testing::chattts_tokenizer({"[UNK]", "b"}).dump();
  EXPECT_EQ(WordPiece::parse(one, "x").digest(), WordPiece::parse(one, "y").digest());
  EXPECT_NE(WordPiece::parse(one, "x").digest(), WordPiece::parse(other, "x").digest());
}

}  // namespace
