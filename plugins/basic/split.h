// Text to sentences, for any language that ends them with a mark.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace basic {

// Removes control characters and byte-order marks, makes every run of whitespace one space (a newline where it held one),
// and replaces bytes that are not UTF-8.
std::string clean(std::string_view text);

// Sentences of cleaned text, in order. Ends after . ! ? … and their full-width forms when whitespace or nothing follows (full-width
// forms need none), and at newlines. Closing quotes and brackets stay with their sentence. No end behind a known title or
// abbreviation, behind one capital letter, or before a lower-case letter. Pieces shorter than `least` bytes join the next;
// longer than `most` are cut at commas, then at spaces, then anywhere between characters.
std::vector<std::string> split(std::string_view text, size_t least, size_t most);

}  // namespace basic
