// Bracketed tags in text, as ChatTTS cuts them out. Pure. [any]
#pragma once

#include <vector>

#include "unicode.h"

namespace chattts {

// Text and tags in turn: texts[0] tags[0] texts[1] ...
struct TagSplit {
  std::vector<U32> texts, tags;
};

// The reference's single pass, with its oddities: any bracket content is a tag, an inner "[" drops
// the outer one, an unclosed tag is lost with all behind it, a stray "]" leaves an empty tag.
TagSplit split_tags(U32View text);
// Tags beyond the last text are lost.
U32 join_tags(const TagSplit& split);

// Only prosody tags are tags; every other bracket is text. Nothing is lost, and there is one text
// more than tags.
TagSplit split_prosody_tags(U32View text);

// The length of "[" word characters "]" at the start of `text`, 0 if it is none.
size_t tag_length(U32View text);

}  // namespace chattts
