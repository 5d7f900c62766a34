// syrinx models, models verify, models pull.
//
// Transfers and digests are the work of two programs, curl and sha256sum: docs/decisions says why.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "core/cli/catalogue.h"
#include "core/cli/commands.h"
#include "core/cli/process.h"
#include "core/cli/session.h"

namespace syrinx::cli {
namespace {

namespace fs = std::filesystem;
using core::Json;

// The SHA-256 of a file in small hexadecimal digits; empty, with a message printed, if it cannot be had.
std::string digest_of(const fs::path& path) {
  const Finished done = run_program({"sha256sum", "--", path.string()}, true);
  if (!done.found) fmt::print(stderr, "error: the program sha256sum is missing (Debian: coreutils)\n");
  // A backslash comes first if the name has characters that are escaped.
  const size_t first = done.output.starts_with('\\') ? 1 : 0;
  return done.code == 0 && done.output.size() >= first + 64 ? done.output.substr(first, 64) : "";
}

enum class State { kOk, kMissing, kDiffers, kUnreadable };

State state_of(const fs::path& path, const CatalogueFile& file) {
  std::error_code none;
  if (!fs::is_regular_file(path, none)) return State::kMissing;
  const std::string digest = digest_of(path);
  return digest.empty() ? State::kUnreadable : digest == file.sha256 ? State::kOk : State::kDiffers;
}

const char* name_of(State state) {
  switch (state) {
    case State::kOk: return "ok";
    case State::kMissing: return "missing";
    case State::kDiffers: return "differs";
    case State::kUnreadable: return "unreadable";
  }
  return "";
}

// How many files of a catalogue lie below a folder.
size_t present(const Catalogue& catalogue, const fs::path& folder) {
  std::error_code none;
  return static_cast<size_t>(std::count_if(catalogue.files.begin(), catalogue.files.end(),
                                           [&](const CatalogueFile& file) { return fs::exists(folder / file.path, none); }));
}

// The folder that the catalogue's paths begin in: the given one, or the one around it if the given one is where all paths begin.
fs::path root_of(const Catalogue& catalogue, const fs::path& given) {
  if (present(catalogue, given) > 0) return given;
  const fs::path outer = fs::absolute(given).lexically_normal();
  const fs::path parent = (outer.has_filename() ? outer : outer.parent_path()).parent_path();
  return present(catalogue, parent) > 0 ? parent : given;
}

// The one to verify a folder against: the one named, or the one with the most files there.
std::optional<Catalogue> catalogue_for(const fs::path& folder, const std::string& name) {
  std::string problem;
  if (!name.empty()) {
    auto out = read_catalogue(name, problem);
    if (!out) fmt::print(stderr, "{}", problem);
    return out;
  }
  std::optional<Catalogue> best;
  size_t most = 0;
  for (const std::string& installed : installed_catalogues()) {
    auto candidate = read_catalogue(installed, problem);
    if (!candidate) {
      fmt::print(stderr, "{}", problem);
      continue;
    }
    const size_t files = present(*candidate, root_of(*candidate, folder));
    if (files > most) most = files, best = std::move(candidate);
  }
  if (!best)
    fmt::print(stderr, "error: {} holds no file of a model that is known\n  = note: known are: {}\n", folder.string(),
               fmt::join(installed_catalogues(), ", "));
  return best;
}

// What an exit code of curl means to the one who waits; the rest curl says itself.
std::string meaning(int code) {
  switch (code) {
    case 6: case 7: return "the server cannot be reached";
    case 22: return "the server does not hand it out";
    case 23: case 128 + SIGXFSZ: return "it cannot be written; is the disk full?";
    case 28: return "nothing came for a minute";
    case 18: case 56: return "the connection broke";
    case 128 + SIGINT: return "interrupted";
    default: return fmt::format("curl ended with code {}", code);
  }
}

// Fetches one file beside its place and moves it there when its digest is right. A part that an earlier call left is gone on with; if that
// cannot be, or gives the wrong digest, once more from the start.
int fetch(const Catalogue& catalogue, const CatalogueFile& file, const std::string& source, const fs::path& folder) {
  const fs::path place = folder / file.path, part = place.string() + ".part";
  const std::string url = source + "/" + file.path;
  std::error_code failed;
  fs::create_directories(place.parent_path(), failed);
  if (failed) {
    fmt::print(stderr, "error: cannot make {}: {}\n", place.parent_path().string(), failed.message());
    return kRunFailed;
  }
  for (bool again = true; again;) {
    again = fs::exists(part, failed) && fs::file_size(part, failed) > 0;
    // Neither a slow server nor a silent one for ever; no configuration of the user's that could change where files go.
    std::vector<std::string> words = {"curl", "--disable", "--fail", "--location", "--proto", "=https,http", "--continue-at", "-", "--connect-timeout", "30",
                                      "--speed-limit", "1", "--speed-time", "60", "--output", part.string(), "--show-error"};
    words.push_back(isatty(STDERR_FILENO) ? "--progress-bar" : "--silent");
    words.insert(words.end(), {"--write-out", "%{http_code}", "--url", url});
    fmt::print(stderr, "{} {}\n", again ? "going on with" : "fetching", file.path);
    const Finished done = run_program(words, true);
    if (!done.found) {
      fmt::print(stderr, "error: the program curl is missing (Debian: curl)\n");
      return kRunFailed;
    }
    // The server knows no ranges, or the part is longer than the file.
    const bool anew = again && (done.code == 33 || done.code == 36 || done.output == "416");
    if (done.code != 0 && !anew) {
      const bool kept = fs::exists(part, failed);
      fmt::print(stderr, "error: {} could not be fetched from {}: {}\n{}", file.path, url, meaning(done.code),
                 kept ? fmt::format("  = help: what came is kept; the same command goes on from there\n") : "");
      return done.code == 128 + SIGINT ? kInterrupted : kAssetMissing;
    }
    const std::string digest = digest_of(part);
    if (digest == file.sha256) {
      fs::rename(part, place, failed);
      if (!failed) return kOk;
      fmt::print(stderr, "error: cannot move {} to {}: {}\n", part.string(), place.string(), failed.message());
      return kRunFailed;
    }
    fs::remove(part, failed);
    if (again) continue;
    fmt::print(stderr, "error: {} from {} is not the published file\n  = note: its SHA-256 is {}, and {} expects {}\n", file.path, url, digest,
               catalogue.name, file.sha256);
    return kAssetMissing;
  }
  return kOk;
}

bool licence_accepted(const Catalogue& catalogue, const Arguments& arguments) {
  fmt::print(stderr, "{}: {}\nlicence: {}\n{}\n", catalogue.name, catalogue.summary, catalogue.licence, catalogue.terms);
  if (arguments.has("accept-licence")) return true;
  if (!isatty(STDIN_FILENO)) {
    fmt::print(stderr, "error: the licence must be accepted before anything is fetched\n  = help: --accept-licence\n");
    return false;
  }
  fmt::print(stderr, "Do you accept it? [y/N] ");
  const int answer = std::getchar();
  if (answer == 'y' || answer == 'Y') return true;
  fmt::print(stderr, "nothing is fetched\n");
  return false;
}

}  // namespace

int models(const Arguments& arguments) {
  // The assets that the installed configurations name, whether or not they are there.
  std::error_code ignored;
  int missing = 0;
  for (const auto& entry : fs::directory_iterator(shared_folder("configs"), ignored)) {
    if (entry.path().extension() != ".yaml") continue;
    core::LoadRequest request;
    request.file = entry.path().string();
    request.include_path = {shared_folder("configs")};
    auto plan = plan_of(request, arguments);
    std::string state = "complete";
    if (!plan)
      for (const core::Error& error : plan.errors())
        if (error.code.starts_with("E04")) state = error.message, ++missing;
    fmt::print("{:<20} {}\n", entry.path().stem().string(), state);
  }
  if (const auto names = installed_catalogues(); !names.empty()) fmt::print("\nto be had by `syrinx models pull`: {}\n", fmt::join(names, ", "));
  return missing ? kAssetMissing : kOk;
}

int models_verify(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    fmt::print(stderr, "error: models verify takes one folder\n");
    return kUsage;
  }
  const auto catalogue = catalogue_for(arguments.positional[0], arguments.get("model"));
  if (!catalogue) return kAssetMissing;
  const fs::path folder = root_of(*catalogue, arguments.positional[0]);
  Json out = Json::array();
  size_t wrong = 0;
  for (const CatalogueFile& file : catalogue->files) {
    const State state = state_of(folder / file.path, file);
    wrong += state != State::kOk;
    if (arguments.has("json"))
      out.push_back({{"file", file.path}, {"state", name_of(state)}});
    else
      fmt::print("{:<10} {}\n", name_of(state), file.path);
  }
  if (arguments.has("json")) fmt::print("{}\n", out.dump(1));
  if (wrong) fmt::print(stderr, "{} of {} files are not those of {}\n", wrong, catalogue->files.size(), catalogue->name);
  return wrong ? kAssetMissing : kOk;
}

int models_pull(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    fmt::print(stderr, "error: models pull takes the name of one model\n");
    return kUsage;
  }
  std::string problem;
  const auto catalogue = read_catalogue(arguments.positional[0], problem);
  if (!catalogue) {
    fmt::print(stderr, "{}", problem);
    return kAssetMissing;
  }
  if (!licence_accepted(*catalogue, arguments)) return kUsage;
  const fs::path folder = arguments.get("dir", (core::user_data() / "models" / catalogue->name).string());
  std::string source = arguments.get("source", catalogue->source);
  while (source.ends_with('/')) source.pop_back();
  for (const CatalogueFile& file : catalogue->files) {
    const State state = state_of(folder / file.path, file);
    if (state == State::kOk) continue;
    if (state != State::kMissing) {
      fmt::print(stderr, "error: {} is there and not the published file\n  = help: move it away, and it is fetched; or give another folder: --dir DIR\n",
                 (folder / file.path).string());
      return kAssetMissing;
    }
    if (const int code = fetch(*catalogue, file, source, folder); code != kOk) return code;
  }
  fmt::print("{}\n", folder.string());
  return kOk;
}

}  // namespace syrinx::cli
