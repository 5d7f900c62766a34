// A sampler: derive from Sampler, override sample_row. An object is one session: an utterance's parameters, and whatever goes on from
// step to step. A generator that gives several utterances one session shares that among them.
#pragma once

#include <atomic>
#include <memory>

#include "syrinx/sampler.h"
#include "syrinx/sdk/call.hpp"

namespace syrinx {

// One row of a step.
struct SampleRow {
  float* scores;  // [vocab]; may be changed. With want_scores: left final, removed candidates = -inf
  int64_t vocab;
  const int32_t* history;  // [history_size], newest last, -1 where there are fewer
  int64_t history_size;
  const int32_t* forbid;
  uint32_t forbid_size;
  uint64_t key;
  uint32_t step, head;
  bool want_scores;
};

template <class OptionsT>
class Sampler {
 public:
  using Options = OptionsT;
  virtual ~Sampler() = default;

  // Called before the session's first row of each step; its other rows of the step follow in their order.
  virtual void begin_step() {}
  // The id drawn.
  virtual int32_t sample_row(const SampleRow& row) = 0;
  // The steps of the recipe; empty: cannot be lowered.
  virtual Json recipe() const { return nullptr; }
  // Called once, when options() are set.
  virtual void prepare() {}

 protected:
  const Options& options() const { return options_; }

 private:
  template <class T>
  friend class SamplerShim;
  Options options_;
  uint64_t step_ = 0;  // the last call that had rows of this session
};

template <class T>
class SamplerShim {
 public:
  using Options = typename T::Options;

  struct Stage {
    syx_stage head;
    Options options;
  };

  static std::string describe(const Options&, const Json&) { return R"({"in":{},"out":{}})"; }

  static Status create(syx_call*, const Options& options, const Create&, syx_stage** out) {
    auto* stage = new Stage{{sizeof(syx_stage), query, destroy}, options};
    *out = &stage->head;
    return ok;
  }

 private:
  static Stage* of(syx_stage* head) { return reinterpret_cast<Stage*>(head); }
  static Sampler<Options>* of(syx_session* session) { return static_cast<Sampler<Options>*>(static_cast<void*>(session)); }

  static const void* query(syx_stage*, const char* id) noexcept {
    static const syx_sampler_v1 kTable = {sizeof(syx_sampler_v1), open, sample, recipe, close};
    return std::string_view(id) == SYX_SAMPLER_V1 ? &kTable : nullptr;
  }
  static void destroy(syx_stage* stage) noexcept { delete of(stage); }

  static Status open(syx_call* raw, syx_stage* stage, syx_str options, syx_session** out) noexcept {
    return detail::guarded(raw, [&] {
      std::unique_ptr<Sampler<Options>> sampler = std::make_unique<T>();
      const std::string_view text = to_view(options);
      sampler->options_ = of(stage)->options;
      if (text.size() > 2) sampler->options_ = Options::describe().read(Json::parse(text.begin(), text.end()), of(stage)->options);
      sampler->prepare();
      *out = static_cast<syx_session*>(static_cast<void*>(sampler.release()));
      return ok;
    });
  }

  static Status sample(syx_call* raw, syx_stage*, const syx_sample_args* args) noexcept {
    return detail::guarded(raw, [&]() -> Status {
      if (args->flags >> 16 & ~(SYX_SAMPLE_SCORES >> 16)) return SYX_E_UNIMPLEMENTED;
      const TensorView logits(args->logits), ids(args->ids), history(args->history);
      if (!logits.is<float>() || logits.dims() != 2 || !logits.contiguous() || !logits.on_cpu())
        return raw->fail(raw, SYX_E_INVALID_ARGUMENT, SYX_S("logits must be f32 [rows, vocab] in host memory"), SYX_S(""));
      if (logits.size(0) != args->rows || ids.elements() != args->rows || !ids.is<int32_t>())
        return raw->fail(raw, SYX_E_INVALID_ARGUMENT, SYX_S("logits, ids and rows do not fit"), SYX_S(""));
      const int64_t vocab = logits.size(1), window = args->history && history.dims() == 2 ? history.size(1) : 0;
      static std::atomic<uint64_t> steps{0};
      const uint64_t step = ++steps;
      for (uint32_t r = 0; r < args->rows; ++r) {
        Sampler<Options>& sampler = *of(args->sessions[r]);
        if (sampler.step_ != step) {
          sampler.step_ = step;
          sampler.begin_step();
        }
        SampleRow row = {};
        row.scores = const_cast<float*>(logits.data<float>()) + r * vocab;
        row.vocab = vocab;
        row.history = window ? history.data<int32_t>() + r * window : nullptr;
        row.history_size = window;
        if (args->forbid_from) {
          row.forbid = args->forbid + args->forbid_from[r];
          row.forbid_size = args->forbid_from[r + 1] - args->forbid_from[r];
        }
        row.key = args->keys[r];
        row.step = args->steps[r];
        row.head = args->heads[r];
        row.want_scores = args->flags & SYX_SAMPLE_SCORES;
        const_cast<int32_t*>(ids.data<int32_t>())[r] = sampler.sample_row(row);
      }
      return ok;
    });
  }

  static Status recipe(syx_call* raw, syx_session* session, syx_write write, void* sink) noexcept {
    return detail::guarded(raw, [&]() -> Status {
      const Json steps = of(session)->recipe();
      if (!steps.is_array()) return SYX_E_UNIMPLEMENTED;
      write(sink, to_str(Json{{"recipe", 1}, {"steps", steps}}.dump()));
      return ok;
    });
  }

  static void close(syx_session* session) noexcept { delete of(session); }
};

}  // namespace syrinx
