// syrinx-probe LIBRARY: loads a plugin's library and calls its entry, so that a crash or a hang happens here and not in
// the program that wants it. Prints nothing; the exit code says only that it came to an end.
#include <dlfcn.h>

#include "syrinx/abi.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return 1;
  const auto entry = reinterpret_cast<syx_plugin_entry>(dlsym(library, SYX_ENTRY_NAME));
  if (!entry) return 1;
  return entry() ? 0 : 1;
}
