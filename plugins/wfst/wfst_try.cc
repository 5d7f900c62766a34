// wfst-try FOLDER LANGUAGE: normalises lines.
#include <iostream>

#include "chain/reader.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::string error;
  const wfst::ReadingOptions options;
  auto grammar = wfst::Grammar::open(argv[1], argv[2], options, &error);
  if (!grammar) return std::cerr << "error: " << error << "\n", 1;
  wfst::Reader reader(grammar, options);
  std::string line;
  while (std::getline(std::cin, line)) {
    std::string spoken;
    std::vector<wfst::Segment> segments;
    std::vector<wfst::ExplainedToken> tokens;
    reader.read(line, spoken, segments, &tokens);
    std::cout << spoken << "\n";
    if (argc > 3)
      for (const auto& token : tokens) {
        std::cout << "    " << token.klass << "." << token.rule << " " << token.weight << " [" << token.written.begin << ", " << token.written.end << ")";
        for (const auto& [name, value] : token.fields) std::cout << " " << name << "=\"" << value << "\"";
        std::cout << "\n";
      }
  }
}
