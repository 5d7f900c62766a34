// Where outputs part, from items in the form that the engine keeps.
#include "core/ab/parting.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/ab/outputs.h"
#include "core/run/kept_output.h"

namespace syrinx::ab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class T>
syx_tensor tensor_of(const std::vector<T>& values, std::vector<int64_t> shape) {
  DLTensor like = {};
  like.device = {kDLCPU, 0};
  like.dtype = {static_cast<uint8_t>(std::is_floating_point_v<T> ? kDLFloat : kDLInt), sizeof(T) * 8, 1};
  like.ndim = static_cast<int32_t>(shape.size());
  like.shape = shape.data();
  syx_tensor out = {sizeof(syx_tensor), nullptr, nullptr};
  EXPECT_TRUE(core::pooled_tensor(like, nullptr, &out));
  std::copy(values.begin(), values.end(), static_cast<T*>(out.dl->dl_tensor.data));
  return out;
}

// A stage's result under construction; the digest is the bytes.
struct Gives {
  StageResult result;
  Gives() { result.pieces.emplace_back(); }
  Gives& text(const std::string& text, uint32_t port = 0) {
    core::StoredItem item;
    item.text = text;
    return add(port, item);
  }
  template <class T>
  Gives& tensors(std::vector<std::pair<std::vector<T>, std::vector<int64_t>>> all, uint32_t port = 0) {
    core::StoredItem item;
    for (auto& [values, shape] : all) item.tensors.push_back(tensor_of<T>(values, shape));
    return add(port, item);
  }
  template <class T>
  Gives& tensor(std::vector<T> values, std::vector<int64_t> shape, uint32_t port = 0) {
    return tensors<T>({{std::move(values), std::move(shape)}}, port);
  }
  Gives& piece() {
    result.pieces.emplace_back();
    return *this;
  }
  Gives& add(uint32_t port, core::StoredItem& item) {
    EXPECT_TRUE(core::append_item(result.pieces.back(), port, item));
    result.digest.clear();
    for (const std::string& piece : result.pieces) result.digest += piece + "|";
    return *this;
  }
};

core::PlannedStage stage_of(const std::string& type, Json attributes = Json::object()) {
  core::PlannedStage out;
  out.name = "changed";
  out.out.push_back({type, type, std::move(attributes)});
  return out;
}

TEST(Parting, EqualOutputsHaveNoPoint) {
  EXPECT_FALSE(find_point(Gives().text("same").result, Gives().text("same").result, stage_of("text")));
}

TEST(Parting, TheWordsAroundTheFirstOtherCharacter) {
  const auto point = find_point(Gives().text("we saw the well known number twenty five on the wall of the house").result,
                                Gives().text("we saw the well known number 25 on the wall of the house").result, stage_of("text"));
  ASSERT_TRUE(point);
  EXPECT_EQ(point->at["kind"], "text");
  EXPECT_EQ(point->at["index"], 29);
  EXPECT_EQ(point->at["a"], "the well known number twenty five on the wall");
  EXPECT_EQ(point->at["b"], "the well known number 25 on the wall of the");
  EXPECT_EQ(point->at["at"], 22);
  EXPECT_THAT(point->text, HasSubstr("from character 29"));
  // One that goes on where the other ends.
  const auto longer = find_point(Gives().text("a b").result, Gives().text("a b c").result, stage_of("text"));
  EXPECT_EQ(longer->at["index"], 3);
  EXPECT_EQ(longer->at["a"], "a b");
  EXPECT_EQ(longer->at["b"], "a b c");
}

TEST(Parting, CharactersAreNotCut) {
  std::string a, b;
  for (int i = 0; i < 60; ++i) a += "\u4f60", b += i == 40 ? "\u597d" : "\u4f60";
  const auto point = find_point(Gives().text(a).result, Gives().text(b).result, stage_of("text"));
  ASSERT_TRUE(point);
  EXPECT_EQ(point->at["index"], 40);
  EXPECT_EQ(point->at["at"], 24);
  EXPECT_EQ(point->at["a"].get<std::string>().size(), (24u + 20u) * 3);
  EXPECT_NO_THROW(point->at.dump());
}

TEST(Parting, StepsOfCodes) {
  const auto stage = stage_of("codes", {{"rate", 50}});
  const auto a = Gives().tensor<int32_t>({1, 2, 3, 4}, {2, 2}).tensor<int32_t>({5, 6}, {1, 2}).result;
  const auto b = Gives().tensor<int32_t>({1, 2, 3, 9, 5, 6, 7, 8}, {4, 2}).result;
  const auto point = find_point(a, b, stage);
  ASSERT_TRUE(point);
  EXPECT_EQ(point->at["kind"], "steps");
  EXPECT_EQ(point->at["step"], 1);
  EXPECT_EQ(point->at["head"], 1);
  EXPECT_EQ(point->at["a"], 4);
  EXPECT_EQ(point->at["b"], 9);
  EXPECT_EQ(point->at["steps_a"], 3);
  EXPECT_EQ(point->at["steps_b"], 4);
  EXPECT_EQ(point->at["edit_distance"], 2);
  EXPECT_DOUBLE_EQ(point->at["agreement"].get<double>(), rounded(5.0 / 6));
  EXPECT_DOUBLE_EQ(*point->time_s, 0.02);
  // A prefix: nobody has another id.
  const auto prefix = find_point(a, Gives().tensor<int32_t>({1, 2, 3, 4, 5, 6, 7, 8}, {4, 2}).result, stage);
  EXPECT_EQ(prefix->at["step"], 3);
  EXPECT_TRUE(prefix->at["head"].is_null());
  EXPECT_THAT(prefix->text, HasSubstr("end at step 3 (0.060 s) in arm A"));
  const auto heads = find_point(a, Gives().tensor<int32_t>({1, 2, 3}, {1, 3}).result, stage);
  EXPECT_EQ(heads->at["kind"], "shape");
  EXPECT_EQ(heads->at["b"], Json({1, 3}));
}

