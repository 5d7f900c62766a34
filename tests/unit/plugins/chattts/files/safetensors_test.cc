#include "files/safetensors.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <syrinx/sdk.hpp>

#include "made_model.h"

namespace chattts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace chattts::testing;

std::shared_ptr<const SafetensorsFile> parse(const std::string& bytes) {
  return SafetensorsFile::parse(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size(),
                                "a.safetensors");
}

std::string rejection(const std::string& bytes) {
  try {
    parse(bytes);
  } catch (const syrinx::Failure& failure) {
    EXPECT_EQ(failure.code, syrinx::not_found);
    EXPECT_THAT(failure.what(), HasSubstr("a.safetensors"));
    return failure.what();
  }
  return "accepted";
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

TEST(Safetensors, GivesNamesShapesAndValues) {
  const std::string bytes = container({{"b", {2, 1}, "F32", bytes_of<float>({1.5f, -2})},
                                       {"a", {3}, "U8", "xyz"},
                                       {"empty", {0, 4}},
                                       {"scalar", {}, "I64"}});
  const auto file = parse(bytes);
  ASSERT_EQ(file->tensors().size(), 4u);
  EXPECT_EQ(file->metadata().at("format"), "pt");
  const StoredTensor* b = file->find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->dtype, Dtype::kF32);
  EXPECT_THAT(b->shape, ElementsAre(2, 1));
  float second;
  std::memcpy(&second, b->data + 4, 4);
  EXPECT_EQ(second, -2);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(file->find("a")->data), 3), "xyz");
  EXPECT_EQ(file->find("empty")->bytes, 0u);
  EXPECT_EQ(file->find("scalar")->size(), 1);
  EXPECT_EQ(file->find("c"), nullptr);
}

TEST(Safetensors, MapsAFileAndKeepsItWhileSomebodyHoldsIt) {
  const Folder folder;
  const std::string path = folder.write(
      "a.safetensors", container({{"a", {1000}, "F32", bytes_of(std::vector<float>(1000, 3))}}));
  auto file = SafetensorsFile::open(path);
  std::filesystem::remove(path);
  const std::shared_ptr<const StoredTensor> alias(file, file->find("a"));
  file.reset();
  float last;
  std::memcpy(&last, alias->data + 999 * 4, 4);
  EXPECT_EQ(last, 3);
}

TEST(Safetensors, SaysWhatCannotBeOpened) {
  const Folder folder;
  try {
    SafetensorsFile::open((folder.path() / "none").string());
    FAIL();
  } catch (const syrinx::Failure& failure) {
    EXPECT_EQ(failure.code, syrinx::not_found);
    EXPECT_THAT(failure.what(), HasSubstr("none: No such file"));
  }
  EXPECT_THROW(SafetensorsFile::open(folder.path().string()), syrinx::Failure);
  EXPECT_THROW(SafetensorsFile::open(folder.write("empty", "")), syrinx::Failure);
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string whole = container({{"a", {2}}, {"b", {3}, "F16"}});
  ASSERT_EQ(rejection(whole), "accepted");
  for (size_t n = 0; n < whole.size(); ++n)
    EXPECT_NE(rejection(whole.substr(0, n)), "accepted") << n;
  EXPECT_THAT(rejection(whole.substr(0, whole.size() - 1)),
              HasSubstr("truncated: the tensor \"b\" ends at byte"));
  EXPECT_THAT(rejection(whole.substr(0, 20)), HasSubstr("ends within its header"));
}

TEST(Safetensors, SaysWhatIsWrongWithAHeader) {
  const std::string eight(8, '\0');
  const std::vector<std::tuple<std::string, std::string, const char*>> cases = {
      {"{\"a\":" + entry("F32", "[2]", "[0,8]") + ",\"a\":" + entry("F32", "[2]", "[0,8]") + "}",
       eight, "\"a\" is there twice"},
      {"{\"a\":" + entry("F32", "[2]", "[0,8]") + ",\"b\":" + entry("F32", "[1]", "[4,8]") + "}",
       eight, "\"b\" overlaps"},
      {"{\"a\":" + entry("F32", "[1]", "[4,8]") + "}", eight, "a gap before the tensor \"a\""},
      {"{\"a\":" + entry("F32", "[1]", "[0,4]") + "}", eight, "4 bytes behind the last tensor"},
      {"{\"a\":" + entry("F32", "[3]", "[0,8]") + "}", eight,
       "takes 8 bytes, and F32 [3] needs 12"},
      {"{\"a\":" + entry("F32", "[-2]", "[0,8]") + "}", eight, "a shape that is none"},
      {"{\"a\":" + entry("F32", "[2.0]", "[0,8]") + "}", eight, "a shape that is none"},
      {"{\"a\":" + entry("F32", "[4294967296,4294967296]", "[0,8]") + "}", eight,
       "larger than any file"},
      {"{\"a\":" + entry("F8_E4M3", "[8]", "[0,8]") + "}", eight, "the dtype \"F8_E4M3\""},
      {"{\"a\":" + entry("F32", "[2]", "[8,0]") + "}", eight, "data_offsets that are none"},
      {"{\"a\":" + entry("F32", "[2]", "[0]") + "}", eight, "has no data_offsets"},
      {"{\"a\":" + entry("F32", "2", "[0,8]") + "}", eight, "has no shape"},
      {"{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", eight, "has no dtype"},
      {"{\"a\":1}", "", "must be an object"},
      {"[]", "", "no JSON object"},
      {"{\"a\"", "", "not JSON"},
      {"{\"__metadata__\":{\"a\":1}}", "", "\"a\" must be a text"},
      {std::string(5000, '['), "", "not JSON"},
      {std::string("\x89PNG\r\n\x1a\n", 8), "", "not JSON"},
  };
  for (const auto& [header, values, said] : cases)
    EXPECT_THAT(rejection(container(header, values)), HasSubstr(said)) << header;
  EXPECT_THAT(rejection(std::string(16, '\xff')), HasSubstr("this is no safetensors file"));
}

TEST(Safetensors, FindsTheFirstValueThatIsNotFinite) {
  std::vector<float> values(10000, 1);
  std::string bytes = container({{"a", {10000}, "F32", bytes_of(values)}});
  EXPECT_EQ(first_not_finite(*parse(bytes)->find("a")), std::nullopt);
  values[9999] = std::numeric_limits<float>::infinity();
  values[8000] = std::nanf("");
  bytes = container({{"a", {10000}, "F32", bytes_of(values)}});
  EXPECT_EQ(first_not_finite(*parse(bytes)->find("a")), 8000);
  for (const auto& [dtype, bad, good] :
       {std::tuple("F16", 0xfc00, 0x7bff), std::tuple("BF16", 0x7fc0, 0x7f7f)}) {
    const auto small = [](int v) { return static_cast<uint16_t>(v); };
    const std::string half =
        container({{"a", {2}, dtype, bytes_of<uint16_t>({small(good), small(bad)})}});
    EXPECT_EQ(first_not_finite(*parse(half)->find("a")), 1) << dtype;
  }
  const std::string wide =
      container({{"a",
                  {2},
                  "F64",
                  bytes_of<double>({std::numeric_limits<double>::max(),
                                    -std::numeric_limits<double>::infinity()})}});
  EXPECT_EQ(first_not_finite(*parse(wide)->find("a")), 1);
  const std::string whole = container({{"a", {1}, "I32", bytes_of<int32_t>({-1})}});
  EXPECT_EQ(first_not_finite(*parse(whole)->find("a")), std::nullopt);
}

}  // namespace
}  // namespace chattts
