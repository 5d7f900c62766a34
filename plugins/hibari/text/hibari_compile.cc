// hibari-compile FOLDER: makes the mapped file of the voice's text tables, if it is not there or older than its sources.
#include <cstdio>

#include "assets.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: hibari-compile FOLDER\n", stderr);
    return 2;
  }
  std::string error;
  if (!hibari::compile_text_assets(argv[1], &error)) {
    std::fprintf(stderr, "error: %s\n", error.c_str());
    return 5;
  }
  return 0;
}
