#include "lzma.h"

#include <lzma.h>

#include <algorithm>
#include <new>
#include <syrinx/sdk.hpp>

namespace chattts {
namespace {

constexpr uint32_t kLeastDictionary = 4096;

}  // namespace

Bytes lzma2_encode(const Bytes& bytes) {
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 9 | LZMA_PRESET_EXTREME);
  // The preset's dictionary of 64 MiB would cost 700 MB here; nothing farther back than the start
  // can be referred to.
  options.dict_size = std::max(
      kLeastDictionary, static_cast<uint32_t>(std::min<size_t>(bytes.size(), size_t{1} << 26)));
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  Bytes out(lzma_stream_buffer_bound(bytes.size()));
  size_t size = 0;
  if (lzma_raw_buffer_encode(filters, nullptr, bytes.data(), bytes.size(), out.data(), &size,
                             out.size()) != LZMA_OK)
    throw std::bad_alloc();
  out.resize(size);
  return out;
}

Bytes lzma2_decode(const uint8_t* bytes, size_t size, size_t most) {
  lzma_options_lzma options = {};
  options.dict_size =
      std::max(kLeastDictionary, static_cast<uint32_t>(std::min<size_t>(most, size_t{1} << 26)));
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  Bytes out(most);
  size_t read = 0, written = 0;
  const lzma_ret status = lzma_raw_buffer_decode(filters, nullptr, bytes, &read, size, out.data(),
                                                 &written, out.size());
  if (status == LZMA_MEM_ERROR) throw std::bad_alloc();
  if (status == LZMA_BUF_ERROR && written == most)
    throw syrinx::Failure(syrinx::invalid,
                          "the string unpacks to more than " + std::to_string(most) + " bytes",
                          "it is damaged, or not what it is taken for");
  if (status != LZMA_OK || read != size)
    throw syrinx::Failure(syrinx::invalid, "the string holds no LZMA2 stream",
                          "copy the whole string; a speaker and a recording's codes are two kinds");
  out.resize(written);
  return out;
}

}  // namespace chattts
