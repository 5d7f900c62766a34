#include "base16384.h"

#include <algorithm>
#include <cstdio>
#include <syrinx/sdk.hpp>

#include "text/unicode.h"

namespace chattts {
namespace {

constexpr char32_t kFirst = 0x4E00, kTail = 0x3D00;
constexpr size_t kBits = 14, kGroup = 7, kCharacters = 4;
constexpr size_t characters_for(size_t bytes) { return (bytes * 8 + kBits - 1) / kBits; }

constexpr char kStringHint[] = "copy the whole string; it is one line of Chinese characters";

}  // namespace

std::string to_base16384(const Bytes& bytes) {
  std::string out;
  out.reserve((bytes.size() / kGroup + 1) * kCharacters * 3 + 3);
  uint32_t pending = 0;
  size_t bits = 0;
  for (uint8_t byte : bytes) {
    pending = pending << 8 | byte;
    bits += 8;
    if (bits < kBits) continue;
    bits -= kBits;
    append_utf8(out, kFirst + (pending >> bits));
    pending &= (1u << bits) - 1;
  }
  if (bits > 0) append_utf8(out, kFirst + (pending << (kBits - bits)));
  if (bytes.size() % kGroup) append_utf8(out, kTail + bytes.size() % kGroup);
  return out;
}

Bytes from_base16384(std::string_view given) {
  U32 text = from_utf8(strip(given));
  size_t tail = 0;
  if (!text.empty() && text.back() > kTail && text.back() < kTail + kGroup) {
    tail = text.back() - kTail;
    text.pop_back();
  }
  if (text.size() % kCharacters != characters_for(tail) % kCharacters)
    throw syrinx::Failure(syrinx::invalid,
                          "the string is cut off: " + std::to_string(text.size()) +
                              " characters do not end where its " +
                              (tail ? "last mark says" : "last group does"),
                          kStringHint);
  const size_t size = tail ? (text.size() - characters_for(tail)) / kCharacters * kGroup + tail
                           : text.size() / kCharacters * kGroup;
  Bytes out;
  out.reserve(size + 2);
  uint32_t pending = 0;
  size_t bits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c < kFirst || c >= kFirst + (1u << kBits)) {
      char code[16];
      std::snprintf(code, sizeof(code), "U+%04X", static_cast<unsigned>(c));
      throw syrinx::Failure(syrinx::invalid,
                            "character " + std::to_string(i + 1) + " of the string, " + code +
                                ", is outside U+4E00 to U+8DFF",
                            kStringHint);
    }
    pending = pending << kBits | (c - kFirst);
    bits += kBits;
    for (; bits >= 8; bits -= 8) out.push_back(static_cast<uint8_t>(pending >> (bits - 8)));
    pending &= (1u << bits) - 1;
  }
  out.resize(size);  // what is left over are zeros that filled the last character
  return out;
}

}  // namespace chattts
