// Grammars that wfst-compile did not make: written arc by arc through OpenFst.
#include "chain/foreign_reader.h"

#include <gmock/gmock.h>

#include <fstream>

#include "openfst.h"

namespace wfst {
namespace {

using testing::PlainArc;

// Builds chains of arcs.
class Pair {
 public:
  int state() { return states_++; }
  // A path that reads one text and writes another; either may be longer.
  void path(int from, const std::string& in, const std::string& out, float weight, int to) {
    const size_t steps = std::max<size_t>(std::max(in.size(), out.size()), 1);
    for (size_t i = 0; i < steps; ++i) {
      const int next = i + 1 == steps ? to : state();
      arcs_.push_back({from, i < in.size() ? static_cast<unsigned char>(in[i]) : 0, i < out.size() ? static_cast<unsigned char>(out[i]) : 0, i == 0 ? weight : 0, next});
      from = next;
    }
  }
  std::string write(const std::string& name, const std::string& type, int final) const {
    const std::string path = ::testing::TempDir() + "/wfst_foreign_" + name + ".fst";
    std::ofstream(path, std::ios::binary) << testing::write_fst(type, states_, arcs_, {{final, 0}});
    return path;
  }

 private:
  int states_ = 1;
  std::vector<PlainArc> arcs_;
};

// Reads "D/D" as a fraction and single letters as char; writes tokens in a chain, a space between them.
std::string tagger(TokenStyle style, const std::string& type) {
  const bool flat = style == TokenStyle::kFlat;
  Pair out;
  for (char a = '1'; a <= '3'; ++a) {
    const int middle = out.state(), behind = out.state();
    out.path(0, std::string(1, a), (flat ? "fraction { numerator: \"" : "tokens { fraction { numerator: \"") + std::string(1, a) + "\" ", 1, middle);
    for (char b = '1'; b <= '3'; ++b) out.path(middle, std::string("/") + b, std::string("denominator: \"") + b + (flat ? "\" } " : "\" } } "), 0, behind);
    out.path(behind, "", "", 0, 0);
  }
  for (char c = 'a'; c <= 'e'; ++c) out.path(0, std::string(1, c), (flat ? "char { value: \"" : "tokens { char { value: \"") + std::string(1, c) + (flat ? "\" } " : "\" } } "), 100, 0);
  return out.write(flat ? "tagger_flat" : "tagger_nested", type, 0);
}

// Takes the denominator first, which the tagger writes last.
std::string verbaliser(TokenStyle style, const std::string& type) {
  const bool flat = style == TokenStyle::kFlat;
  const char* const kWords[] = {"one", "two", "three"};
  Pair out;
  const int done = out.state();
  for (char b = '1'; b <= '3'; ++b) {
    const int middle = out.state();
    out.path(0, (flat ? "fraction { denominator: \"" : "tokens { fraction { denominator: \"") + std::string(1, b) + "\" ", std::string("of ") + kWords[b - '1'] + " ", 0, middle);
    for (char a = '1'; a <= '3'; ++a) out.path(middle, std::string("numerator: \"") + a + (flat ? "\" }" : "\" } }"), kWords[a - '1'], 0, done);
  }
  for (char c = 'a'; c <= 'e'; ++c) out.path(0, (flat ? "char { value: \"" : "tokens { char { value: \"") + std::string(1, c) + (flat ? "\" }" : "\" } }"), std::string(1, static_cast<char>(c - 32)), 0, done);
  if (flat) out.path(done, " ", " ", 0, 0);
  return out.write(flat ? "verbaliser_flat" : "verbaliser_nested", type, done);
}

std::string read(TokenStyle style, const std::string& type, const std::string& text, bool* all = nullptr) {
  std::string error, spoken;
  const auto grammar = ForeignGrammar::open(tagger(style, type), verbaliser(style, type), "", style, &error);
  EXPECT_TRUE(grammar) << error;
  ForeignReader reader(grammar, "zh");
  std::vector<Segment> segments;
  std::vector<ExplainedToken> tokens;
  const bool good = reader.read(text, spoken, segments, &tokens);
  if (all) *all = good;
  uint32_t at = 0;
  for (const Segment& segment : segments) {
    EXPECT_EQ(segment.written.begin, at);
    at = segment.written.end;
  }
  EXPECT_EQ(at, text.size());
  return spoken;
}

TEST(ForeignReader, ReadsAFlatPairAndReordersItsFields) {
  for (const char* type : {"vector", "const"}) EXPECT_EQ(read(TokenStyle::kFlat, type, "a1/3b"), "A of three one B") << type;
}

TEST(ForeignReader, ReadsANestedPairByTryingOrders) {
  for (const char* type : {"vector", "const"}) EXPECT_EQ(read(TokenStyle::kNested, type, "a1/3b"), "A of three one B") << type;
}

TEST(ForeignReader, AFlatPairOfALanguageWithoutAnOrderIsTriedToo) {
  std::string error, spoken;
  const auto grammar = ForeignGrammar::open(tagger(TokenStyle::kFlat, "vector"), verbaliser(TokenStyle::kFlat, "vector"), "", TokenStyle::kFlat, &error);
  ASSERT_TRUE(grammar) << error;
  ForeignReader reader(grammar, "en");
  std::vector<Segment> segments;
  EXPECT_TRUE(reader.read("a1/3b", spoken, segments, nullptr));
  EXPECT_EQ(spoken, "A of three one B");
}

TEST(ForeignReader, FieldsOfFieldsAreOrderedToo) {
  Pair tags, words;
  tags.path(0, "3kg", "tokens { measure { cardinal { sign: \"-\"  integer: \"3\" } units: \"kg\" } } ", 1, 0);
  const int done = words.state();
  words.path(0, "tokens { measure { units: \"kg\" cardinal { integer: \"3\" sign: \"-\" } } }", "minus three kilograms", 0, done);
  std::string error, spoken;
  const auto grammar = ForeignGrammar::open(tags.write("tags_deep", "vector", 0), words.write("words_deep", "vector", done), "", TokenStyle::kNested, &error);
  ASSERT_TRUE(grammar) << error;
  ForeignReader reader(grammar, "zh");
  std::vector<Segment> segments;
  std::vector<ExplainedToken> tokens;
  EXPECT_TRUE(reader.read("3kg", spoken, segments, &tokens));
  EXPECT_EQ(spoken, "minus three kilograms");
  ASSERT_EQ(tokens.size(), 1u);
  EXPECT_EQ(tokens[0].klass, "measure");
  EXPECT_EQ(tokens[0].fields[0].first, "cardinal.sign");
}

TEST(ForeignReader, WhatTheTaggerDoesNotAcceptPasses) {
  bool all = true;
  EXPECT_EQ(read(TokenStyle::kFlat, "vector", "a好1/2好b", &all), "A好of two one好B");
  EXPECT_FALSE(all);
}

TEST(ForeignReader, RefusesFilesThatAreNone) {
  std::string error;
  const std::string path = ::testing::TempDir() + "/wfst_foreign_text.fst";
  std::ofstream(path) << "0 1 a b\n";
  EXPECT_FALSE(ForeignGrammar::open(path, path, "", TokenStyle::kFlat, &error));
  EXPECT_THAT(error, ::testing::HasSubstr(path));
  EXPECT_FALSE(ForeignGrammar::open("/nowhere.fst", path, "", TokenStyle::kFlat, &error));
}

}  // namespace
}  // namespace wfst
