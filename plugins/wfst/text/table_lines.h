// Lines of files that users write, such as lexicons and profiles of models.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace wfst {

// Views into a text that outlives it. Empty lines and those that begin with # are passed over; a line ends with LF or CR LF.
class TableLines {
 public:
  // `error` gets what fail() is told.
  TableLines(std::string_view text, std::string* error) : text_(text), error_(error) {}

  bool next(std::string_view& line) {
    while (at_ < text_.size()) {
      ++number_;
      const size_t end = std::min(text_.find('\n', at_), text_.size());
      line = text_.substr(at_, end - at_);
      at_ = end + 1;
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (!line.empty() && line[0] != '#') return true;
    }
    return false;
  }
  // "line N: what" for the line that came last.
  std::nullptr_t fail(const std::string& what) {
    *error_ = "line " + std::to_string(number_) + ": " + what;
    return nullptr;
  }

 private:
  std::string_view text_;
  std::string* error_;
  size_t at_ = 0, number_ = 0;
};

}  // namespace wfst
