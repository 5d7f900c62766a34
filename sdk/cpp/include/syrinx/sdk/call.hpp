// The call context, items in and items out.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "syrinx/ext/draft/parallel.h"
#include "syrinx/flow.h"
#include "syrinx/sdk/options.hpp"
#include "syrinx/sdk/tensor.hpp"

namespace syrinx {

using Status = syx_status;
inline constexpr Status ok = SYX_OK;
inline constexpr Status idle = SYX_IDLE;
inline constexpr Status busy = SYX_BUSY;
inline constexpr Status cancelled = SYX_E_CANCELLED;
inline constexpr Status ended = SYX_E_ENDED;
inline constexpr Status invalid = SYX_E_INVALID_ARGUMENT;
inline constexpr Status not_found = SYX_E_NOT_FOUND;
inline constexpr Status out_of_memory = SYX_E_OUT_OF_MEMORY;
inline constexpr Status failed_precondition = SYX_E_FAILED_PRECONDITION;
inline constexpr Status unimplemented = SYX_E_UNIMPLEMENTED;
inline constexpr Status internal = SYX_E_INTERNAL;
inline constexpr Status unavailable = SYX_E_UNAVAILABLE;

inline syx_str to_str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view to_view(syx_str text) { return text.size ? std::string_view(text.data, text.size) : std::string_view(); }

// What a stage emits; built in one expression: Out().text("hello").last().
class Out {
 public:
  Out& text(std::string value) {
    text_ = std::move(value);
    return *this;
  }
  Out& meta(const Json& value) {
    meta_ = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return *this;
  }
  Out& offset(int64_t value) {
    offset_ = value;
    return *this;
  }
  Out& tensor(Tensor value) {
    tensors_.push_back(std::move(value));
    return *this;
  }
  Out& last(bool value = true) {
    if (value) flags_ |= SYX_ITEM_LAST;
    return *this;
  }
  Out& piece() {
    flags_ |= SYX_ITEM_PIECE;
    return *this;
  }
  // Only in shared sessions; a plain one has one utterance.
  Out& sequence(uint32_t value) {
    sequence_ = value;
    has_sequence_ = true;
    return *this;
  }

 private:
  friend class Call;
  std::string text_, meta_;
  int64_t offset_ = 0;
  uint32_t flags_ = 0, sequence_ = 0;
  bool has_sequence_ = false;
  std::vector<Tensor> tensors_;
};

// Wraps a syx_call for the time of the call.
class Call {
 public:
  Call(syx_call* raw, uint32_t sequence) : raw_(raw), sequence_(sequence) {}

  syx_call* raw() const { return raw_; }
  // Of the utterance at hand; in a plain session.
  uint32_t sequence() const { return sequence_; }

  bool cancelled() const { return SYX_CANCELLED(raw_) == 1; }
  // Make no more, emit what exists and LAST.
  bool finish_early() const { return SYX_CANCELLED(raw_) == 2; }

  Status fail(Status code, std::string_view message, std::string_view hint = {}) const {
    return raw_->fail(raw_, code, to_str(message), to_str(hint));
  }
  // Fails one utterance of a shared session.
  Status end(uint32_t sequence, Status code, std::string_view message, std::string_view hint = {}) const {
    return raw_->end(raw_, sequence, code, to_str(message), to_str(hint));
  }

  Status emit(uint32_t port, Out& out) const {
    std::vector<syx_tensor> tensors;
    std::vector<syx_tensor*> pointers;
    tensors.reserve(out.tensors_.size());
    for (Tensor& tensor : out.tensors_) {
      tensors.push_back(tensor.detach());
      pointers.push_back(tensors.back().dl ? &tensors.back() : nullptr);
    }
    syx_item item = {};
    item.struct_size = sizeof(item);
    item.sequence = out.has_sequence_ ? out.sequence_ : sequence_;
    item.flags = out.flags_;
    item.tensor_count = static_cast<uint32_t>(pointers.size());
    item.offset = out.offset_;
    item.text = to_str(out.text_);
    item.meta = to_str(out.meta_);
    item.tensors = pointers.data();
    return raw_->emit(raw_, port, &item);
  }
  Status emit(uint32_t port, Out&& out) const { return emit(port, out); }

  uint32_t room(uint32_t port, uint32_t sequence) const { return raw_->room(raw_, port, sequence); }

  // Host-pooled memory, not cleared; throws std::bad_alloc, which the shim reports.
  template <class T>
  Tensor tensor(std::vector<int64_t> shape) const {
    DLTensor like = {};
    like.device = {kDLCPU, 0};
    like.ndim = static_cast<int32_t>(shape.size());
    like.dtype = DType<T>::value;
    like.shape = shape.data();
    syx_tensor out = {sizeof(syx_tensor), nullptr, nullptr};
    if (raw_->tensor(raw_, &like, &out) != SYX_OK) throw std::bad_alloc();
    return Tensor(raw_, out);
  }

