// The whole chain with a grammar of its own, so that it does not depend on how the shipped ones read.
#include "chain/chain.h"

#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "rules/compile.h"
#include "text/utf8.h"

namespace wfst {
namespace {

// As the shipped grammars are laid out: a folder with LANGUAGE.fst and LANGUAGE.rewrites.
std::string folder() {
  static const std::string made = [] {
    const std::string path = ::testing::TempDir() + "/wfst_grammars_" + std::to_string(getpid());
    std::filesystem::create_directories(path);
    for (const char* language : {"zh", "en", "ja"}) {
      const GrammarSource source = parse_grammar("t.rules", "grammar " + std::string(language) + "\nrule nothing 1.5 number = v:[0-9]+\nfallback 100 = any\n", false);
      std::ofstream(path + "/" + language + ".fst", std::ios::binary) << compile_grammar(source);
      std::ofstream(path + "/" + language + ".rewrites") << "before\ttraditional\t貓\t猫\nafter\terhua\t儿\t\nafter\terhua\t儿子\t儿子\n";
    }
    return path;
  }();
  return made;
}

std::shared_ptr<ChainParts> parts(const ChainOptions& options = {}, const char* profile = "none") {
  auto out = std::make_shared<ChainParts>();
  out->options = options;
  out->options.tags = {"laugh", "oral"};
  out->profile = ModelProfile::named(profile);
  for (const char* language : {"zh", "en", "ja"}) {
    std::string error;
    out->grammars[language] = Grammar::open(folder(), language, options.reading, &error);
    EXPECT_TRUE(out->grammars[language]) << error;
  }
  return out;
}

std::string read(Chain& chain, std::string_view text, Reading* reading = nullptr) {
  Reading own;
  Reading& out = reading ? *reading : own;
  chain.begin();
  chain.arrived(text);
  EXPECT_TRUE(chain.read(text, out, true));
  EXPECT_EQ(first_bad_utf8(out.text), std::string_view::npos);
  return out.text;
}

TEST(Chain, ATokenWithoutAReadingGoesOnAsItIsWrittenWithAWarning) {
  Chain chain(parts());
  Reading out;
  EXPECT_EQ(read(chain, "我有12只貓", &out), "我有12只猫");
  EXPECT_EQ(chain.report().unread.at("nothing"), 1u);
  ASSERT_EQ(out.tokens.size(), 1u);
  EXPECT_EQ(out.tokens[0].written, (Range{6, 8}));
  EXPECT_EQ(out.tokens[0].fields[0].second, "12");
}

TEST(Chain, RewritesTakeTheLongestMatchAndObeyTheirOption) {
  Chain on(parts());
  EXPECT_EQ(read(on, "事儿和儿子"), "事和儿子");
  ChainOptions options;
  options.reading.erhua = options.reading.traditional = false;
  Chain off(parts(options));
  EXPECT_EQ(read(off, "貓事儿"), "貓事儿");
}

TEST(Chain, ProtectedStretchesPassUnchanged) {
  auto with = parts({}, "chattts");
  const std::string lexicon = ::testing::TempDir() + "/wfst_chain_lexicon.tsv";
  std::ofstream(lexicon) << "貓\tmiao\n";
  std::string error;
  ASSERT_TRUE(with->lexicon.open(lexicon, &error)) << error;
  Chain chain(with);
  Reading out;
  EXPECT_EQ(read(chain, "貓[oral_3]好{重庆|chong2 qing4}！[what]", &out), "miao[oral_3]好chong2 qing4。what");
  std::vector<std::string> classes;
  for (const Segment& segment : out.segments) classes.emplace_back(segment.klass);
  EXPECT_THAT(classes, ::testing::ElementsAre("lexicon", "tag", "", "override", ""));
}

TEST(Chain, EverySegmentKnowsItsBytes) {
  Chain chain(parts());
  std::mt19937 random(9);
  const std::string_view kParts[] = {"a", "好", "12", " ", "[laugh]", "\u200B", "\xFF", "貓", "儿", ".", "{a|b}", "\U0001F600", "word ", "は"};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (size_t n = random() % 30; n > 0; --n) text += kParts[random() % std::size(kParts)];
    Reading out;
    read(chain, text, &out);
    uint32_t spoken = 0, written = 0;
    for (const Segment& segment : out.segments) {
      ASSERT_GE(segment.spoken.begin, spoken);
      ASSERT_GE(segment.spoken.end, segment.spoken.begin);
      ASSERT_GE(segment.written.begin, written) << text;
      ASSERT_LE(segment.written.end, text.size());
      spoken = segment.spoken.end;
      written = segment.written.begin;
    }
    ASSERT_LE(out.text.size(), 64 * text.size());
  }
}

TEST(Chain, BadInputGivesAResultAndNeverAnError) {
  Chain chain(parts({}, "chattts"));
  for (const std::string& text : {std::string(), std::string("\n\n \t"), std::string("，。！？"), std::string("\U0001F600"), std::string("\xFF\xFE\xC0"), std::string(3, '\0')}) EXPECT_EQ(read(chain, text), "") << text;
  EXPECT_EQ(read(chain, "a[b"), "ab");
  EXPECT_EQ(read(chain, "][[laugh]"), "[laugh]");
  for (const char* unit : {"1,", "12/", ":", "-", "a", "9", "好", "[", "{", "\xE4", "[laugh]"}) {
    std::string text;
    while (text.size() < 3000) text += unit;
    EXPECT_LE(read(chain, text).size(), 64 * text.size());
  }
  ChainOptions strict;
  strict.strict = true;
  Chain refusing(parts(strict));
  Reading out;
  refusing.begin();
  EXPECT_FALSE(refusing.read("a\xFF", out));
  EXPECT_TRUE(refusing.read("a", out));
}

TEST(Chain, DamagedGrammarsAreRefused) {
  std::string error;
  EXPECT_FALSE(Grammar::open("/nowhere", "zh", {}, &error));
  EXPECT_FALSE(Grammar::open(folder(), "xx", {}, &error));
  EXPECT_THAT(error, ::testing::HasSubstr("xx"));
}

TEST(Chain, ThreadsShareAGrammar) {
  const auto shared = parts();
  Chain alone(shared);
  const std::string text = "我有12只貓，I have 3 dogs and cats事儿";
  const std::string expected = read(alone, text);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      Chain own(shared);
      Reading out;
      for (int n = 0; n < 300; ++n) {
        own.begin();
        own.arrived(text);
        wrong += !own.read(text, out) || out.text != expected;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace wfst
