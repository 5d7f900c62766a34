#include "core/cli/input.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "core/config/shape.h"

namespace syrinx::cli {
namespace {

core::Error input_error(std::string message, std::vector<std::string> notes = {}) {
  return {"E0504", std::move(message), {}, std::move(notes), {}};
}

core::Json scalar(const std::string& text) {
  int64_t integer;
  double number;
  if (core::parse_integer(text, &integer)) return integer;
  if (core::parse_number(text, &number)) return number;
  if (text == "true" || text == "false") return text == "true";
  return text;
}

bool blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

}  // namespace

bool add_option(const std::string& text, core::Json* options) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  (*options)[text.substr(0, equals)] = scalar(text.substr(equals + 1));
  return true;
}

core::Result<Input> Input::open(const Arguments& arguments) {
  Input out;
  out.json_ = arguments.has("json-input");
  for (const std::string& option : arguments.all("option"))
    if (!add_option(option, &out.options_)) return input_error(fmt::format("-p needs NAME=VALUE, not \"{}\"", option));
  for (const char* name : {"speed", "voice"})
    if (arguments.has(name)) out.options_[name] = scalar(arguments.get(name));
  if (arguments.has("deadline") && !core::parse_number(arguments.get("deadline"), &out.deadline_s_))
    return input_error(fmt::format("--deadline needs seconds, not \"{}\"", arguments.get("deadline")));

  const std::string file = arguments.get("input");
  const auto one = [&](std::string text) {
    out.total_ = 1;
    out.read_ = [text = std::move(text), read = false](std::string& to) mutable {
      to = text;
      return !std::exchange(read, true);
    };
  };
  if (!arguments.positional.empty()) {
    if (!file.empty()) return input_error("text is given twice: as arguments and with -i");
    one(fmt::format("{}", fmt::join(arguments.positional, " ")));
  } else if (!file.empty() && file != "-") {
    std::ifstream in(file, std::ios::binary);
    if (!in) return input_error(fmt::format("cannot read {}", file), {std::strerror(errno)});
    if (out.json_) {
      auto stream = std::make_shared<std::ifstream>(std::move(in));
      out.read_ = [stream](std::string& to) { return static_cast<bool>(std::getline(*stream, to)); };
    } else {
      std::ostringstream text;
      text << in.rdbuf();
      if (in.bad()) return input_error(fmt::format("cannot read {}", file), {std::strerror(errno)});
      one(text.str());
    }
  } else {
    out.read_ = [](std::string& to) { return static_cast<bool>(std::getline(std::cin, to)); };
  }
  return out;
}

core::Result<std::optional<core::Request>> Input::next() {
  std::string line;
  do {
    if (!read_(line)) return std::optional<core::Request>();
    if (!line.empty() && line.back() == '\r') line.pop_back();
  } while (blank(line) && total_ == 0);  // empty lines are no utterances
  core::Request request;
  request.index = ++index_;
  request.options = options_;
  request.deadline_s = deadline_s_;
  if (!json_) {
    request.text = std::move(line);
    return std::optional(std::move(request));
  }
  const core::Json json = core::Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("text") || !json["text"].is_string())
    return input_error(fmt::format("line {} of the input is not a JSON object with a text", index_),
                       {"such as {\"text\": \"Hello.\", \"id\": \"greeting\", \"options\": {\"speed\": 1.2}}"});
  request.text = json["text"];
  if (json.contains("id")) request.id = json["id"].is_string() ? json["id"].get<std::string>() : json["id"].dump();
  if (json.contains("seed") && json["seed"].is_number_integer()) {
    request.seed = json["seed"].get<uint64_t>();
    request.seed_given = true;
  }
  if (json.contains("options") && json["options"].is_object()) request.options.update(json["options"]);
  return std::optional(std::move(request));
}

}  // namespace syrinx::cli
