#include "core/config/source.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/config/limits.h"
#include "core/report/utf8.h"

namespace syrinx::core {

Source::Source(std::string name, std::string text, std::string path)
    : name_(std::move(name)), text_(std::move(text)), path_(std::move(path)) {
  starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') starts_.push_back(i + 1);
}

std::string Source::line(int line) const {
  if (line < 1 || static_cast<size_t>(line) > starts_.size()) return {};
  const size_t begin = starts_[static_cast<size_t>(line) - 1];
  size_t end = std::min(text_.find('\n', begin), text_.size());
  if (end > begin && text_[end - 1] == '\r') --end;
  return text_.substr(begin, end - begin);
}

Place Source::at(int line_number, int byte_column, int length) const {
  Place place{name_, line_number, 1, std::max(1, length), line(line_number)};
  const auto bytes = std::clamp<size_t>(static_cast<size_t>(std::max(0, byte_column)), 0, place.text.size());
  place.column = code_points(std::string_view(place.text).substr(0, bytes)) + 1;
  return place;
}

size_t Source::offset(int line, int byte_column) const {
  if (line < 1 || static_cast<size_t>(line) > starts_.size()) return text_.size();
  return std::min(
      starts_[static_cast<size_t>(line) - 1] + static_cast<size_t>(std::max(0, byte_column)),
      text_.size());
}

Place Source::at_offset(size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line_number = static_cast<int>(after - starts_.begin());
  return at(line_number, static_cast<int>(offset - starts_[static_cast<size_t>(line_number) - 1]));
}

Place Source::whole() const { return {name_, 0, 0, 1, {}}; }

Result<SourcePtr> read_source(const std::string& path, const std::string& name, const Error::Label* from) {
  const auto unreadable = [&](const std::string& why) {
    Error error{"E0102", fmt::format("cannot read {}", name), {}, {why}, {}};
    if (from) error.labels.push_back(*from);
    return error;
  };
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return unreadable(fmt::format("{}: {}", path, std::strerror(errno)));
  if (S_ISDIR(info.st_mode)) return unreadable(fmt::format("{}: is a directory", path));
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable(fmt::format("{}: {}", path, std::strerror(errno)));
  std::string text(kMostConfigBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kMostConfigBytes) {
    return Error{"E0104",
                 fmt::format("{} is too large", name),
                 {{{name, 0, 0, 1, {}}, ""}},
                 {fmt::format("a configuration may have {} bytes", kMostConfigBytes)},
                 {}};
  }
  return std::make_shared<const Source>(name, std::move(text), path);
}

}  // namespace syrinx::core
