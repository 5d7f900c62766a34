#include "chain/markup.h"

#include <algorithm>

namespace wfst {
namespace {

constexpr size_t kLongestTag = 64, kLongestOverride = 512;

}  // namespace

Protected Markup::at(std::string_view text, size_t at, bool* open) const {
  Protected out;
  if (open) *open = false;
  if (at >= text.size() || (text[at] != '[' && text[at] != '{')) return out;
  const bool tag = text[at] == '[';
  if (tag ? tags_.empty() : !overrides_) return out;
  const size_t most = tag ? kLongestTag : kLongestOverride;
  size_t end = at + 1;
  while (end < text.size() && end - at < most && text[end] != (tag ? ']' : '}') && text[end] != text[at] && text[end] != '\n') ++end;
  if (end >= text.size()) {
    if (open) *open = end - at < most;
    return out;
  }
  if (text[end] != (tag ? ']' : '}')) return out;
  const std::string_view inner = text.substr(at + 1, end - at - 1);
  const Range range{static_cast<uint32_t>(at), static_cast<uint32_t>(end + 1)};
  if (tag) {
    std::string_view name = inner;
    const size_t last = name.find_last_not_of("0123456789");
    if (last != std::string_view::npos && last + 1 < name.size() && last > 0 && name[last] == '_') name = name.substr(0, last);
    for (const std::string& known : tags_)
      if (known == inner || known == name) return {Protected::Kind::kTag, range, text.substr(at, end + 1 - at)};
    return out;
  }
  const size_t bar = inner.find('|');
  if (bar == std::string_view::npos || bar == 0 || bar + 1 == inner.size() || inner.find('|', bar + 1) != std::string_view::npos) return out;
  return {Protected::Kind::kOverride, range, inner.substr(bar + 1)};
}

}  // namespace wfst
