// Files of comparisons: read whole, written under another name and renamed, JSON in one fixed form.
#pragma once

#include <string>
#include <string_view>

#include "core/config/options.h"
#include "core/report/error.h"

namespace syrinx::ab {

using core::Json;

core::Result<std::string> read_text(const std::string& path);                 // E0504
core::Result<Json> read_json(const std::string& path);                       // E0504
// All of it or nothing: a reader sees the old file or the new one. E0505, with what is free where the disk is full.
core::Outcome write_whole(const std::string& path, std::string_view text);

// Keys sorted, numbers with 15 significant digits, what is not finite as null; two equal results give equal bytes.
std::string canonical(const Json& value, int indent = 1);
// Every number rounded to 15 significant digits.
double rounded(double value);

std::string base64(std::string_view bytes);
core::Result<std::string> from_base64(std::string_view text);

// One CSV field by RFC 4180.
std::string csv_field(std::string_view text);

}  // namespace syrinx::ab
