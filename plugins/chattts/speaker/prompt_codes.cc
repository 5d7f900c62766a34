#include "prompt_codes.h"

#include <syrinx/sdk.hpp>

#include "lzma.h"

namespace chattts {
namespace {

constexpr size_t kHeader = 4;

void put_u16(Bytes& out, uint32_t value) {
  out.push_back(static_cast<uint8_t>(value));
  out.push_back(static_cast<uint8_t>(value >> 8));
}
uint32_t get(const Bytes& bytes, size_t at) { return bytes[at] | uint32_t{bytes[at + 1]} << 8; }

[[noreturn]] void reject_codes(const std::string& what) {
  throw syrinx::Failure(
      syrinx::invalid, "spk_smp " + what,
      "make one of a recording: syrinx voices encode; a speaker's vector belongs to spk_emb");
}

}  // namespace

std::string prompt_string(const PromptCodes& prompt) {
  if (prompt.heads > 0xFFFF || prompt.length > 0xFFFF ||
      prompt.codes.size() != prompt.heads * prompt.length)
    reject_codes("cannot hold " + std::to_string(prompt.heads) + " x " + std::to_string(prompt.length) +
           " codes");
  Bytes values, out;
  for (int32_t code : prompt.codes) {
    if (code < 0 || code > 0xFFFF) reject_codes("cannot hold the code " + std::to_string(code));
    put_u16(values, static_cast<uint32_t>(code));
  }
  put_u16(out, static_cast<uint32_t>(prompt.heads));
  put_u16(out, static_cast<uint32_t>(prompt.length));
  const Bytes packed = lzma2_encode(values);
  out.insert(out.end(), packed.begin(), packed.end());
  return to_base16384(out);
}

PromptCodes parse_prompt_string(std::string_view text, size_t heads, int32_t vocabulary) {
  const Bytes bytes = from_base16384(text);
  if (bytes.size() < kHeader) reject_codes("is too short");
  PromptCodes out;
  out.heads = get(bytes, 0);
  out.length = get(bytes, 2);
  if (out.heads != heads)
    reject_codes("has " + std::to_string(out.heads) + " rows of codes and the model takes " +
           std::to_string(heads));
  if (out.length == 0) reject_codes("has no codes");
  const size_t count = out.heads * out.length;
  const Bytes values = lzma2_decode(bytes.data() + kHeader, bytes.size() - kHeader, count * 2);
  if (values.size() != count * 2)
    reject_codes("ends early: " + std::to_string(values.size() / 2) + " of " + std::to_string(count) +
           " codes");
  out.codes.resize(count);
  for (size_t i = 0; i < count; ++i) {
    out.codes[i] = static_cast<int32_t>(get(values, i * 2));
    if (out.codes[i] >= vocabulary)
      reject_codes("holds the code " + std::to_string(out.codes[i]) + " at " +
             std::to_string(i / out.length) + ", " + std::to_string(i % out.length) +
             "; codes are less than " + std::to_string(vocabulary));
  }
  return out;
}

}  // namespace chattts
