#include "core/plugin/elf.h"

#include <elf.h>
#include <fmt/format.h>

#include <cstring>
#include <fstream>

namespace syrinx::core {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#else
constexpr Elf64_Half kMachine = EM_NONE;  // not checked
#endif

}  // namespace

std::string elf_damage(const std::filesystem::path& file) {
  std::error_code failed;
  const uint64_t size = std::filesystem::file_size(file, failed);
  if (failed) return failed.message();
  std::ifstream in(file, std::ios::binary);
  if (!in) return "it cannot be read";
  if (size == 0) return "the file is empty";
  Elf64_Ehdr header{};
  in.read(reinterpret_cast<char*>(&header), sizeof(header));
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return "it is not a shared library (no ELF header)";
  if (!in) return fmt::format("it is truncated: {} bytes", size);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
    return "it is not a library for 64-bit little-endian machines";
  if (kMachine != EM_NONE && header.e_machine != kMachine)
    return fmt::format("it is a library for another machine (ELF machine {}, not {})",
                       header.e_machine, kMachine);
  if (header.e_phentsize != sizeof(Elf64_Phdr)) return "its program headers have an unknown form";
  uint64_t needed = 0;
  in.seekg(static_cast<std::streamoff>(std::min(header.e_phoff, size)));
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part{};
    if (!in.read(reinterpret_cast<char*>(&part), sizeof(part)))
      return fmt::format("it is truncated: {} bytes", size);
    if (part.p_type == PT_LOAD && part.p_offset + part.p_filesz > needed)
      needed = part.p_offset + part.p_filesz;
  }
  return size < needed ? fmt::format("it is truncated: {} of at least {} bytes", size, needed)
                       : std::string();
}

}  // namespace syrinx::core
