#include "core/ab/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace syrinx::ab {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

nlohmann::json sorted(const Json& value) {
  if (value.is_object()) {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& [key, member] : value.items()) out[key] = sorted(member);
    return out;
  }
  if (value.is_array()) {
    nlohmann::json out = nlohmann::json::array();
    for (const auto& member : value) out.push_back(sorted(member));
    return out;
  }
  if (value.is_number_float()) {
    const double v = value.get<double>();
    return std::isfinite(v) ? nlohmann::json(rounded(v)) : nlohmann::json();
  }
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_unsigned()) return value.get<uint64_t>();
  if (value.is_number_integer()) return value.get<int64_t>();
  return {};
}

core::Error cannot_write(const std::string& path, int why) {
  core::Error error{"E0505", fmt::format("cannot write {}", path), {}, {std::strerror(why)}, {}};
  if (why == ENOSPC || why == EDQUOT) {
    std::error_code ignored;
    const auto space = std::filesystem::space(std::filesystem::path(path).parent_path(), ignored);
    if (!ignored) error.notes.push_back(fmt::format("{} bytes are free there", space.available));
    error.help.push_back("make room and go on with --resume, or choose another folder");
  }
  return error;
}

}  // namespace

core::Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) text.assign(std::istreambuf_iterator<char>(file), {});
  if (!file || file.bad() || std::filesystem::is_directory(path))
    return core::Error{"E0504", fmt::format("cannot read {}", path), {}, {std::strerror(errno ? errno : EISDIR)}, {}};
  return text;
}

core::Result<Json> read_json(const std::string& path) {
  auto text = read_text(path);
  if (!text) return std::move(text).errors();
  try {
    return Json::parse(*text);
  } catch (const Json::parse_error& error) {
    return core::Error{"E0504", fmt::format("{} is not JSON", path), {}, {fmt::format("at byte {}", error.byte)}, {}};
  }
}

core::Outcome write_whole(const std::string& path, std::string_view text) {
  const std::string temporary = fmt::format("{}.{}.part", path, getpid());
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return cannot_write(path, errno);
  int failed = 0;
  while (!text.empty() && failed == 0) {
    const ssize_t n = write(file, text.data(), text.size());
    if (n >= 0) text.remove_prefix(static_cast<size_t>(n));
    else if (errno != EINTR) failed = errno;
  }
  if (close(file) != 0 && failed == 0) failed = errno;
  if (failed == 0 && rename(temporary.c_str(), path.c_str()) != 0) failed = errno;
  if (failed == 0) return core::Nothing{};
  unlink(temporary.c_str());
  return cannot_write(path, failed);
}

double rounded(double value) { return std::isfinite(value) ? std::strtod(fmt::format("{:.15g}", value).c_str(), nullptr) : value; }

std::string canonical(const Json& value, int indent) {
  return sorted(value).dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * k) & 63];
  }
  return out;
}

core::Result<std::string> from_base64(std::string_view text) {
  static const std::array<int8_t, 256> values = [] {
    std::array<int8_t, 256> out;
    out.fill(-1);
    for (size_t i = 0; i < kAlphabet.size(); ++i) out[static_cast<uint8_t>(kAlphabet[i])] = static_cast<int8_t>(i);
    return out;
  }();
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const int8_t value = values[static_cast<uint8_t>(c)];
    if (value < 0) return core::Error{"E0504", "this is not base64", {}, {}, {}};
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 255);
  }
  return out;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

}  // namespace syrinx::ab
