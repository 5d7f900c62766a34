// base16384 and the LZMA2 streams in it.
#include "speaker/base16384.h"

#include <gmock/gmock.h>

#include <random>
#include <syrinx/sdk.hpp>

#include "chattts.h"
#include "speaker/lzma.h"

namespace {

using chattts::Bytes;

TEST(Base16384, EqualsTheRecordedTexts) {
  SYRINX_NEEDS_CHATTTS_GOLDENS();
  for (const char* folder : {"tiny", "official"}) {
    const auto rows =
        syrinx::testing::chattts_json(std::string(folder) + "/speaker.json")["base16384"];
    ASSERT_FALSE(rows.empty());
    for (const auto& row : rows) {
      const std::string hex = row["hex"];
      Bytes bytes;
      for (size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
      EXPECT_EQ(chattts::to_base16384(bytes), row["text"]);
      EXPECT_EQ(chattts::from_base16384(row["text"].get<std::string>()), bytes);
    }
  }
}

TEST(Base16384, EveryLengthComesBack) {
  std::mt19937 random(1);
  for (size_t size = 0; size < 200; ++size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
    EXPECT_EQ(chattts::from_base16384(chattts::to_base16384(bytes)), bytes);
    EXPECT_EQ(chattts::from_base16384(" \n" + chattts::to_base16384(bytes) + "\u3000\n"), bytes);
  }
  EXPECT_EQ(chattts::to_base16384(Bytes(400)).size(), 230u * 3);
}

TEST(Base16384, SaysWhereItIsDamaged) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      chattts::from_base16384(text);
    } catch (const syrinx::Failure& failure) {
      return failure.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message("媀衙帀a"), ::testing::HasSubstr("character 4 of the string, U+0061"));
  EXPECT_THAT(message("媀衙"), ::testing::HasSubstr("cut off"));
  EXPECT_THAT(message("媀\u3D02"), ::testing::HasSubstr("cut off"));
  EXPECT_THAT(message("\u3D01"), ::testing::HasSubstr("cut off"));
  EXPECT_THAT(message("媀衙帀\u9000"), ::testing::HasSubstr("U+9000"));
  EXPECT_THAT(message("媀衙帀\xFF"), ::testing::HasSubstr("U+FFFD"));
}

TEST(Lzma2, ComesBackAndIsBounded) {
  std::mt19937 random(2);
  for (size_t size : {0, 1, 1000, 100000}) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random() % 7);
    const Bytes packed = chattts::lzma2_encode(bytes);
    EXPECT_EQ(chattts::lzma2_decode(packed.data(), packed.size(), size + 1), bytes);
    EXPECT_EQ(chattts::lzma2_decode(packed.data(), packed.size(), std::max<size_t>(size, 1)),
              bytes);
    if (size > 1) {
      EXPECT_THROW(chattts::lzma2_decode(packed.data(), packed.size(), size - 1), syrinx::Failure);
      EXPECT_THROW(chattts::lzma2_decode(packed.data(), packed.size() - 1, size), syrinx::Failure);
    }
  }
  // A bomb: megabytes of zeros in a few hundred bytes.
  const Bytes packed = chattts::lzma2_encode(Bytes(8 << 20));
  EXPECT_LT(packed.size(), 4000u);
  EXPECT_THROW(chattts::lzma2_decode(packed.data(), packed.size(), 65536), syrinx::Failure);
  // A stream of stored chunks is one too.
  const Bytes stored = {1, 0, 2, 'a', 'b', 'c', 0};
  EXPECT_EQ(chattts::lzma2_decode(stored.data(), stored.size(), 10), (Bytes{'a', 'b', 'c'}));
  EXPECT_THROW(chattts::lzma2_decode(stored.data() + 1, stored.size() - 1, 10), syrinx::Failure);
}

}  // namespace
