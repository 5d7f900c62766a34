// Chinese: readings by class.
#include "lang/language.h"

namespace wfst {

extern const Language kChinese;
const Language kChinese = {.name = "zh", .verbalisers = {}, .spaces = false};

}  // namespace wfst
