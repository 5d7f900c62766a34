// Japanese: readings by class.
#include "lang/language.h"

namespace wfst {

extern const Language kJapanese;
const Language kJapanese = {.name = "ja", .verbalisers = {}, .spaces = false};

}  // namespace wfst
