// basic/sampler as a generator calls it: through its table.
#include "sampler_stage.h"

#include <gmock/gmock.h>

#include "safetensors.h"
#include "voice.h"

namespace basic {
namespace {

using Shim = syrinx::SamplerShim<Sampler>;
using ::testing::HasSubstr;

struct Call : syx_call {
  Call() : syx_call{} {
    struct_size = sizeof(syx_call);
    fail = [](syx_call* self, syx_status code, syx_str message, syx_str) {
      static_cast<Call*>(self)->message = syrinx::to_view(message);
      return code;
    };
  }
  std::string message;
};

class Session {
 public:
  explicit Session(const syrinx::Json& options) {
    Shim::create(&call, Options::describe().read(syrinx::Json::object()), {}, &stage_);
    table_ = static_cast<const syx_sampler_v1*>(stage_->query(stage_, SYX_SAMPLER_V1));
    const std::string text = options.dump();
    status = table_->open(&call, stage_, syrinx::to_str(text), &session_);
  }
  Session(const Session&) = delete;
  ~Session() {
    if (session_) table_->close(session_);
    stage_->destroy(stage_);
  }

  // One step of rows of this session; scores become final. history: the ids drawn so far, [rows, n].
  std::vector<int32_t> sample(std::vector<float>& scores, int64_t rows, uint32_t step, std::vector<int32_t> history = {},
                              std::vector<int32_t> forbid = {}) {
    const auto n = static_cast<int64_t>(history.size()) / rows;
    std::vector<int32_t> ids(static_cast<size_t>(rows));
    int64_t scores_shape[2] = {rows, static_cast<int64_t>(scores.size()) / rows}, ids_shape[1] = {rows}, history_shape[2] = {rows, n};
    DLTensor scores_dl = {scores.data(), {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, scores_shape, nullptr, 0};
    DLTensor ids_dl = {ids.data(), {kDLCPU, 0}, 1, {kDLInt, 32, 1}, ids_shape, nullptr, 0};
    DLTensor history_dl = {history.data(), {kDLCPU, 0}, 2, {kDLInt, 32, 1}, history_shape, nullptr, 0};
    const auto count = static_cast<size_t>(rows);
    const std::vector<syx_session*> sessions(count, session_);
    std::vector<uint64_t> keys;
    std::vector<uint32_t> steps(count, step), heads, forbid_from{0};
    std::vector<int32_t> forbidden;
    for (uint32_t r = 0; r < count; ++r) {
      keys.push_back(1000 + r);
      heads.push_back(r % 4);
      forbidden.insert(forbidden.end(), forbid.begin(), forbid.end());
      forbid_from.push_back(static_cast<uint32_t>(forbidden.size()));
    }
    const syx_sample_args args = {sizeof(args),  &scores_dl,   &ids_dl,          n > 0 ? &history_dl : nullptr, sessions.data(),
                                  keys.data(),   steps.data(), heads.data(),     forbidden.data(),              forbid_from.data(),
                                  static_cast<uint32_t>(rows), SYX_SAMPLE_SCORES};
    status = table_->sample(&call, stage_, &args);
    return ids;
  }
  std::string recipe() {
    std::string out;
    status = table_->recipe(&call, session_, [](void* sink, syx_str part) { static_cast<std::string*>(sink)->append(part.data, part.size); }, &out);
    return out;
  }

  Call call;
  syx_status status = syrinx::ok;

 private:
  using Options = SamplerOptions;
  syx_stage* stage_ = nullptr;
  const syx_sampler_v1* table_ = nullptr;
  syx_session* session_ = nullptr;
};

// From the scores of the first steps of recorded runs to the ids taken.
void check(const std::string& name) {
  const std::string file = std::string(SYRINX_SHARED_DIR) + "/goldens/tiny/gpt_sampled_" + name;
  if (!syrinx::testing::exists(file + ".json")) GTEST_SKIP() << "no reference outputs: " << file;
  const auto facts = syrinx::testing::read_json(file + ".json");
  const auto tensors = syrinx::testing::read_safetensors(file + ".safetensors");
  const auto logits = tensors.at("logits_first").as<float>();
  const auto drawn = tensors.at("drawn").as<int32_t>(), tokens = tensors.at("survivor_token").as<int32_t>();
  const int64_t steps = tensors.at("logits_first").shape[0], rows = tensors.at("logits_first").shape[1], vocab = 626,
                most = tensors.at("survivor_token").shape[2];
  const syrinx::Json given = facts["params"];
  syrinx::Json options = {{"rng", "torch"}, {"temperature", 0.3}, {"repetition_penalty", 1.05}};
  for (const char* key : {"temperature", "top_P", "top_K", "repetition_penalty", "manual_seed"})
    if (given.contains(key)) options[key] = given[key];
  if (!given.contains("manual_seed")) options["seed"] = facts["seed"].get<int64_t>();
  for (const auto& [ours, theirs] : {std::pair("top_p", "top_P"), std::pair("top_k", "top_K")})
    if (options.contains(theirs)) options[ours] = options[theirs], options.erase(theirs);
  Session session(options);
  ASSERT_EQ(session.status, syrinx::ok) << session.call.message;
  for (int64_t s = 0; s < steps; ++s) {
    std::vector<float> scores(logits.begin() + s * rows * vocab, logits.begin() + (s + 1) * rows * vocab);
    std::vector<int32_t> history;
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t k = 0; k < s; ++k) history.push_back(drawn[static_cast<size_t>(k * rows + r)]);
    const bool early = s < given.value("min_new_token", 0);
    const auto ids = session.sample(scores, rows, static_cast<uint32_t>(s), history, early ? std::vector<int32_t>{625} : std::vector<int32_t>{});
    ASSERT_EQ(session.status, syrinx::ok) << session.call.message;
    for (int64_t r = 0; r < rows; ++r) {
      std::vector<int32_t> left, recorded;
      for (int64_t v = 0; v < vocab; ++v)
        if (scores[static_cast<size_t>(r * vocab + v)] > -INFINITY) left.push_back(static_cast<int32_t>(v));
      for (int64_t k = 0; k < most; ++k)
        if (const int32_t token = tokens[static_cast<size_t>((s * rows + r) * most + k)]; token >= 0) recorded.push_back(token);
      EXPECT_THAT(left, ::testing::UnorderedElementsAreArray(recorded)) << name << " step " << s << " row " << r;
      EXPECT_EQ(ids[static_cast<size_t>(r)], drawn[static_cast<size_t>(s * rows + r)]) << name << " step " << s << " row " << r;
    }
  }
}

TEST(SamplerStage, RecordedRun) { check("code"); }
TEST(SamplerStage, RecordedRunOfSeveralRows) { check("code_ends"); }
TEST(SamplerStage, RecordedHotRun) { check("code_hot"); }
TEST(SamplerStage, RecordedRunSeededAtEveryStep) { check("code_manual_seed"); }

TEST(SamplerStage, TheGeneratorRunsOnFromStepToStepUnlessSeededAtEach) {
  std::vector<float> flat(626 * 4, 0.0f);
  const auto two_steps = [&](const char* key) {
    Session session(syrinx::Json{{"rng", "torch"}, {key, 5}, {"top_p", 1}, {"top_k", 0}});
    auto scores = flat;
    const auto first = session.sample(scores, 4, 0);
    scores = flat;
    return std::pair(first, session.sample(scores, 4, 1));
  };
  const auto seeded = two_steps("seed"), again = two_steps("manual_seed");
  EXPECT_EQ(seeded.first, again.first);
  EXPECT_NE(seeded.first, seeded.second);
  EXPECT_EQ(again.first, again.second);
}

TEST(SamplerStage, WithoutASeedTheKeyOfTheRunSeeds) {
  std::vector<float> a(626 * 2, 0.0f), b = a;
  Session one(syrinx::Json{{"rng", "torch"}}), two(syrinx::Json{{"rng", "torch"}, {"seed", 1000}});
  EXPECT_EQ(one.sample(a, 2, 0), two.sample(b, 2, 0));
}

TEST(SamplerStage, RowsBeyondTheLimitGetNoPenalty) {
  // Twice the favourite, which the penalty would dethrone.
  std::vector<float> scores = {1, 0.9f, -5, 1, 0.9f, -5};
  Session session(syrinx::Json{{"repetition_penalty", 2}, {"penalty_rows", 1}, {"top_k", 1}, {"min_keep", 1}});
  for (uint32_t step = 0; step < 2; ++step) {
    auto copy = scores;
    EXPECT_THAT(session.sample(copy, 2, step, {0, 0}), ::testing::ElementsAre(1, 0));
  }
}

TEST(SamplerStage, ARecipeSaysOnlyWhatItCan) {
  EXPECT_THAT(Session(syrinx::Json{{"top_k", 5}}).recipe(), HasSubstr("philox4x32-10"));
  for (const syrinx::Json& options : {syrinx::Json{{"rng", "torch"}}, syrinx::Json{{"penalty_rows", 625}}}) {
    Session session(options);
    EXPECT_EQ(session.recipe(), "");
    EXPECT_EQ(session.status, syrinx::unimplemented);
  }
}

TEST(SamplerStage, WrongOptionsAreExplained) {
  const std::pair<syrinx::Json, const char*> cases[] = {
      {{{"temperature", 0}}, "temperature must be above 0, not 0"},
      {{{"temperature", {0.3, -1}}}, "temperature must be above 0, not -1"},
      {{{"temperature", syrinx::Json::array()}}, "an empty list"},
      {{{"seed", 3}}, "seed is 3, and rng: philox takes its noise from the run's seed"},
      {{{"manual_seed", 3}}, "manual_seed is 3"},
  };
  for (const auto& [options, said] : cases) {
    Session session(options);
    EXPECT_EQ(session.status, syrinx::invalid);
    EXPECT_THAT(session.call.message, HasSubstr(said));
  }
}

TEST(SamplerStage, ScoresOfABrokenModelAreReported) {
  Session session(syrinx::Json::object());
  std::vector<float> scores = {0, NAN, 0};
  session.sample(scores, 1, 0);
  EXPECT_EQ(session.status, syrinx::failed_precondition);
  EXPECT_THAT(session.call.message, HasSubstr("the score of id 1 is NaN"));
  scores = {-INFINITY, -INFINITY};
  session.sample(scores, 1, 0);
  EXPECT_THAT(session.call.message, HasSubstr("no candidate is left"));
}

}  // namespace
}  // namespace basic
