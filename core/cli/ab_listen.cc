// syrinx ab page and ab rate.
#include <fmt/format.h>

#include <filesystem>

#include "core/ab/rate.h"
#include "core/cli/ab.h"
#include "core/cli/commands.h"
#include "core/cli/session.h"
#include "core/config/shape.h"

namespace syrinx::cli {

namespace fs = std::filesystem;
using core::Json;

int ab_page(const Arguments& arguments) {
  apply_log(arguments);
  const bool from_session = arguments.has("session");
  if (from_session == !arguments.positional.empty() || arguments.positional.size() > 1)
    return usage("ab page needs a result folder or --session FILE", "syrinx ab page result -o listen.html");
  const std::string output = arguments.get("output");
  if (output.empty()) return usage("ab page needs -o FILE", "syrinx ab page result -o listen.html");
  const auto page = ab::read_text(shared_folder("ab") + "/listen.html");
  if (!page) return report(page.errors(), arguments);
  core::Result<ab::Session> session = core::Error{};
  if (from_session) {
    auto document = ab::read_json(arguments.get("session"));
    if (!document) return report(document.errors(), arguments);
    if (document->is_object() && arguments.has("mode")) (*document)["mode"] = arguments.get("mode");
    if (document->is_object() && arguments.has("no-key")) document->erase("sealed");
    session = ab::parse_session(*std::move(document), arguments.get("session"));
  } else {
    session = session_of_result(arguments.positional[0], arguments);
  }
  if (!session) return report(session.errors(), arguments);
  if (auto written = ab::write_whole(output, ab::make_page(*page, *session)); !written) return report(written.errors(), arguments);
  if (arguments.has("json")) fmt::print("{}\n", Json{{"file", output}, {"session", session->name}, {"mode", session->mode}, {"trials", session->trials.size()}}.dump());
  else if (!arguments.has("quiet")) fmt::print("{}: session {}, {}, {} trials\n", output, session->name, session->mode, session->trials.size());
  return kOk;
}

int ab_rate(const Arguments& arguments) {
  apply_log(arguments);
  if (arguments.positional.size() < 2) return usage("ab rate needs a result folder (or a session file) and ratings", "syrinx ab rate result ratings-*.json");
  ab::RateOptions options;
  if (int64_t seed = 1, boots = 10000; true) {
    if (arguments.has("seed") && !core::parse_integer(arguments.get("seed"), &seed)) return usage(fmt::format("--seed must be an integer, not \"{}\"", arguments.get("seed")));
    if (arguments.has("boots") && (!core::parse_integer(arguments.get("boots"), &boots) || boots < 100)) return usage(fmt::format("--boots must be at least 100, not \"{}\"", arguments.get("boots")));
    options.resampling = {static_cast<uint64_t>(seed), static_cast<size_t>(boots), 0.95};
  }
  const std::string none = arguments.get("none", "drop");
  if (none != "drop" && none != "split") return usage(fmt::format("--none is drop or split, not \"{}\"", none));
  options.split_none = none == "split";
  options.exact = arguments.has("exact");
  std::vector<ab::RatingsFile> files;
  for (size_t i = 1; i < arguments.positional.size(); ++i) {
    auto document = ab::read_json(arguments.positional[i]);
    if (!document) return report(document.errors(), arguments);
    files.push_back({arguments.positional[i], *std::move(document)});
  }
  const std::string& from = arguments.positional[0];
  core::Result<ab::RatedSession> session = core::Error{};
  if (fs::is_directory(from)) {
    auto key = ab::read_json((fs::path(from) / "key.json").string());
    if (!key) return report(key.errors(), arguments);
    const Json wanted = files[0].document.is_object() ? files[0].document.value("session", Json()) : Json();
    const Json sessions = key->is_object() ? key->value("sessions", Json::object()) : Json::object();
    if (!wanted.is_string() || !sessions.contains(wanted.get<std::string>()))
      return report({{"E0506", fmt::format("{} has no key of the session {}", from, wanted.dump()), {}, {}, {"ab page wrote it into the folder that the page was made from"}}}, arguments);
    session = ab::rated_from_json(wanted, sessions[wanted.get<std::string>()]);
  } else {
    auto document = ab::read_json(from);
    if (!document) return report(document.errors(), arguments);
    auto parsed = ab::parse_session(*std::move(document), from);
    if (!parsed) return report(parsed.errors(), arguments);
    session = ab::rated(*parsed);
  }
  if (!session) return report(session.errors(), arguments);
  auto result = ab::rate(*session, files, options);
  if (!result) return report(result.errors(), arguments);
  const std::string text = ab::canonical(*result) + "\n";
  if (fs::is_directory(from))
    if (auto written = ab::write_whole((fs::path(from) / fmt::format("listening-{}.json", session->name)).string(), text); !written) return report(written.errors(), arguments);
  if (arguments.has("json")) fmt::print("{}", text);
  else fmt::print("{}", ab::rate_text(*result));
  return kOk;
}

}  // namespace syrinx::cli
