// syrinx normalize: what a pipeline makes of written text before anything is spoken.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "core/cli/commands.h"
#include "core/cli/lines.h"
#include "core/cli/session.h"

namespace syrinx::cli {
namespace {

using core::Json;

// What one line became. `segments` and `tokens` as stages write them in an item's meta when the option "explain" is on:
//   segments: spoken [begin, end), written [begin, end), class, rule, unread      tokens: class, rule, weight, written, fields
struct Answer {
  std::string spoken;
  Json segments = Json::array(), tokens = Json::array();

  void take(const core::Output& output) {
    if (!output.text.empty()) spoken += (spoken.empty() ? "" : " ") + std::string(output.text);
    const Json meta = Json::parse(output.meta, nullptr, false);
    if (!meta.is_object()) return;
    for (const char* name : {"segments", "tokens"})
      if (meta.contains(name) && meta[name].is_array())
        for (const Json& one : meta[name]) (name[0] == 's' ? segments : tokens).push_back(one);
  }
};

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string part(const std::string& text, const Json& range) {
  if (!range.is_array() || range.size() != 2) return {};
  const size_t begin = std::min<size_t>(range[0].get<size_t>(), text.size()), end = std::min<size_t>(range[1].get<size_t>(), text.size());
  return begin < end ? text.substr(begin, end - begin) : std::string();
}

std::string tokens_text(const std::string& line, const Answer& answer) {
  std::string out;
  for (const Json& token : answer.tokens) {
    std::string fields, spoken;
    for (const Json& field : token["fields"]) fields += fmt::format(" {}: {}", field["name"].get<std::string>(), dump(field["value"]));
    for (const Json& segment : answer.segments)
      if (segment["written"] == token["written"] && segment.contains("class")) spoken = segment.value("unread", false) ? "(no reading)" : part(answer.spoken, segment["spoken"]);
    out += fmt::format("  [{}, {}) {}.{} {:g} {{{} }} \"{}\" -> \"{}\"\n", token["written"][0].get<size_t>(), token["written"][1].get<size_t>(), token["class"].get<std::string>(),
               token["rule"].get<std::string>(), token["weight"].get<double>(), fields, part(line, token["written"]), spoken);
  }
  return out;
}

// How much of a corpus was read, by class, and what was left as it stood.
class Coverage {
 public:
  void add(const std::string& line, const Answer& answer) {
    ++lines_;
    bytes_ += line.size();
    for (const Json& segment : answer.segments) {
      if (!segment.contains("class")) continue;
      Class& one = classes_[segment["class"].get<std::string>()];
      ++one.tokens;
      one.bytes += segment["written"][1].get<size_t>() - segment["written"][0].get<size_t>();
      one.unread += segment.value("unread", false);
    }
    const bool left = std::any_of(answer.spoken.begin(), answer.spoken.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!left) return;
    ++with_digits_;
    if (examples_.size() < 10) examples_.push_back(line);
  }

  std::string text(bool json) const {
    if (json) {
      Json classes = Json::object();
      for (const auto& [name, one] : classes_) classes[name] = {{"tokens", one.tokens}, {"bytes", one.bytes}, {"unread", one.unread}};
      return dump({{"lines", lines_}, {"bytes", bytes_}, {"classes", classes}, {"lines_with_digits_left", with_digits_}, {"examples", examples_}}) + "\n";
    }
    std::string out = fmt::format("{} lines, {} bytes\n{:<16} {:>8} {:>10} {:>7} {:>10}\n", lines_, bytes_, "class", "tokens", "bytes", "share", "no reading");
    for (const auto& [name, one] : classes_)
      out += fmt::format("{:<16} {:>8} {:>10} {:>6.2f}% {:>10}\n", name, one.tokens, one.bytes, bytes_ ? 100.0 * static_cast<double>(one.bytes) / static_cast<double>(bytes_) : 0, one.unread);
    out += fmt::format("lines with digits left in the spoken form: {}\n", with_digits_);
    for (const std::string& example : examples_) out += fmt::format("  {}\n", example);
    return out;
  }

 private:
  struct Class {
    uint64_t tokens = 0, bytes = 0, unread = 0;
  };
  std::map<std::string, Class> classes_;
  uint64_t lines_ = 0, bytes_ = 0, with_digits_ = 0;
  std::vector<std::string> examples_;
};

}  // namespace

core::Result<core::LoadRequest> normalizers_of(const Arguments& given) {
  Arguments arguments = given;
  if (!arguments.has("config")) arguments.values_["config"] = {"normalize"};
  std::vector<std::string> more;
  bool behind = false;
  auto request = part_of_flow(arguments, load_request(arguments), [&](const std::string& stage, const core::ComponentManifest* component) {
    behind = behind || !component || component->kind != "normalizer";
    if (behind) return !component;  // a plugin that is missing is reported
    const Json properties = component->options.value("properties", Json::object());
    if (properties.contains("split")) more.push_back(fmt::format("stages.{}.options.split=false", stage));
    if (arguments.has("grammar") && properties.contains("grammars"))
      more.push_back(fmt::format("stages.{}.options.grammars={}", stage, quoted(std::filesystem::absolute(arguments.get("grammar")).string())));
    return true;
  });
  if (request) request->sets.insert(request->sets.begin(), more.begin(), more.end());
  return request;
}

int normalize(const Arguments& arguments) {
  apply_log(arguments);
  auto request = normalizers_of(arguments);
  if (!request) return report(request.errors(), arguments);
  const bool json = arguments.has("json"), stats = arguments.has("stats"), explain = arguments.has("explain") || stats;
  auto coverage = std::make_shared<Coverage>();
  const auto answer = [&](core::Request& one) {
    if (arguments.has("lang")) one.options["language"] = arguments.get("lang");
    if (explain) one.options["explain"] = true;
    auto answer = std::make_shared<Answer>();
    const auto take = [answer](const core::Output& output) { answer->take(output); };
    const auto end = [=, text = one.text]() -> std::string {
      if (stats) {
        coverage->add(text, *answer);
        return {};
      }
      if (!json) return answer->spoken + "\n" + (explain ? tokens_text(text, *answer) : "");
      Json out{{"text", text}, {"spoken", answer->spoken}};
      if (explain) out.update({{"tokens", answer->tokens}, {"segments", answer->segments}});
      return dump(out) + "\n";
    };
    return LineAnswer{take, end};
  };
  if (stats) return answer_lines(*request, arguments, answer, [&] { return coverage->text(json); });
  return answer_lines(*request, arguments, answer);
}

}  // namespace syrinx::cli
