#include "tensor_file.h"

#include <algorithm>
#include <map>
#include <memory>
#include <syrinx/sdk.hpp>

#include "zip.h"

namespace chattts {
namespace {

constexpr char kTensorHint[] =
    "in Python: torch.save(voice.detach().cpu().reshape(-1), path) writes a file that is read";
constexpr char kRebuild[] = "torch._utils._rebuild_tensor_v2",
               kDictionary[] = "collections.OrderedDict";
constexpr struct {
  const char* name;
  Float type;
} kStorages[] = {{"torch.HalfStorage", Float::kHalf},
                 {"torch.BFloat16Storage", Float::kBrain},
                 {"torch.FloatStorage", Float::kSingle},
                 {"torch.DoubleStorage", Float::kDouble}};
// More than any voice needs.
constexpr size_t kMostSteps = 1000, kMostDepth = 100;

// What lies on the machine's stack.
struct Value {
  enum Kind {
    kNone,
    kMark,
    kBool,
    kNumber,
    kText,
    kGlobal,
    kTuple,
    kDictionary,
    kStorage,
    kTensor
  } kind = kNone;
  int64_t number = 0;
  std::string text;  // also the name of a global
  std::vector<std::shared_ptr<const Value>>
      items;  // of a tuple: of a storage and a tensor, what they were made from
};
using Ref = std::shared_ptr<const Value>;

class Machine {
 public:
  Machine(const Bytes& program, const std::string& name) : program_(program), name_(name) {}

  // The arguments of the one tensor that the program makes: storage, offset, size, stride, ...
  Ref run() {
    for (size_t steps = 0;; ++steps) {
      if (steps == kMostSteps || stack_.size() > kMostDepth)
        reject("has a longer program than a tensor needs");
      const uint8_t operation = byte();
      if (operation == '.') break;
      step(operation);
    }
    if (stack_.size() != 1 || stack_[0]->kind != Value::kTensor)
      reject("does not hold a tensor, but " + describe(stack_.empty() ? Value() : *stack_.back()));
    return stack_[0];
  }

  [[noreturn]] void reject(const std::string& what) const {
    throw syrinx::Failure(syrinx::invalid, name_ + " " + what, kTensorHint);
  }

 private:
  void step(uint8_t operation) {
    switch (operation) {
      case 0x80:  // PROTO
        if (byte() > 5) reject("is of a protocol that is not known");
        return;
      case '(':
        return push(Value::kMark);
      case ')':
        return push(Value::kTuple);
      case '}':
        return push(Value::kDictionary);
      case 'N':
        return push(Value::kNone);
      case 0x88:
        return push(Value::kBool, 1);
      case 0x89:
        return push(Value::kBool, 0);
      case 'K':
        return push(Value::kNumber, little(1));
      case 'M':
        return push(Value::kNumber, little(2));
      case 'J':
        return push(Value::kNumber, static_cast<int32_t>(little(4)));
      case 'X':
        return push_text(little(4));
      case 0x8C:
        return push_text(little(1));
      case 'c':
        return global();
      case 'q':
        return remember(little(1));
      case 'r':
        return remember(little(4));
      case 0x94:
        return remember(static_cast<int64_t>(memory_.size()));
      case 'h':
        return recall(little(1));
      case 'j':
        return recall(little(4));
      case 't':
        return tuple(since_mark());
      case 0x85:
        return tuple(pop(1));
      case 0x86:
        return tuple(pop(2));
      case 0x87:
        return tuple(pop(3));
      case 'Q':
        return storage();
      case 'R':
        return call();
      default: {
        char code[8];
        std::snprintf(code, sizeof(code), "0x%02X", operation);
        reject(std::string("uses the pickle operation ") + code +
               ", which a plain tensor does not need; nothing was executed");
      }
    }
  }

