// Whether a file can be a library of this machine, before the system's loader maps it: mapping a
// truncated one kills the process.
#pragma once

#include <filesystem>
#include <string>

namespace syrinx::core {

// What is wrong with the file, or empty. Reads only its headers.
std::string elf_damage(const std::filesystem::path& file);

}  // namespace syrinx::core
