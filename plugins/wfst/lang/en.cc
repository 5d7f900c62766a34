// English: readings by class.
#include "lang/language.h"

namespace wfst {

extern const Language kEnglish;
const Language kEnglish = {.name = "en", .verbalisers = {}, .spaces = true};

}  // namespace wfst
