// A token cut into sub-words (specification, section 5.1).
#pragma once

#include <vector>

#include "unicode.h"

namespace hibari {

std::vector<U32> sub_words(U32View token);

}  // namespace hibari
