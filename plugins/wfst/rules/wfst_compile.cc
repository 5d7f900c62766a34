// wfst-compile RULES OUTPUT.fst: a rule file to the files that the plugin loads, OUTPUT.fst and OUTPUT.rewrites; with a third
// argument, a dependency file for the build.
#include <cstdio>
#include <fstream>

#include "rules/compile.h"

namespace {

// Written under another name first: a broken file never stands under the final one.
bool write(const std::string& path, const std::string& bytes) {
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out && std::rename(part.c_str(), path.c_str()) == 0) return true;
  std::remove(part.c_str());
  std::fprintf(stderr, "error: cannot write %s\n", path.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fprintf(stderr, "usage: wfst-compile GRAMMAR.rules OUTPUT.fst [DEPENDENCIES.d]\n");
    return 2;
  }
  try {
    const std::string output = argv[2];
    const wfst::GrammarSource source = wfst::read_grammar(argv[1]);
    wfst::CompileReport report;
    const std::string bytes = wfst::compile_grammar(source, &report);
    const std::string stem = output.size() > 4 && output.ends_with(".fst") ? output.substr(0, output.size() - 4) : output;
    if (!write(stem + ".rewrites", wfst::compile_rewrites(source)) || !write(output, bytes)) return 1;
    if (argc == 4) {
      std::string text = output + ":";
      for (const std::string& file : source.files) text += " " + file;
      if (!write(argv[3], text + "\n")) return 1;
    }
    std::printf("%s: %zu rules, %lld states of rules, %lld states and %lld arcs, %lld marks, %zu bytes\n", source.language.c_str(), source.rules.size(),
                static_cast<long long>(report.rule_states), static_cast<long long>(report.states), static_cast<long long>(report.arcs),
                static_cast<long long>(report.marks), bytes.size());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
