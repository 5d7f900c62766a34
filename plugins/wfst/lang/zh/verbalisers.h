// Chinese: one verbaliser for each class of grammars/zh. Their fields are documented by the rules
// there.
#pragma once

#include "lang/language.h"

namespace wfst::zh {

bool cardinal_token(const Token& token, const Context& context, std::string& out);
bool ordinal_token(const Token& token, const Context& context, std::string& out);
bool range_token(const Token& token, const Context& context, std::string& out);
bool fraction_token(const Token& token, const Context& context, std::string& out);
bool percent_token(const Token& token, const Context& context, std::string& out);
bool date_token(const Token& token, const Context& context, std::string& out);
bool time_token(const Token& token, const Context& context, std::string& out);
bool telephone_token(const Token& token, const Context& context, std::string& out);
bool digits_token(const Token& token, const Context& context, std::string& out);
bool plate_token(const Token& token, const Context& context, std::string& out);
bool money_token(const Token& token, const Context& context, std::string& out);
bool measure_token(const Token& token, const Context& context, std::string& out);
bool sport_token(const Token& token, const Context& context, std::string& out);
bool math_token(const Token& token, const Context& context, std::string& out);
bool whitelist_token(const Token& token, const Context& context, std::string& out);
bool electronic_token(const Token& token, const Context& context, std::string& out);

// Punctuation taken away, characters outside the vocabulary marked; see ReadingOptions.
void polish(const ReadingOptions& options, std::string& text);

}  // namespace wfst::zh
