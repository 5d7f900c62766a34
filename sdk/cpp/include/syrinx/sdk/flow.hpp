// A stage that data passes through: derive from Flow, describe ports, override what is needed.
//
// An object of the derived class is a session. What sessions share, such as weights, is a Model, made once for the stage:
//   struct Model { static syrinx::Status create(syrinx::Call&, const Options&, const syrinx::Create&, Model& out); };
#pragma once

#include <memory>
#include <string>
#include <type_traits>

#include "syrinx/sdk/call.hpp"
#include "syrinx/sdk/ports.hpp"

namespace syrinx {

struct NoModel {
  template <class Options>
  static Status create(Call&, const Options&, const Create&, NoModel&) {
    return ok;
  }
};

// How a stage works; a derived class may hide Flow::manner().
struct Manner {
  bool batch = false;   // a session holds a batch
  bool splits = false;  // emits pieces
  bool joins = false;   // wants whole texts
  bool steps = false;   // works in step()
  bool own_thread = false;
  double latency_ms = 50;
};

// Every function may throw: the shim makes an error of it. Calls on one session are serialised.
template <class OptionsT = NoOptions, class ModelT = NoModel>
class Flow {
 public:
  using Options = OptionsT;
  using Model = ModelT;

  virtual ~Flow() = default;

  static Manner manner(const Options&) { return {}; }

  virtual Status open(Call&) { return ok; }
  virtual Status begin(Call&, const Begin&) { return ok; }
  virtual Status push(Call&, Item) { return ok; }
  // Input `port` is complete; SYX_ALL: nobody else will come.
  virtual Status finish(Call&, uint32_t /*port*/, uint32_t /*sequence*/) { return ok; }
  // how: SYX_END or SYX_END_EARLY.
  virtual void end(Call&, uint32_t /*sequence*/, uint32_t /*how*/) {}
  virtual Status step(Call&) { return idle; }

 protected:
  // The stage's options; in a plain session with what the utterance changed.
  const Options& options() const { return options_; }
  const Model& model() const { return *model_; }
  const Create& created() const { return *created_; }
  // Whether anybody sends items to an input. One that is connected gets its finish in every utterance, at once in those
  // where nothing comes; any other never does.
  bool connected(const std::string& port) const {
    return created_->ports.value("in", Json::object()).value(port, Json::object()).value("connected", false);
  }
  // The negotiated type of a port.
  template <class T>
  T in(const std::string& port) const {
    return Inputs(created_->ports.value("in", Json::object())).template get<T>(port);
  }
  template <class T>
  T out(const std::string& port) const {
    return Inputs(created_->ports.value("out", Json::object())).template get<T>(port);
  }

 private:
  template <class T>
  friend class FlowShim;
  Options options_, stage_options_, begun_options_;
  std::string begun_text_;  // what the last begin was given, and what it came to
  Json begun_json_;
  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Create> created_;
  uint32_t sequence_ = 0;
};

// The tables of a Flow class T, as C functions. Not for direct use: see component().
template <class T>
class FlowShim {
 public:
  using Options = typename T::Options;
  using Model = typename T::Model;

  struct Stage {
    syx_stage head;
    Options options;
    std::shared_ptr<Model> model;
    std::shared_ptr<Create> created;
  };

  static const syx_flow_v1* table() {
    static const syx_flow_v1 kPlain = {sizeof(syx_flow_v1), open, begin, push, finish, end, nullptr, close};
    static const syx_flow_v1 kSteps = {sizeof(syx_flow_v1), open, begin, push, finish, end, step, close};
    static const bool steps = T::manner(Options{}).steps;
    return steps ? &kSteps : &kPlain;
  }

  static std::string describe(const Options& options, const Inputs& inputs) {
    const Ports ports = T::ports(options, inputs);
    const Manner manner = T::manner(options);
    Json in = Json::object(), out = Json::object();
    for (const NamedPort& port : ports.in) in[port.name] = port.type.spec();
    for (const NamedPort& port : ports.out) out[port.name] = port.type.spec();
    return Json{{"in", in},
                {"out", out},
                {"batch", manner.batch},
                {"splits", manner.splits},
                {"joins", manner.joins},
                {"threads", manner.own_thread ? "own" : "any"},
                {"latency_ms", manner.latency_ms}}
        .dump();
  }

