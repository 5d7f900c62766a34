#include "rules/char_set.h"

#include <algorithm>

namespace wfst {
namespace {

constexpr char32_t kLast = 0x10FFFF;

int encode(char32_t c, uint8_t* out) {
  if (c < 0x80) return out[0] = static_cast<uint8_t>(c), 1;
  if (c < 0x800) {
    out[0] = static_cast<uint8_t>(0xC0 | c >> 6);
    out[1] = static_cast<uint8_t>(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = static_cast<uint8_t>(0xE0 | c >> 12);
    out[1] = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
    out[2] = static_cast<uint8_t>(0x80 | (c & 0x3F));
    return 3;
  }
  out[0] = static_cast<uint8_t>(0xF0 | c >> 18);
  out[1] = static_cast<uint8_t>(0x80 | (c >> 12 & 0x3F));
  out[2] = static_cast<uint8_t>(0x80 | (c >> 6 & 0x3F));
  out[3] = static_cast<uint8_t>(0x80 | (c & 0x3F));
  return 4;
}

// [first, last] of code points of one length. Where all trailing bytes range over everything, the leading one may range too.
void split(char32_t first, char32_t last, std::vector<ByteRanges>& out) {
  uint8_t a[4], b[4];
  const int length = encode(first, a);
  encode(last, b);
  for (int i = 1; i < length; ++i) {
    const char32_t mask = (char32_t{1} << (6 * i)) - 1;
    if ((first & ~mask) == (last & ~mask)) continue;
    if ((first & mask) != 0) {
      split(first, first | mask, out);
      split((first | mask) + 1, last, out);
      return;
    }
    if ((last & mask) != mask) {
      split(first, (last & ~mask) - 1, out);
      split(last & ~mask, last, out);
      return;
    }
  }
  ByteRanges bytes;
  for (int i = 0; i < length; ++i) bytes.push_back({a[i], b[i]});
  out.push_back(std::move(bytes));
}

}  // namespace

void CharSet::add(char32_t first, char32_t last) {
  last = std::min(last, kLast);
  first = std::max<char32_t>(first, 1);
  if (first > last) return;
  if (first < 0xE000 && last > 0xD7FF) {  // leaves surrogates out
    add(first, 0xD7FF);
    add(0xE000, last);
    return;
  }
  if (first >= 0xD800 && first < 0xE000) return;
  ranges_.emplace_back(first, last);
  std::sort(ranges_.begin(), ranges_.end());
  size_t kept = 0;
  for (const auto& range : ranges_) {
    if (kept > 0 && range.first <= ranges_[kept - 1].second + 1)
      ranges_[kept - 1].second = std::max(ranges_[kept - 1].second, range.second);
    else
      ranges_[kept++] = range;
  }
  ranges_.resize(kept);
}

void CharSet::add(const CharSet& other) {
  for (const auto& [first, last] : other.ranges_) add(first, last);
}

CharSet CharSet::complement() const {
  CharSet out;
  char32_t next = 1;
  for (const auto& [first, last] : ranges_) {
    if (first > next) out.add(next, first - 1);
    next = last + 1;
  }
  out.add(next, kLast);
  return out;
}

bool CharSet::contains(char32_t c) const {
  for (const auto& [first, last] : ranges_)
    if (c >= first && c <= last) return true;
  return false;
}

CharSet CharSet::any() { return CharSet().complement(); }

std::vector<ByteRanges> utf8_ranges(const CharSet& set) {
  static constexpr std::pair<char32_t, char32_t> kLengths[] = {{0, 0x7F}, {0x80, 0x7FF}, {0x800, 0xFFFF}, {0x10000, kLast}};
  std::vector<ByteRanges> out;
  for (const auto& [first, last] : set.ranges())
    for (const auto& [least, most] : kLengths)
      if (first <= most && last >= least) split(std::max(first, least), std::min(last, most), out);
  return out;
}

}  // namespace wfst
