// The shared reference cases, read as their README says, class by class. What each class scores is
// printed.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "grammar_fixture.h"
#include "text/utf8.h"

namespace {

namespace fs = std::filesystem;

// What the score does not see: width and white space beside punctuation, and case in English.
std::string fold(std::string_view text, bool english) {
  static const std::map<char32_t, char32_t> kSame = {{U'，', ','}, {U'。', '.'}, {U'“', '"'},
                                                     {U'”', '"'},  {U'‘', '\''}, {U'’', '\''},
                                                     {U'、', ','}, {U'－', '-'}, {0x3000, ' '}};
  std::u32string folded;
  for (size_t at = 0; at < text.size();) {
    char32_t c = wfst::next_code_point(text, at);
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (const auto same = kSame.find(c); same != kSame.end()) c = same->second;
    if (c == '\t') c = ' ';
    if (english && c >= 'A' && c <= 'Z') c += 'a' - 'A';
    folded += c;
  }
  const auto mark = [](char32_t c) {
    if (c < 0x80) return c != ' ' && c != '_' && !std::isalnum(static_cast<int>(c));
    return (c >= 0x2010 && c <= 0x206F) || (c >= 0x20A0 && c <= 0x20CF) ||
           (c >= 0x3001 && c <= 0x3030 && c != 0x3005 && c != 0x3007);
  };
  std::string out;
  bool space = false;
  char32_t last = 0;
  for (char32_t c : folded) {
    if (c == ' ') {
      space = true;
      continue;
    }
    if (space && last && !mark(last) && !mark(c)) out += ' ';
    space = false;
    wfst::append_utf8(out, last = c);
  }
  return out;
}

struct Score {
  int right = 0, all = 0;
};

Score score(const fs::path& file, const std::string& language, wfst::ReadingOptions options = {}) {
  wfst_test::Normalizer normalize(language, std::move(options));
  std::ifstream in(file);
  Score score;
  for (std::string line; std::getline(in, line); ++score.all) {
    std::vector<std::string> columns;
    for (size_t at = 0;;) {
      const size_t tab = line.find('\t', at);
      columns.push_back(line.substr(at, tab - at));
      if (tab == std::string::npos) break;
      at = tab + 1;
    }
    const bool english = language == "en";
    const std::string spoken = fold(normalize(columns[0]), english);
    bool right = false;
    for (size_t i = 1; i < columns.size(); ++i) right |= fold(columns[i], english) == spoken;
    score.right += right;
    if (!right)
      std::printf("    %s: %s | %s\n", file.stem().c_str(), columns[0].c_str(), spoken.c_str());
  }
  std::printf("%-32s %4d/%d\n", file.stem().c_str(), score.right, score.all);
  return score;
}

class Cases : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(folder_)) GTEST_SKIP() << "no shared cases at " << folder_;
  }
  // The share of right lines over the files of a language whose name ends as `kind` says.
  double share(const std::string& language, bool beyond) {
    Score total;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      if (name.rfind(language + ".", 0) || name.find("option-") != std::string::npos) continue;
      if ((name.find(".beyond.") != std::string::npos) != beyond) continue;
      const Score part = score(entry.path(), language);
      total.right += part.right;
      total.all += part.all;
    }
    EXPECT_GT(total.all, 0);
    return static_cast<double>(total.right) / total.all;
  }

  const fs::path folder_ = fs::path(SYRINX_SHARED_DIR) / "tn/visible";
};

TEST_F(Cases, Chinese) {
  EXPECT_EQ(share("zh", false), 1.0);
  EXPECT_GE(share("zh", true), 0.8);
}

TEST_F(Cases, English) {
  EXPECT_GE(share("en", false), 0.99);
  EXPECT_GE(share("en", true), 0.8);
}

TEST_F(Cases, Japanese) {
  EXPECT_GE(share("ja", false), 0.99);
  EXPECT_GE(share("ja", true), 0.8);
}

TEST_F(Cases, ChineseOptions) {
  for (const Score& s :
       {score(folder_ / "zh.option-remove_interjections.tsv", "zh", {.interjections = true}),
        score(folder_ / "zh.option-tag_oov.tsv", "zh", {.tag_oov = true})})
    EXPECT_EQ(s.right, s.all);
}

}  // namespace
