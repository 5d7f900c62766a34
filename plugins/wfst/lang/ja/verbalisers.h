// Japanese: one verbaliser for each class of grammars/ja. Their fields are documented by the rules
// there.
#pragma once

#include "lang/language.h"

namespace wfst::ja {

bool cardinal_token(const Token& token, const Context& context, std::string& out);
bool range_token(const Token& token, const Context& context, std::string& out);
bool fraction_token(const Token& token, const Context& context, std::string& out);
bool percent_token(const Token& token, const Context& context, std::string& out);
bool measure_token(const Token& token, const Context& context, std::string& out);
bool money_token(const Token& token, const Context& context, std::string& out);
bool telephone_token(const Token& token, const Context& context, std::string& out);
bool digits_token(const Token& token, const Context& context, std::string& out);
bool sport_token(const Token& token, const Context& context, std::string& out);
bool math_token(const Token& token, const Context& context, std::string& out);
bool whitelist_token(const Token& token, const Context& context, std::string& out);
bool date_token(const Token& token, const Context& context, std::string& out);
bool time_token(const Token& token, const Context& context, std::string& out);

// "-1,234.5": マイナス千二百三十四点五. A number that opens with a zero is read digit by digit.
std::string read_value(std::string_view value);

}  // namespace wfst::ja
