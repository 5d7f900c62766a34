#include "core/ab/texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/config/options.h"
#include "core/report/sha256.h"
#include "core/report/utf8.h"

namespace syrinx::ab {
namespace {

using core::Json;

std::string member(const Json& line, const char* name) { return line.contains(name) && line[name].is_string() ? line[name].get<std::string>() : ""; }

// Ids become file names.
bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= 100 && id[0] != '.' && id.find_first_of("/\\\"'<>|:*?") == std::string::npos &&
         std::none_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

core::Outcome Texts::add(std::string_view content, const std::string& file) {
  int number = 0;
  while (!content.empty()) {
    const size_t end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(content.size(), end + 1));
    ++number;
    const auto wrong = [&](std::string what, std::string help = {}) {
      core::Error error{"E0504", fmt::format("{}:{}: {}", file, number, what), {}, {}, {}};
      if (!help.empty()) error.help.push_back(std::move(help));
      return error;
    };
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (core::first_malformed(line) != std::string_view::npos) return wrong("this is not UTF-8");
    if (line.find_first_not_of(" \t") == std::string_view::npos) {
      ++empty_lines;
      continue;
    }
    Text text{fmt::format("t{:04}", texts.size() + 1), std::string(line), "", "", "", std::nullopt};
    if (line[line.find_first_not_of(" \t")] == '{') {
      const Json json = Json::parse(line, nullptr, false);
      if (!json.is_object() || !json.contains("text") || !json["text"].is_string()) return wrong("this is not a JSON object with a text", R"(such as {"id": "a", "text": "Hello."})");
      text.text = json["text"];
      if (json.contains("id")) text.id = json["id"].is_string() ? json["id"].get<std::string>() : json["id"].dump();
      text.language = member(json, "lang");
      text.group = member(json, "group");
      text.reference_text = member(json, "reference_text");
      if (json.contains("seed")) {
        if (json["seed"].is_number_unsigned()) text.seed = json["seed"].get<uint64_t>();
        else if (const std::string seed = member(json, "seed"); !seed.empty()) {
          uint64_t value = 0;
          if (std::from_chars(seed.data(), seed.data() + seed.size(), value).ptr != seed.data() + seed.size()) return wrong(fmt::format("the seed is \"{}\"", seed), "a 64-bit number");
          text.seed = value;
        }
      }
    }
    if (!is_id(text.id)) return wrong(fmt::format("\"{}\" cannot be an id", text.id), "ids name files: no / and no leading dot");
    if (std::any_of(texts.begin(), texts.end(), [&](const Text& other) { return other.id == text.id; }))
      return wrong(fmt::format("the id \"{}\" is there twice", text.id), "texts are paired by their ids, so each needs its own");
    texts.push_back(std::move(text));
  }
  return core::Nothing{};
}

std::string Texts::digest() const {
  core::Sha256 sum;
  for (const Text& text : texts) {
    for (const std::string* part : {&text.id, &text.text, &text.language, &text.group, &text.reference_text}) sum.add_text(*part);
    sum.add_number(text.seed.value_or(0));
  }
  return "sha256:" + sum.hex();
}

}  // namespace syrinx::ab
