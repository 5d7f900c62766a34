// Chinese: readings by class.
#include "lang/language.h"
#include "lang/zh/verbalisers.h"

namespace wfst {
namespace {

constexpr Verbaliser kChineseVerbalisers[] = {
    {"cardinal", zh::cardinal_token},   {"ordinal", zh::ordinal_token},
    {"range", zh::range_token},         {"fraction", zh::fraction_token},
    {"percent", zh::percent_token},     {"date", zh::date_token},
    {"time", zh::time_token},           {"telephone", zh::telephone_token},
    {"digits", zh::digits_token},       {"plate", zh::plate_token},
    {"money", zh::money_token},         {"measure", zh::measure_token},
    {"sport", zh::sport_token},         {"math", zh::math_token},
    {"whitelist", zh::whitelist_token}, {"electronic", zh::electronic_token}};

}  // namespace

extern const Language kChinese;
const Language kChinese = {
    .name = "zh", .verbalisers = kChineseVerbalisers, .spaces = false, .polish = zh::polish};

}  // namespace wfst