  uint8_t byte() {
    if (at_ == program_.size()) reject("is cut off");
    return program_[at_++];
  }
  int64_t little(int bytes) {
    int64_t out = 0;
    for (int i = 0; i < bytes; ++i) out |= int64_t{byte()} << (8 * i);
    return out;
  }
  void push(Value::Kind kind, int64_t number = 0) {
    Value value;
    value.kind = kind;
    value.number = number;
    stack_.push_back(std::make_shared<const Value>(std::move(value)));
  }
  void push_text(int64_t size) {
    if (size < 0 || static_cast<size_t>(size) > program_.size() - at_) reject("is cut off");
    Value value;
    value.kind = Value::kText;
    value.text.assign(
        program_.begin() + static_cast<std::ptrdiff_t>(at_),
        program_.begin() + static_cast<std::ptrdiff_t>(at_ + static_cast<size_t>(size)));
    at_ += static_cast<size_t>(size);
    stack_.push_back(std::make_shared<const Value>(std::move(value)));
  }
  std::string line() {
    std::string out;
    for (char c = static_cast<char>(byte()); c != '\n'; c = static_cast<char>(byte())) out += c;
    return out;
  }
  void global() {
    const std::string module = line();
    Value value;
    value.kind = Value::kGlobal;
    value.text = module + "." + line();
    const bool storage = std::any_of(std::begin(kStorages), std::end(kStorages),
                                     [&](const auto& known) { return value.text == known.name; });
    if (!storage && value.text != kRebuild && value.text != kDictionary) {
      // Shown without what a terminal would obey.
      std::string shown;
      for (char c : value.text.substr(0, 80)) shown += c > 0x20 && c < 0x7F ? c : '?';
      reject("names \"" + shown +
             "\", which a plain tensor of floats does not need; nothing was executed");
    }
    stack_.push_back(std::make_shared<const Value>(std::move(value)));
  }
  void remember(int64_t place) {
    if (stack_.empty() || memory_.size() > kMostSteps) reject("is damaged");
    memory_[place] = stack_.back();
  }
  void recall(int64_t place) {
    const auto found = memory_.find(place);
    if (found == memory_.end()) reject("is damaged");
    stack_.push_back(found->second);
  }
  std::vector<Ref> pop(size_t count) {
    if (stack_.size() < count) reject("is damaged");
    const auto from = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Ref> out(from, stack_.end());
    if (std::any_of(out.begin(), out.end(),
                    [](const Ref& value) { return value->kind == Value::kMark; }))
      reject("is damaged");
    stack_.erase(from, stack_.end());
    return out;
  }
  std::vector<Ref> since_mark() {
    size_t count = 0;
    while (count < stack_.size() && stack_[stack_.size() - 1 - count]->kind != Value::kMark)
      ++count;
    if (count == stack_.size()) reject("is damaged");
    std::vector<Ref> out = pop(count);
    stack_.pop_back();
    return out;
  }
  void tuple(std::vector<Ref> items) { make(Value::kTuple, std::move(items)); }
  void make(Value::Kind kind, std::vector<Ref> items) {
    Value value;
    value.kind = kind;
    value.items = std::move(items);
    stack_.push_back(std::make_shared<const Value>(std::move(value)));
  }
  // ("storage", type, key, device, count)
  void storage() {
    const Ref id = pop(1)[0];
    if (id->kind != Value::kTuple || id->items.size() != 5 || id->items[0]->text != "storage" ||
        id->items[1]->kind != Value::kGlobal || id->items[2]->kind != Value::kText ||
        id->items[4]->kind != Value::kNumber)
      reject("refers to data in a way that a plain tensor does not");
    make(Value::kStorage, id->items);
  }
  // Only the two functions that make a tensor and the empty dictionary of its hooks.
  void call() {
    const std::vector<Ref> both = pop(2);
    const Value &function = *both[0], &arguments = *both[1];
    if (function.kind != Value::kGlobal || arguments.kind != Value::kTuple) reject("is damaged");
    if (function.text == kDictionary) {
      if (!arguments.items.empty()) reject("holds a dictionary with entries, not a tensor");
      return push(Value::kDictionary);
    }
    if (function.text != kRebuild || arguments.items.size() < 6)
      reject("calls " + function.text + " in a way that a plain tensor does not");
    make(Value::kTensor, arguments.items);
  }
  static std::string describe(const Value& value) {
    switch (value.kind) {
      case Value::kDictionary:
        return "a dictionary";
      case Value::kTuple:
        return "a tuple";
      case Value::kText:
        return "a text";
      case Value::kNumber:
        return "a number";
      default:
        return "nothing";
    }
  }

