// PyTorch's tensor files: what is read, and that nothing is executed. The programs are written out
// by hand.
#include "speaker/tensor_file.h"

#include <gmock/gmock.h>

#include <syrinx/sdk.hpp>

#include "speaker/zip.h"

namespace {

using chattts::Bytes;
using chattts::Float;
using chattts::SpeakerVector;

Bytes bytes(const std::string& text) { return Bytes(text.begin(), text.end()); }
std::string little(uint32_t n) {
  return {static_cast<char>(n), static_cast<char>(n >> 8), static_cast<char>(n >> 16),
          static_cast<char>(n >> 24)};
}
std::string words(const std::string& text) {
  return "X" + little(static_cast<uint32_t>(text.size())) + text;
}

// As torch.save of 2.11 writes it, memo and all; `shape` and `stride` are tuples of the machine.
std::string program(const std::string& storage, uint32_t stored, const std::string& offset,
                    const std::string& shape, const std::string& stride) {
  return std::string("\x80\x02") + "ctorch._utils\n_rebuild_tensor_v2\nq" + std::string("\0((", 3) +
         words("storage") + "q\x01" + "ctorch\n" + storage + "\nq\x02" + words("0") + "q\x03" +
         words("cpu") + "q\x04J" + little(stored) + "tq\x05Q" + offset + shape + "q\x06" + stride +
         "q\x07\x89" + "ccollections\nOrderedDict\nq\x08)Rq\x09tq\x0aRq\x0b.";
}
std::string number(uint32_t n) { return "J" + little(n); }
std::string one(uint32_t n) { return number(n) + "\x85"; }
std::string two(uint32_t a, uint32_t b) { return number(a) + number(b) + "\x86"; }

Bytes file(const std::string& pickle, const Bytes& data, const std::string& order = "little") {
  return chattts::write_zip({{"f16/data.pkl", bytes(pickle)},
                             {"f16/.format_version", bytes("1")},
                             {"f16/byteorder", bytes(order)},
                             {"f16/data/0", data},
                             {"f16/version", bytes("3\n")}});
}

Bytes counting(size_t size) {
  Bytes out(size);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<uint8_t>(i * 7 + 1);
  return out;
}

std::string message(const Bytes& file) {
  try {
    chattts::read_tensor_file(file, "v.pt");
  } catch (const syrinx::Failure& failure) {
    return failure.what();
  }
  return "accepted";
}

TEST(TensorFile, ReadsWhatTorchWrites) {
  const std::pair<const char*, Float> kTypes[] = {{"HalfStorage", Float::kHalf},
                                                  {"BFloat16Storage", Float::kBrain},
                                                  {"FloatStorage", Float::kSingle},
                                                  {"DoubleStorage", Float::kDouble}};
  for (const auto& [name, type] : kTypes) {
    const Bytes data = counting(768 * chattts::size_of(type));
    const SpeakerVector read = chattts::read_tensor_file(
        file(program(name, 768, std::string("K\0", 2), one(768), one(1)), data), "v.pt");
    EXPECT_EQ(read.type, type);
    EXPECT_EQ(read.bytes, data);
    EXPECT_EQ(
        chattts::read_tensor_file(
            file(program(name, 768, std::string("K\0", 2), two(1, 768), two(768, 1)), data), "v.pt")
            .bytes,
        data);
  }
  // A view of a larger one: every second value from the third on.
  const Bytes data = counting(20);
  const SpeakerVector view = chattts::read_tensor_file(
      file(program("HalfStorage", 10, "K\x02", one(4), one(2)), data), "v.pt");
  EXPECT_EQ(view.bytes,
            (Bytes{data[4], data[5], data[8], data[9], data[12], data[13], data[16], data[17]}));
}

TEST(TensorFile, WhatIsWrittenComesBack) {
  for (Float type : {Float::kHalf, Float::kBrain, Float::kSingle, Float::kDouble}) {
    const SpeakerVector vector{type, counting(768 * chattts::size_of(type))};
    const SpeakerVector read =
        chattts::read_tensor_file(chattts::write_tensor_file(vector), "v.pt");
    EXPECT_EQ(read.type, type);
    EXPECT_EQ(read.bytes, vector.bytes);
  }
}

TEST(TensorFile, NothingIsExecuted) {
  const auto with = [](const std::string& pickle) { return message(file(pickle, counting(8))); };
  EXPECT_THAT(with("\x80\x02"
                   "cos\nsystem\n" +
                   words("touch /tmp/owned") + "\x85R."),
              ::testing::HasSubstr("names \"os.system\", which a plain tensor of floats does not "
                                   "need; nothing was executed"));
  EXPECT_THAT(with("\x80\x02"
                   "cbuiltins\neval\n."),
              ::testing::HasSubstr("builtins.eval"));
  EXPECT_THAT(with("\x80\x02"
                   "ctorch._utils\n_rebuild_parameter\n."),
              ::testing::HasSubstr("torch._utils._rebuild_parameter"));
  EXPECT_THAT(with("\x80\x02"
                   "ctorch\nLongStorage\n."),
              ::testing::HasSubstr("torch.LongStorage"));
  EXPECT_THAT(with("\x80\x04"
                   "\x93."),
              ::testing::HasSubstr("the pickle operation 0x93"));
  EXPECT_THAT(with("\x80\x02"
                   "ios\nsystem\n."),
              ::testing::HasSubstr("the pickle operation 0x69"));
  EXPECT_THAT(with(std::string("\x80\x02"
                               "c\x1b[31m\nx\n.")),
              ::testing::HasSubstr("\"?[31m.x\""));
  EXPECT_THAT(with("\x80\x02}."), ::testing::HasSubstr("does not hold a tensor, but a dictionary"));
  // The dictionary's class must not become a way to call things.
  EXPECT_THAT(with("\x80\x02"
                   "ccollections\nOrderedDict\n" +
                   words("a") + "\x85R."),
              ::testing::HasSubstr("a dictionary with entries"));
}

TEST(TensorFile, DamagedProgramsAreRefused) {
  const std::string good = program("HalfStorage", 4, std::string("K\0", 2), one(4), one(1));
  EXPECT_EQ(message(file(good, counting(8))), "accepted");
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(message(file(good.substr(0, size), counting(8))), "accepted") << size;
  EXPECT_THAT(message(file(good, counting(6))), ::testing::HasSubstr("its data does not fill"));
  EXPECT_THAT(message(file(program("HalfStorage", 4, "K\x01", one(4), one(1)), counting(8))),
              ::testing::HasSubstr("its data does not fill"));
  EXPECT_THAT(message(file(program("HalfStorage", 4, std::string("K\0", 2), one(0x7FFFFFFF),
                                   one(0x7FFFFFFF)),
                           counting(8))),
              ::testing::HasSubstr("its data does not fill"));
  EXPECT_THAT(
      message(file(program("HalfStorage", 4, "J\xFF\xFF\xFF\xFF", one(4), one(1)), counting(8))),
      ::testing::HasSubstr("its data does not fill"));
  EXPECT_THAT(message(file(program("HalfStorage", 4, std::string("K\0", 2), two(2, 2), two(2, 1)),
                           counting(8))),
              ::testing::HasSubstr("a voice is [n] or [1, n]"));
  EXPECT_THAT(message(file(good, counting(8), "big")), ::testing::HasSubstr("big-endian"));
  EXPECT_THAT(message(chattts::write_zip({{"a/b", {}}})), ::testing::HasSubstr("no data.pkl"));
  EXPECT_THAT(message(bytes("\x80\x02\x8a\x0al\xfc\x9c")), ::testing::HasSubstr("before 1.6"));
  EXPECT_THAT(message(bytes("hello")), ::testing::HasSubstr("the archive"));
  EXPECT_THAT(message(file(std::string(5000, '('), {})), ::testing::HasSubstr("longer program"));
}

}  // namespace