  static Status create(syx_call* raw, const Options& options, const Create& from, syx_stage** out) {
    auto stage = std::make_unique<Stage>();
    stage->options = options;
    stage->created = std::make_shared<Create>(from);
    stage->model = std::make_shared<Model>();
    Call call(raw, 0);
    const Status status = Model::create(call, options, from, *stage->model);
    if (status != ok) return status;
    stage->head = {sizeof(syx_stage), query, destroy};
    *out = &stage.release()->head;
    return ok;
  }

 private:
  static Stage* of(syx_stage* head) { return reinterpret_cast<Stage*>(head); }
  static T* of(syx_session* session) { return static_cast<T*>(static_cast<Flow<Options, Model>*>(static_cast<void*>(session))); }

  static const void* query(syx_stage* stage, const char* id) noexcept {
    if (std::string_view(id) == SYX_FLOW_V1) return table();
    if constexpr (HasTables<T>::value) return T::query(*of(stage)->model, id);
    return nullptr;
  }
  static void destroy(syx_stage* stage) noexcept { delete of(stage); }

  template <class U, class = void>
  struct HasTables : std::false_type {};
  template <class U>
  struct HasTables<U, std::void_t<decltype(&U::query)>> : std::true_type {};

  static Status open(syx_call* raw, syx_stage* head, syx_session** out) noexcept {
    return detail::guarded(raw, [&] {
      auto flow = std::make_unique<T>();
      Flow<Options, Model>& base = *flow;
      base.options_ = base.stage_options_ = of(head)->options;
      base.model_ = of(head)->model;
      base.created_ = of(head)->created;
      Call call(raw, 0);
      const Status status = flow->open(call);
      if (status != ok) return status;
      *out = static_cast<syx_session*>(static_cast<void*>(static_cast<Flow<Options, Model>*>(flow.release())));
      return ok;
    });
  }

  static Status begin(syx_call* raw, syx_session* session, const syx_begin* given) noexcept {
    return detail::guarded(raw, [&] {
      Flow<Options, Model>& base = *of(session);
      Begin begin;
      begin.sequence = given->sequence;
      begin.key = given->key;
      const std::string_view text = to_view(given->options);
      // Nearly always they are what they were, and parsing would be half the cost of a short utterance.
      if (text.size() <= 2) {
        base.options_ = base.stage_options_;
      } else if (text == base.begun_text_) {
        begin.options = base.begun_json_;
        base.options_ = base.begun_options_;
      } else {
        begin.options = Json::parse(text.begin(), text.end());
        base.options_ = Options::describe().read(begin.options, base.stage_options_);
        base.begun_json_ = begin.options;
        base.begun_options_ = base.options_;
        base.begun_text_ = text;
      }
      if (SYX_REACHES(syx_begin, given, slot_count)) begin.slots = read_slots(given->slots, given->slot_count);
      base.sequence_ = given->sequence;
      Call call(raw, given->sequence);
      return of(session)->begin(call, begin);
    });
  }

  static Status push(syx_call* raw, syx_session* session, uint32_t port, const syx_item* item) noexcept {
    return detail::guarded(raw, [&] {
      Call call(raw, item->sequence);
      return of(session)->push(call, Item(raw, port, item));
    });
  }

  static Status finish(syx_call* raw, syx_session* session, uint32_t port, uint32_t sequence) noexcept {
    return detail::guarded(raw, [&] {
      Call call(raw, sequence);
      return of(session)->finish(call, port, sequence);
    });
  }

  static void end(syx_call* raw, syx_session* session, uint32_t sequence, uint32_t how) noexcept {
    detail::guarded(raw, [&] {
      Call call(raw, sequence);
      of(session)->end(call, sequence, how);
      return ok;
    });
  }

  static Status step(syx_call* raw, syx_session* session) noexcept {
    return detail::guarded(raw, [&] {
      Call call(raw, 0);
      return of(session)->step(call);
    });
  }

  static void close(syx_session* session) noexcept { delete of(session); }
};

// What a stage of class T was made with, for tables that are called on the stage (syrinx.tokenizer/1).
template <class T>
const typename T::Model& model_of(syx_stage* stage) {
  return *reinterpret_cast<typename FlowShim<T>::Stage*>(stage)->model;
}

}  // namespace syrinx
