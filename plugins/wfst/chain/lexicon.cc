#include "chain/lexicon.h"

#include <charconv>
#include <fstream>
#include <sstream>

#include "text/characters.h"
#include "text/table_lines.h"
#include "text/utf8.h"

namespace wfst {
namespace {

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

bool is_word(char32_t c) { return is_digit(c) || is_latin(c) || c == '_'; }

bool stands_alone(std::string_view text, size_t at, size_t length) {
  size_t before = at, after = at + length, first = at, last = at + length;
  const bool left = at > 0 && is_word(previous_code_point(text, before)) && is_word(next_code_point(text, first));
  const bool right = after < text.size() && is_word(next_code_point(text, after)) && is_word(previous_code_point(text, last));
  return !left && !right;
}

bool read_settings(std::string_view text, Lexicon::Entry& entry) {
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (one == "word") {
      entry.whole_word = true;
    } else if (one == "nocase") {
      entry.any_case = true;
    } else if (one.starts_with("lang=") && one.size() > 5) {
      entry.language = one.substr(5);
    } else if (one.starts_with("priority=")) {
      const auto [end, error] = std::from_chars(one.data() + 9, one.data() + one.size(), entry.priority);
      if (error != std::errc() || end != one.data() + one.size()) return false;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

std::shared_ptr<const Lexicon> Lexicon::parse(std::string_view text, std::string* error) {
  auto out = std::make_shared<Lexicon>();
  TableLines lines(text, error);
  for (std::string_view line; lines.next(line);) {
    if (first_bad_utf8(line) != std::string_view::npos) return lines.fail("this is not UTF-8");
    const size_t first = line.find('\t'), second = first == std::string_view::npos ? first : line.find('\t', first + 1);
    if (first == std::string_view::npos || first == 0) return lines.fail("expected: written TAB spoken");
    Entry entry;
    entry.written = line.substr(0, first);
    entry.spoken = line.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
    if (entry.spoken.empty()) return lines.fail("\"" + entry.written + "\" has no spoken form");
    if (entry.written.size() > PhraseTable::kLongest) return lines.fail("a written form has more than 256 bytes");
    if (second != std::string_view::npos && !read_settings(line.substr(second + 1), entry))
      return lines.fail("unknown setting in \"" + std::string(line.substr(second + 1)) + "\"; word, nocase, lang=LANGUAGE and priority=NUMBER exist");
    out->entries_.push_back(std::move(entry));
  }
  std::vector<std::pair<std::string, uint32_t>> exact, any_case;
  for (size_t i = 0; i < out->entries_.size(); ++i) {
    const Entry& entry = out->entries_[i];
    (entry.any_case ? any_case : exact).emplace_back(entry.any_case ? folded(entry.written) : entry.written, static_cast<uint32_t>(i));
  }
  out->exact_ = PhraseTable(std::move(exact));
  out->folded_ = PhraseTable(std::move(any_case));
  return out;
}

Lexicon::Hit Lexicon::at(std::string_view text, std::string_view folded, size_t at, std::string_view language) const {
  Hit out;
  int priority = INT32_MIN;
  const auto offer = [&](size_t length, uint32_t number) {
    const Entry& entry = entries_[number];
    if (!entry.language.empty() && entry.language != language) return false;
    if (entry.whole_word && !stands_alone(text, at, length)) return false;
    if (entry.priority < priority || (entry.priority == priority && length <= out.length)) return false;
    priority = entry.priority;
    out = {length, entry.spoken};
    return true;
  };
  exact_.longest_at(text, at, offer);
  folded_.longest_at(folded, at, offer);
  return out;
}

bool LexiconFile::open(const std::string& path, std::string* error) {
  path_ = path;
  if (path.empty()) return true;
  *error = {};
  table_ = nullptr;
  current(error);
  return table_ != nullptr;
}

std::shared_ptr<const Lexicon> LexiconFile::current(std::string* warning) const {
  if (path_.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  std::error_code problem;
  const auto changed = std::filesystem::last_write_time(path_, problem);
  if (table_ && (problem || changed == changed_)) return table_;
  std::ifstream in(path_, std::ios::binary);
  std::ostringstream all;
  if (in) all << in.rdbuf();
  if (!in) {
    *warning = "cannot read " + path_;
    return table_;
  }
  changed_ = changed;
  std::string error;
  if (auto table = Lexicon::parse(all.str(), &error))
    table_ = std::move(table);
  else
    *warning = path_ + ", " + error;
  return table_;
}

}  // namespace wfst
