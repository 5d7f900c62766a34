// English: written numbers with sign, separators, point and the name of a scale, as rules capture
// them, to words.
#pragma once

#include <string>
#include <string_view>

#include "lang/reading_options.h"

namespace wfst::en {

// The parts of a written number. Digits only; commas are taken out.
struct Amount {
  bool negative = false, point = false;
  std::string whole, fraction;
  std::string_view scale;  // "million" behind it
};
Amount parse_amount(std::string_view value);

// "-1,234.50": minus one thousand two hundred and thirty four point five zero. Without whole
// digits: point five. A number that opens with a zero, and one of more than fifteen digits without
// commas, is read digit by digit.
std::string read_amount(const Amount& amount, const ReadingOptions& options);
std::string read_value(std::string_view value, const ReadingOptions& options);

// Whether a noun after it is in the singular: 1, but not 1.0 or 1 million.
bool is_one(const Amount& amount);

// Digits in serial numbers: 133 one hundred thirty three, 08 zero eight, 235212 digit by digit.
std::string read_serial(std::string_view digits);

// Words separated by one space.
void add(std::string& out, std::string_view words);

}  // namespace wfst::en
