// syrinx-goldens: runs a folder of recorded reference outputs on the weights of a model folder and says how near each file comes.
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <syrinx/sdk.hpp>

#include "goldens/checks.h"

namespace {

constexpr char kHelp[] =
    R"(usage: syrinx-goldens --dir GOLDENS --assets FOLDER [options]

Runs every file of GOLDENS (a folder with manifest.json, *.safetensors and *.json as recorded from the reference implementation) on the
weights in FOLDER/asset, as `compat: chattts` and `rng: torch` do, and prints one line a file: name, largest error, tolerance, ok or FAIL, and
which tensor it was. Of several tensors the one nearest to its tolerance is shown; of cases in a json file the number that differ.

options:
  --file NAME        only this file; may be repeated
  --device NAME      cpu (default), cuda:N, npu:N
  --precision NAME   of the language model: f32 (default), bf16, f16. Tolerances are for f32
  --threads N        threads of an operation on the CPU (default 1: the goldens were recorded so)
  --verbose          every tensor that failed
  --help             this text

exit status: 0 all ok, 1 some failed, 2 usage, 5 a folder is missing or damaged, 6 no such device

example:
  syrinx-goldens --dir goldens/tiny --assets assets/tiny
)";

using namespace chattts;

const Check* find(const std::string& file) {
  for (const auto* table : {&network_checks(), &generation_checks(), &run_checks(), &text_checks(), &sampler_checks()})
    if (const auto found = table->find(file); found != table->end()) return &found->second;
  return nullptr;
}

// One file; whether it passed. A json file that only holds parameters has no check and no line.
bool run(const Subject& subject, const GoldenFolder& folder, const std::string& file, bool verbose) {
  const std::string name = file.substr(0, file.rfind('.'));
  const Check* check = find(file);
  Check sampled;
  if (!check && name.rfind("gpt_sampled_", 0) == 0 && file.ends_with(".safetensors")) {
    sampled = sampled_run_check(name);
    check = &sampled;
  }
  if (!check) {
    if (file.ends_with(".json")) return true;
    std::printf("%-38s %10s %10s  FAIL  no check for a file of this name\n", file.c_str(), "-", "-");
    return false;
  }
  Judgement judge(folder, name);
  try {
    (*check)(subject, folder, judge);
  } catch (const std::exception& error) {
    const std::string what = error.what();
    std::printf("%-38s %10s %10s  FAIL  %s\n", file.c_str(), "-", "-", what.substr(0, what.find('\n')).c_str());
    return false;
  }
  std::puts(judge.line(file).c_str());
  if (verbose)
    for (const std::string& failed : judge.failed()) std::printf("    %s\n", failed.c_str());
  std::fflush(stdout);
  return judge.ok();
}

int usage(const std::string& what) {
  std::cerr << "error: " << what << "\n  = help: syrinx-goldens --help\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::string dir, assets, device = "cpu", precision = "f32";
  std::vector<std::string> only;
  int threads = 1;
  bool verbose = false;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--help" || arg == "-h") return std::fputs(kHelp, stdout), 0;
    if (arg == "--verbose") {
      verbose = true;
      continue;
    }
    if (i + 1 == argc) return usage(arg + " needs a value, or is unknown");
    const std::string value = argv[++i];
    if (arg == "--dir") dir = value;
    else if (arg == "--assets") assets = value;
    else if (arg == "--device") device = value;
    else if (arg == "--precision") precision = value;
    else if (arg == "--file") only.push_back(value);
    else if (arg == "--threads") threads = std::atoi(value.c_str());
    else return usage("unknown option " + arg);
  }
  if (dir.empty() || assets.empty()) return usage(dir.empty() ? "--dir is missing" : "--assets is missing");
  if (threads < 1) return usage("--threads wants a number from 1 on");
  try {
    use_threads(threads);
    const Placement placement = parse_placement(device, precision);
    const GoldenFolder folder(dir);
    const Subject subject(assets, placement);
    const Computing computing(placement.device);
    bool ok = true;
    for (const std::string& file : folder.names())
      if (only.empty() || std::find(only.begin(), only.end(), file) != only.end()) ok = run(subject, folder, file, verbose) && ok;
    for (const std::string& file : only)
      if (!folder.has(file)) return usage(dir + " has no file " + file);
    return ok ? 0 : 1;
  } catch (const syrinx::Failure& failure) {
    std::cerr << "error: " << failure.what() << "\n";
    if (!failure.hint.empty()) std::cerr << "  = help: " << failure.hint << "\n";
    return failure.code == syrinx::unavailable ? 6 : failure.code == syrinx::invalid ? 2 : 5;
  }
}