// Items of hidden states carry the ids too: they say more.
TEST(Parting, IdsBeforeStates) {
  const auto gives = [](float state, int32_t id) {
    Gives out;
    core::StoredItem item;
    item.tensors.push_back(tensor_of<float>({state, 1}, {1, 2}));
    item.tensors.push_back(tensor_of<int32_t>({id}, {1, 1}));
    return out.add(0, item).result;
  };
  EXPECT_EQ(find_point(gives(0, 1), gives(5, 2), stage_of("hidden"))->at["kind"], "steps");
  EXPECT_EQ(find_point(gives(0, 1), gives(5, 1), stage_of("hidden"))->at["kind"], "tensor");
}

TEST(Parting, TensorsAlongTime) {
  // [bins 2, F]: in two items, in one.
  const auto stage = stage_of("mel", {{"hop", 100}, {"sample_rate", 1000}});
  const auto a = Gives().tensor<float>({1, 2, 10, 20}, {2, 2}).tensor<float>({3, 30}, {2, 1}).result;
  const auto same = Gives().tensor<float>({1, 2, 3, 10, 20, 30}, {2, 3}).result;
  EXPECT_EQ(find_point(a, same, stage)->at["kind"], "pieces");
  EXPECT_TRUE(compare_outputs(a, same, stage).within);
  const auto b = Gives().tensor<float>({1, 2, 4, 10, 21, 30}, {2, 3}).result;
  EXPECT_FALSE(compare_outputs(a, b, stage).within);
  const auto point = find_point(a, b, stage);
  EXPECT_EQ(point->at["frame"], 1);  // bin 1 parts there; bin 0, first in memory, only later
  EXPECT_EQ(point->at["element"], 1);
  EXPECT_EQ(point->at["a"], 20);
  EXPECT_EQ(point->at["b"], 21);
  EXPECT_EQ(point->at["apart"], 2);
  EXPECT_EQ(point->at["near_max_abs"], 1);
  EXPECT_EQ(point->at["within"], false);
  EXPECT_DOUBLE_EQ(*point->time_s, 0.1);
  const auto nan = find_point(a, Gives().tensor<float>({1, 2, NAN, 10, 20, 30}, {2, 3}).result, stage);
  EXPECT_EQ(nan->at["frame"], 2);
  EXPECT_TRUE(nan->at["b"].is_null());
}

TEST(Parting, Audio) {
  const auto stage = stage_of("audio", {{"sample_rate", 1000}});
  std::vector<float> x(100, 0.25f), y = x;
  y[60] += 0.01f;
  y[63] -= 0.02f;
  y[90] += 0.5f;
  const auto a = Gives().tensor<float>(x, {1, 100}).result;
  const auto point = find_point(a, Gives().tensor<float>(y, {1, 100}).result, stage);
  EXPECT_EQ(point->at["frame"], 60);
  EXPECT_DOUBLE_EQ(*point->time_s, 0.06);
  EXPECT_NEAR(point->at["near_max_abs"].get<double>(), 0.02, 1e-6);
  EXPECT_NEAR(point->at["max_abs"].get<double>(), 0.5, 1e-6);
  EXPECT_THAT(point->text, HasSubstr("parts at sample 60 (0.060 s)"));
  // Within tolerance, and said so.
  x[10] += 1e-5f;
  const auto small = find_point(a, Gives().tensor<float>(x, {1, 100}).result, stage);
  EXPECT_EQ(small->at["frame"], 10);
  EXPECT_EQ(small->at["within"], true);
  // One that is shorter, in pieces.
  const std::vector<float> part(40, 0.25f);
  const auto shorter = find_point(a, Gives().tensor<float>(part, {1, 40}).piece().tensor<float>(part, {1, 40}).result, stage);
  EXPECT_EQ(shorter->at["frame"], 80);
  EXPECT_FALSE(shorter->at.contains("max_abs"));
  EXPECT_THAT(shorter->text, HasSubstr("until B ends at 80"));
  // 16 bits are samples too.
  const auto shorts = content_of(Gives().tensor<int16_t>({-32768, 16384}, {1, 2}).result.pieces, stage.out);
  EXPECT_THAT(shorts.at(0).tensors.at(0).values, ElementsAre(-1, 0.5));
}

TEST(Parting, ExcerptsOfBothArms) {
  Audio a, b;
  a.rate = b.rate = 1000;
  a.channels.resize(1);
  b.channels.resize(1);
  for (int i = 0; i < 2000; ++i) a.channels[0].push_back(i / 4096.0);
  b.channels[0].assign(300, 0.5);
  EXPECT_EQ(excerpt(a, 1.0, 0.25).length(), 500u);
  EXPECT_EQ(excerpt(a, 1.0, 0.25).channels[0][0], 750 / 4096.0);
  EXPECT_EQ(excerpt(a, 0.1, 0.25).length(), 350u);
  EXPECT_EQ(excerpt(b, 1.0, 0.25).length(), 0u);
  const std::string folder = std::filesystem::temp_directory_path() / ("parting-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(write_excerpts(a, b, 0.4, folder + "/a.wav", folder + "/b.wav"));
  const auto read_a = read_wav(folder + "/a.wav"), read_b = read_wav(folder + "/b.wav");
  ASSERT_TRUE(read_a && read_b);
  EXPECT_EQ(read_a->length(), 900u);
  EXPECT_EQ(read_b->length(), 300u);
  EXPECT_EQ(read_b->channels[0][7], 0.5);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace syrinx::ab
