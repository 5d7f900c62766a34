#include "elf.h"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>

namespace syrinx::conform {

std::vector<Symbol> dynamic_symbols(const std::string& path, std::string* error) {
  std::ifstream in(path, std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(in)), {});
  const auto at = [&](uint64_t offset, uint64_t size) -> const char* {
    return offset <= file.size() && size <= file.size() - offset ? file.data() + offset : nullptr;
  };
  *error = "not a 64-bit little-endian ELF library";
  const auto* header = reinterpret_cast<const Elf64_Ehdr*>(at(0, sizeof(Elf64_Ehdr)));
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64) return {};
  const auto* sections =
      reinterpret_cast<const Elf64_Shdr*>(at(header->e_shoff, uint64_t(header->e_shnum) * sizeof(Elf64_Shdr)));
  if (!sections) return {};
  std::vector<Symbol> out;
  for (int i = 0; i < header->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_DYNSYM || sections[i].sh_link >= header->e_shnum) continue;
    const Elf64_Shdr& names = sections[sections[i].sh_link];
    const auto* symbols = reinterpret_cast<const Elf64_Sym*>(at(sections[i].sh_offset, sections[i].sh_size));
    const char* strings = at(names.sh_offset, names.sh_size);
    if (!symbols || !strings) return {};
    for (uint64_t k = 1; k < sections[i].sh_size / sizeof(Elf64_Sym); ++k) {
      if (symbols[k].st_name >= names.sh_size) return {};
      const int binding = ELF64_ST_BIND(symbols[k].st_info);
      out.push_back({std::string(strings + symbols[k].st_name, strnlen(strings + symbols[k].st_name, names.sh_size - symbols[k].st_name)),
                     symbols[k].st_shndx != SHN_UNDEF, binding != STB_LOCAL, binding == STB_GNU_UNIQUE});
    }
  }
  error->clear();
  return out;
}

}  // namespace syrinx::conform
