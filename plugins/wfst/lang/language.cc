#include "lang/language.h"

namespace wfst {

extern const Language kChinese, kEnglish, kJapanese;

namespace {
constexpr const Language* kLanguages[] = {&kChinese, &kEnglish, &kJapanese};
}  // namespace

std::span<const Language* const> languages() { return kLanguages; }

const Language* find_language(std::string_view name) {
  for (const Language* language : kLanguages)
    if (language->name == name) return language;
  return nullptr;
}

}  // namespace wfst
