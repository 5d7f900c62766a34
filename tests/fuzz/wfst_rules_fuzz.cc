// Rule files: compiled to a machine that loads and decodes, or refused with a place.
#include <cstdlib>

#include "fst/decoder.h"
#include "rules/compile.h"
#include "tokens/read_marks.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wfst;
  if (size > 400) return 0;
  std::string text = "grammar zh\nfallback 100 = any\n";
  text.append(reinterpret_cast<const char*>(data), size);
  try {
    const GrammarSource source = parse_grammar("fuzz.rules", text, false);
    // Big repetitions are refused or slow by nature; small ones must work.
    if (text.find_first_of("{") != std::string::npos) return 0;
    std::string error;
    const auto machine = Machine::read(compile_grammar(source), {1 << 26, true}, &error);
    if (!machine) std::abort();
    Decoder decoder(machine);
    const std::string line = "a1-2 年b";
    if (decoder.run(line) != Decoder::Outcome::kFound) std::abort();
    TokenList tokens;
    read_marks(*machine, line, decoder.events(), tokens);
  } catch (const RuleError& error) {
    if (std::string(error.what()).find("fuzz.rules:") != 0) std::abort();
  }
  return 0;
}
