#include "core/ab/text.h"

#include <utf8proc.h>

#include <memory>

namespace syrinx::ab {
namespace {

// "L", "N", "M", "P", "S", "Z" or "C": the group of a code point's general category.
char category(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return 'L';
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return 'M';
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return 'N';
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO: return 'P';
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO: return 'S';
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return 'Z';
    default: return 'C';
  }
}

bool is_space(char32_t c) {
  return category(c) == 'Z' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || c == 0x85;
}

// Scripts that are written without spaces between words and read by the character.
bool is_cjk(char32_t c) {
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

std::vector<std::u32string> words_of(const std::u32string& text) {
  std::vector<std::u32string> words;
  bool inside = false;
  for (const char32_t c : text) {
    if (is_space(c)) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    words.back() += c;
    inside = true;
  }
  return words;
}

void append_utf8(std::string& to, char32_t c) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes);
  to.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

}  // namespace

std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

std::u32string code_points_of(std::string_view text) {
  std::u32string out;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (size_t i = 0; i < text.size();) {
    utf8proc_int32_t c = 0;
    const auto used = utf8proc_iterate(bytes + i, static_cast<utf8proc_ssize_t>(text.size() - i), &c);
    out += used > 0 ? static_cast<char32_t>(c) : U'\uFFFD';
    i += used > 0 ? static_cast<size_t>(used) : 1;
  }
  return out;
}

TextDifference compare_texts(std::string_view a, std::string_view b) {
  const std::u32string ca = code_points_of(a), cb = code_points_of(b);
  const auto wa = words_of(ca), wb = words_of(cb);
  TextDifference out;
  out.chars = edit(std::vector<char32_t>(ca.begin(), ca.end()), std::vector<char32_t>(cb.begin(), cb.end()));
  out.words = edit(wa, wb);
  if (!ca.empty()) out.char_rate = static_cast<double>(out.chars.distance) / static_cast<double>(ca.size());
  if (!wa.empty()) out.word_rate = static_cast<double>(out.words.distance) / static_cast<double>(wa.size());
  out.identical = a == b;
  if (!out.identical) {
    const size_t shorter = std::min(ca.size(), cb.size());
    size_t i = 0;
    while (i < shorter && ca[i] == cb[i]) ++i;
    out.first_diff = static_cast<int64_t>(i);
  }
  return out;
}

TextUnits text_units(std::string_view text) {
  TextUnits out;
  bool in_word = false;
  for (const char32_t c : code_points_of(text)) {
    const char group = category(c);
    if (group == 'L' || group == 'N') {
      ++out.chars;
      if (is_cjk(c) || !in_word) ++out.units;
      in_word = !is_cjk(c);
    } else if (group != 'M' && c != U'\'' && c != U'\u2019') {
      in_word = false;
    }
  }
  return out;
}

std::vector<std::string> scoring_tokens(std::string_view text) {
  const std::string valid = to_utf8(code_points_of(text));
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()), static_cast<utf8proc_ssize_t>(valid.size()), &mapped,
                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  std::u32string form = size < 0 ? code_points_of(valid) : code_points_of({reinterpret_cast<const char*>(mapped), static_cast<size_t>(size)});
  for (char32_t& c : form) {
    c = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
    if (c == U'\u2019' || c == U'\u2018' || c == U'\u02BC') c = U'\'';
  }
  const auto letter = [&](size_t i) {
    if (i >= form.size()) return false;
    const char group = category(form[i]);
    return group == 'L' || group == 'N' || group == 'M';
  };
  std::vector<std::string> tokens;
  bool inside = false;
  for (size_t i = 0; i < form.size(); ++i) {
    const char32_t c = form[i];
    const char group = category(c);
    if (is_space(c)) {
      inside = false;
    } else if (is_cjk(c) && (group == 'L' || group == 'N')) {
      append_utf8(tokens.emplace_back(), c);
      inside = false;
    } else if ((group == 'P' || group == 'S') && !(c == U'\'' && inside && letter(i + 1))) {
      continue;  // removed, which joins what stood around it
    } else {
      if (!inside) tokens.emplace_back();
      append_utf8(tokens.back(), c);
      inside = true;
    }
  }
  return tokens;
}

}  // namespace syrinx::ab
