// English: one verbaliser for each class of grammars/en. Their fields are documented by the rules
// there.
#pragma once

#include "lang/language.h"

namespace wfst::en {

bool cardinal_token(const Token& token, const Context& context, std::string& out);
bool decimal_token(const Token& token, const Context& context, std::string& out);
bool ordinal_token(const Token& token, const Context& context, std::string& out);
bool fraction_token(const Token& token, const Context& context, std::string& out);
bool date_token(const Token& token, const Context& context, std::string& out);
bool time_token(const Token& token, const Context& context, std::string& out);
bool range_token(const Token& token, const Context& context, std::string& out);
bool money_token(const Token& token, const Context& context, std::string& out);
bool measure_token(const Token& token, const Context& context, std::string& out);
bool math_token(const Token& token, const Context& context, std::string& out);
bool telephone_token(const Token& token, const Context& context, std::string& out);
bool address_token(const Token& token, const Context& context, std::string& out);
bool serial_token(const Token& token, const Context& context, std::string& out);
bool electronic_token(const Token& token, const Context& context, std::string& out);
bool markup_token(const Token& token, const Context& context, std::string& out);
bool whitelist_token(const Token& token, const Context& context, std::string& out);
bool roman_token(const Token& token, const Context& context, std::string& out);
bool symbol_token(const Token& token, const Context& context, std::string& out);

// 3/4: three quarters; 1/2: one half; 142/1: one hundred forty two over one.
std::string read_fraction(std::string_view numerator, std::string_view denominator);
// The same behind a whole number: three and "a half".
std::string part_of_mixed(std::string_view numerator, std::string_view denominator);

}  // namespace wfst::en