  void progress(uint64_t done, uint64_t total) const { raw_->progress(raw_, sequence_, done, total); }
  void log(int32_t level, std::string_view message) const { raw_->log(raw_, level, to_str(message)); }
  void warn(std::string_view message) const { log(SYX_LOG_WARNING, message); }

  // body(i) for i in [0, count), on the host's threads where it offers them.
  template <class Body>
  void parallel_for(uint64_t count, Body&& body) const {
    const auto* service = static_cast<const syx_parallel_v1*>(raw_->query(raw_, SYX_PARALLEL_V1));
    if (!service || count < 2) {
      for (uint64_t i = 0; i < count; ++i) body(i);
      return;
    }
    service->run(raw_, count, [](void* data, uint64_t i) { (*static_cast<std::remove_reference_t<Body>*>(data))(i); }, &body);
  }

 private:
  syx_call* raw_;
  uint32_t sequence_;
};

// An item that arrived. Its tensors belong to the stage; those not taken are given up when it goes.
class Item {
 public:
  Item(syx_call* call, uint32_t port, const syx_item* raw) : port_(port), raw_(raw) {
    if (!SYX_REACHES(syx_item, raw, tensors)) return;
    for (uint32_t i = 0; i < raw->tensor_count; ++i)
      tensors_.push_back(raw->tensors[i] ? Tensor(call, *raw->tensors[i]) : Tensor());
  }

  uint32_t port() const { return port_; }
  uint32_t sequence() const { return raw_->sequence; }
  int64_t offset() const { return raw_->offset; }
  bool last() const { return raw_->flags & SYX_ITEM_LAST; }
  std::string_view text() const { return to_view(raw_->text); }
  std::string_view meta_text() const { return to_view(raw_->meta); }
  Json meta() const {
    const Json parsed = Json::parse(meta_text().begin(), meta_text().end(), nullptr, false);
    return parsed.is_object() ? parsed : Json::object();
  }
  size_t tensors() const { return tensors_.size(); }
  TensorView tensor(size_t i) const { return i < tensors_.size() ? tensors_[i].view() : TensorView(); }
  Tensor take(size_t i) { return std::move(tensors_.at(i)); }

 private:
  uint32_t port_;
  const syx_item* raw_;
  std::vector<Tensor> tensors_;
};

// A stage in a slot.
struct Slot {
  std::string name;
  std::string options;  // JSON
  syx_stage* stage = nullptr;

  Json parsed() const { return Json::parse(options, nullptr, false); }
  template <class Table>
  const Table* table(const char* id) const {
    return stage && stage->query ? static_cast<const Table*>(stage->query(stage, id)) : nullptr;
  }
};

inline std::vector<Slot> read_slots(const syx_slot* const* slots, uint32_t count) {
  std::vector<Slot> out;
  for (uint32_t i = 0; i < count; ++i)
    out.push_back({std::string(to_view(slots[i]->name)), std::string(to_view(slots[i]->options)), slots[i]->stage});
  return out;
}

// An utterance that begins.
struct Begin {
  uint32_t sequence = 0;
  uint64_t key = 0;
  Json options = Json::object();  // those of scope "utterance", complete
  std::vector<Slot> slots;

  const Slot* slot(const std::string& name) const {
    for (const Slot& candidate : slots)
      if (candidate.name == name) return &candidate;
    return nullptr;
  }
};

// What a stage is made with.
struct Create {
  Json ports = Json::object();  // as negotiated: {"in": {...}, "out": {...}}
  std::vector<Slot> slots;
  std::vector<syx_stage*> devices;
  uint32_t threads = 1;
};

// An error on its way to the border, for code too deep to hold a Call: readers of files, parsers, models. The shim around every
// entry reports it with its code, message and hint, as call.fail would; any other exception is reported as a defect.
struct Failure : std::runtime_error {
  Failure(Status c, const std::string& message, std::string h = {}) : std::runtime_error(message), code(c), hint(std::move(h)) {}
  Status code;
  std::string hint;  // what would work, or empty
};

namespace detail {

// Runs `body` so that nothing leaves it but a status.
template <class Body>
Status guarded(syx_call* call, Body&& body) noexcept {
  try {
    return body();
  } catch (const Failure& failure) {
    return call->fail(call, failure.code, to_str(failure.what()), to_str(failure.hint));
  } catch (const std::bad_alloc&) {
    return call->fail(call, SYX_E_OUT_OF_MEMORY, SYX_S("out of memory"), SYX_S(""));
  } catch (const std::exception& error) {
    return call->fail(call, SYX_E_INTERNAL, to_str(error.what()), SYX_S("this is a defect of the plugin"));
  } catch (...) {
    return call->fail(call, SYX_E_INTERNAL, SYX_S("an unknown exception"), SYX_S("this is a defect of the plugin"));
  }
}

}  // namespace detail
}  // namespace syrinx
