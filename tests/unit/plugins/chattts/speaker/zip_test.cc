// Archives of stored entries.
#include "speaker/zip.h"

#include <gmock/gmock.h>

#include <syrinx/sdk.hpp>

namespace {

using chattts::Bytes;
using chattts::ZipEntry;

Bytes bytes(const std::string& text) { return Bytes(text.begin(), text.end()); }

TEST(Zip, ComesBackWithAlignedEntries) {
  const std::vector<ZipEntry> entries = {
      {"a/data.pkl", bytes("program")}, {"a/data/0", Bytes(1536, 7)}, {"empty", {}}};
  const Bytes written = chattts::write_zip(entries);
  const auto read = chattts::read_zip(written, "x.pt");
  ASSERT_EQ(read.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read[i].name, entries[i].name);
    EXPECT_EQ(read[i].bytes, entries[i].bytes);
  }
  const Bytes seven(1536, 7);
  const auto at = std::search(written.begin(), written.end(), seven.begin(), seven.end());
  EXPECT_EQ((at - written.begin()) % 64, 0);
  EXPECT_EQ(chattts::write_zip(entries), written);
  EXPECT_EQ(chattts::read_zip(chattts::write_zip({}), "x").size(), 0u);
}

TEST(Zip, DamageIsRefusedWhereverItLies) {
  const Bytes good =
      chattts::write_zip({{"a/data.pkl", bytes("program")}, {"a/data/0", Bytes(100, 7)}});
  const auto refused = [](const Bytes& file) {
    try {
      chattts::read_zip(file, "x.pt");
    } catch (const syrinx::Failure& failure) {
      EXPECT_THAT(failure.what(), ::testing::StartsWith("x.pt: the archive "));
      return true;
    }
    return false;
  };
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_TRUE(refused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))))
        << size;
  // Any byte of an entry or of a size or place in the directory.
  size_t seen = 0;
  for (size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= 0x55;
    seen += refused(bad);
  }
  EXPECT_GT(seen, 107u);
  Bytes packed = good;
  const size_t directory = good.size() - 22 - 2 * 46 - 18;
  packed[directory + 10] = 8;
  EXPECT_TRUE(refused(packed));
}

}  // namespace
