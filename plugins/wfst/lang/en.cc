// English: readings by class.
#include "lang/en/verbalisers.h"
#include "lang/language.h"

namespace wfst {
namespace {

constexpr Verbaliser kEnglishVerbalisers[] = {
    {"cardinal", en::cardinal_token},   {"decimal", en::decimal_token},
    {"ordinal", en::ordinal_token},     {"fraction", en::fraction_token},
    {"date", en::date_token},           {"time", en::time_token},
    {"range", en::range_token},         {"money", en::money_token},
    {"measure", en::measure_token},     {"math", en::math_token},
    {"telephone", en::telephone_token}, {"address", en::address_token},
    {"serial", en::serial_token},       {"electronic", en::electronic_token},
    {"markup", en::markup_token},       {"whitelist", en::whitelist_token},
    {"roman", en::roman_token},         {"symbol", en::symbol_token}};

}  // namespace

extern const Language kEnglish;
const Language kEnglish = {.name = "en", .verbalisers = kEnglishVerbalisers, .spaces = true};

}  // namespace wfst
