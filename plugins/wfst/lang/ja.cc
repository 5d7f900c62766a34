// Japanese: readings by class.
#include "lang/ja/verbalisers.h"
#include "lang/language.h"

namespace wfst {
namespace {

constexpr Verbaliser kJapaneseVerbalisers[] = {{"cardinal", ja::cardinal_token},
                                       {"range", ja::range_token},
                                       {"fraction", ja::fraction_token},
                                       {"percent", ja::percent_token},
                                       {"measure", ja::measure_token},
                                       {"money", ja::money_token},
                                       {"telephone", ja::telephone_token},
                                       {"digits", ja::digits_token},
                                       {"sport", ja::sport_token},
                                       {"math", ja::math_token},
                                       {"whitelist", ja::whitelist_token},
                                       {"date", ja::date_token},
                                       {"time", ja::time_token}};

}  // namespace

extern const Language kJapanese;
const Language kJapanese = {.name = "ja", .verbalisers = kJapaneseVerbalisers, .spaces = false};

}  // namespace wfst
