#include "tags.h"

#include "prompt.h"

namespace chattts {

TagSplit split_tags(U32View text) {
  TagSplit out;
  U32 current, tag;
  for (char32_t c : text) {
    if (c == '[') {
      out.texts.push_back(std::move(current));
      current.clear();
      tag = U"[";
    } else {
      (tag.empty() ? current : tag) += c;
    }
    if (c == ']') {
      out.tags.push_back(std::move(tag));
      tag.clear();
    }
  }
  if (!current.empty()) out.texts.push_back(std::move(current));
  return out;
}

U32 join_tags(const TagSplit& split) {
  U32 out;
  for (size_t i = 0; i < split.texts.size(); ++i) {
    out += split.texts[i];
    if (i < split.tags.size()) out += split.tags[i];
  }
  return out;
}

size_t tag_length(U32View text) {
  if (text.empty() || text[0] != '[') return 0;
  size_t end = 1;
  while (end < text.size() && is_word(text[end])) ++end;
  return end == 1 || end == text.size() || text[end] != ']' ? 0 : end + 1;
}

TagSplit split_prosody_tags(U32View text) {
  constexpr size_t kLongest = 10;  // "[uv_break]"
  TagSplit out;
  out.texts.emplace_back();
  for (size_t at = 0; at < text.size();) {
    const size_t length = text[at] == '[' ? tag_length(text.substr(at, kLongest)) : 0;
    if (length && is_prosody_tag(to_utf8(text.substr(at, length)))) {
      out.tags.emplace_back(text.substr(at, length));
      out.texts.emplace_back();
      at += length;
    } else {
      out.texts.back() += text[at++];
    }
  }
  return out;
}

}  // namespace chattts
