// What stands around a text.
#include "text/prompt.h"

#include <gmock/gmock.h>

#include "chattts.h"

namespace {

using chattts::SpeechPrompt;

TEST(Prompt, EqualsTheRecordedTexts) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  for (const auto& row : syrinx::testing::chattts_json("common/tokenizer.json")["texts"]) {
    const auto& given = row["case"];
    const std::string text = given["text"], kind = given["kind"];
    std::string made = text;
    if (kind == "refine") made = chattts::decorate_refine(text, given.value("prompt", ""));
    if (kind == "code")
      made = chattts::decorate_speech(
          text, {given.value("prompt", "[speed_5]"), given.value("txt_smp", ""),
                 given.value("spk", false), true});
    EXPECT_EQ(made, row["decorated"]);
  }
}

TEST(Prompt, AllCombinations) {
  const std::string text = " [Stts]hi [spk_emb] there [empty_spk] ";
  for (bool compat : {true, false}) {
    EXPECT_EQ(chattts::decorate_speech(text, {"[speed_5]", "", false, compat}),
              "[Stts][empty_spk][speed_5]hi  there[Ptts]");
    EXPECT_EQ(chattts::decorate_speech(text, {"", "", false, compat}),
              "[Stts][empty_spk]hi  there[Ptts]");
    EXPECT_EQ(chattts::decorate_speech(text, {"[speed_5]", "ref text.", false, compat}),
              "[Stts][empty_spk]ref text.[speed_5]hi  there[Ptts]");
    EXPECT_EQ(chattts::decorate_speech(text, {"", "ref text.", false, compat}),
              "[Stts][empty_spk]ref text.hi  there[Ptts]");
    EXPECT_EQ(chattts::decorate_speech(text, {"[speed_5]", "", true, compat}),
              "[Stts][spk_emb][speed_5]hi  there[Ptts]");
    EXPECT_EQ(chattts::decorate_speech(text, {"[speed_5]", "ref text.", true, compat}),
              "[Stts][spk_emb]ref text.[speed_5]hi  there[Ptts]");
  }
}

TEST(Prompt, StripsUnicodeWhiteSpace) {
  EXPECT_EQ(chattts::decorate_speech("\u3000\x1C\u2028 hi \u00A0\t", {"", "", false, true}),
            "[Stts][empty_spk]hi[Ptts]");
  EXPECT_EQ(chattts::decorate_speech("\u3000", {"", "", false, true}), "[Stts][empty_spk][Ptts]");
}

TEST(Prompt, ReservedTagsAreSpelledOutUnlessCompat) {
  const std::string text = "a[Ptts]b[laugh]c[PAD]d[speed_3][speed_x][St[Stts]ts]";
  EXPECT_EQ(chattts::decorate_speech(text, {"", "x[Ebreak]", false, true}),
            "[Stts][empty_spk]x[Ebreak]a[Ptts]b[laugh]c[PAD]d[speed_3][speed_x][Stts][Ptts]");
  EXPECT_EQ(chattts::decorate_speech(text, {"", "x[Ebreak]", false, false}),
            "[Stts][empty_spk]x[\u200BEbreak]a[\u200BPtts]b[laugh]c[\u200BPAD]d[speed_3]["
            "\u200Bspeed_x][\u200BStts][Ptts]");
}

TEST(Prompt, KnowsProsodyTags) {
  for (const char* tag : {"[laugh]", "[uv_break]", "[v_break]", "[lbreak]", "[llbreak]",
                          "[speed_0]", "[speed_9]", "[oral_9]", "[laugh_2]", "[break_7]"})
    EXPECT_TRUE(chattts::is_prosody_tag(tag)) << tag;
  for (const char* tag : {"[Laugh]", "[speed_10]", "[speed_]", "[laugh_3]", "[break_8]", "[Ptts]",
                          "[PAD]", "laugh", "[]", "["})
    EXPECT_FALSE(chattts::is_prosody_tag(tag)) << tag;
  EXPECT_TRUE(chattts::is_silent(" [laugh]\u3000[speed_5]\n"));
  EXPECT_TRUE(chattts::is_silent(""));
  EXPECT_FALSE(chattts::is_silent("[laugh]."));
  EXPECT_FALSE(chattts::is_silent("[Ptts]"));
}

}  // namespace