  const Bytes& program_;
  const std::string& name_;
  size_t at_ = 0;
  std::vector<Ref> stack_;
  std::map<int64_t, Ref> memory_;
};

}  // namespace

SpeakerVector read_tensor_file(const Bytes& bytes, const std::string& name) {
  const auto reject = [&](const std::string& what) {
    throw syrinx::Failure(syrinx::invalid, name + " " + what, kTensorHint);
  };
  // The form before PyTorch 1.6 begins with a pickled number.
  if (bytes.size() > 2 && bytes[0] == 0x80 && bytes[1] <= 5)
    reject("is a pickle without an archive, the form of PyTorch before 1.6, which is not read");
  const std::vector<ZipEntry> entries = read_zip(bytes, name);
  const auto find = [&](const std::string& end) -> const ZipEntry* {
    for (const ZipEntry& entry : entries) {
      const size_t slash = entry.name.find('/');
      if (slash != std::string::npos && entry.name.compare(slash + 1, std::string::npos, end) == 0)
        return &entry;
    }
    return nullptr;
  };
  const ZipEntry* program = find("data.pkl");
  if (!program) reject("is an archive, but not of PyTorch: it has no data.pkl");
  const ZipEntry* order = find("byteorder");
  if (order && std::string(order->bytes.begin(), order->bytes.end()) != "little")
    reject("was written on a big-endian machine, which is not read");

  Machine machine(program->bytes, name);
  const Ref tensor = machine.run();
  const Value &storage = *tensor->items[0], &offset = *tensor->items[1], &size = *tensor->items[2],
              &stride = *tensor->items[3];
  if (storage.kind != Value::kStorage || offset.kind != Value::kNumber ||
      size.kind != Value::kTuple || stride.kind != Value::kTuple ||
      size.items.size() != stride.items.size())
    reject("holds a damaged tensor");
  const size_t dims = size.items.size();
  if (dims == 0 || dims > 2 || (dims == 2 && size.items[0]->number != 1))
    reject("holds a tensor of " + std::to_string(dims) + " dimensions; a voice is [n] or [1, n]");
  const int64_t count = size.items[dims - 1]->number, step = stride.items[dims - 1]->number;
  SpeakerVector out;
  for (const auto& known : kStorages)
    if (storage.items[1]->text == known.name) out.type = known.type;
  const ZipEntry* data = find("data/" + storage.items[2]->text);
  const auto width = static_cast<int64_t>(size_of(out.type));
  const int64_t stored = data ? static_cast<int64_t>(data->bytes.size()) / width : 0;
  if (!data || count < 1 || count > stored || offset.number < 0 || offset.number >= stored ||
      step < 0 || step > stored || (count - 1) * step > stored - 1 - offset.number)
    reject("holds a tensor that its data does not fill");
  out.bytes.reserve(static_cast<size_t>(count * width));
  for (int64_t i = 0; i < count; ++i) {
    const auto from = data->bytes.begin() + (offset.number + i * step) * width;
    out.bytes.insert(out.bytes.end(), from, from + width);
  }
  return out;
}

Bytes write_tensor_file(const SpeakerVector& vector) {
  Bytes program;
  const auto text = [&](std::string_view s) { program.insert(program.end(), s.begin(), s.end()); };
  const auto number = [&](size_t n) {
    text("J");
    for (int i = 0; i < 4; ++i) program.push_back(static_cast<uint8_t>(n >> (8 * i)));
  };
  const auto words = [&](std::string_view s) {
    text("X");
    for (int i = 0; i < 4; ++i) program.push_back(static_cast<uint8_t>(s.size() >> (8 * i)));
    text(s);
  };
  const auto global = [&](std::string_view name) {
    const size_t dot = name.rfind('.');
    text("c");
    text(name.substr(0, dot));
    text("\n");
    text(name.substr(dot + 1));
    text("\n");
  };
  text("\x80\x02");
  global(kRebuild);
  text("((");
  words("storage");
  for (const auto& known : kStorages)
    if (known.type == vector.type) global(known.name);
  words("0");
  words("cpu");
  number(vector.size());
  text("tQ");
  number(0);
  number(vector.size());
  text("\x85");
  number(1);
  text("\x85\x89");
  global(kDictionary);
  text(")RtR.");
  const auto bytes = [](std::string_view s) { return Bytes(s.begin(), s.end()); };
  return write_zip({{"voice/data.pkl", program},
                    {"voice/byteorder", bytes("little")},
                    {"voice/data/0", vector.bytes},
                    {"voice/version", bytes("3\n")}});
}

}  // namespace chattts
