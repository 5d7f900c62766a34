#include "tokens/read_marks.h"

namespace wfst {

Token& TokenList::add() {
  if (count_ == tokens_.size()) tokens_.emplace_back();
  Token& token = tokens_[count_++];
  token.klass = token.rule = {};
  token.fields.clear();
  token.text = {};
  token.preserve_order = false;
  token.weight = 0;
  return token;
}

void read_marks(const Machine& machine, std::string_view text, std::span<const Event> events, TokenList& out) {
  out.clear();
  out.values.clear();
  // Views into `values` must not move: room for everything first.
  size_t room = 0;
  for (const Event& event : events)
    if (machine.mark(event.label).kind == Mark::Kind::kCutEnd) room += machine.mark(event.label).value.size() + 1;
  if (room > 0) out.values.reserve(room + text.size());
  Token* token = nullptr;
  Field field;
  uint32_t copied = 0;
  bool cut = false;
  size_t value = 0;
  for (const Event& event : events) {
    const Mark& mark = machine.mark(event.label);
    switch (mark.kind) {
      case Mark::Kind::kToken:
        token = &out.add();
        token->text.begin = event.at;
        break;
      case Mark::Kind::kField:
        field = {};
        field.text.begin = copied = event.at;
        value = out.values.size();
        cut = false;
        break;
      case Mark::Kind::kCut:
        out.values.append(text, copied, event.at - copied);
        cut = true;
        break;
      case Mark::Kind::kCutEnd:
        out.values += mark.value;
        copied = event.at;
        break;
      case Mark::Kind::kFieldEnd:
        field.name = mark.name;
        field.text.end = event.at;
        if (cut) {
          out.values.append(text, copied, event.at - copied);
          field.value = std::string_view(out.values).substr(value);
        } else {
          field.value = text.substr(field.text.begin, field.text.size());
        }
        if (token) token->fields.push_back(field);
        break;
      case Mark::Kind::kConstant:
        if (token) token->fields.push_back({mark.name, mark.value, {event.at, event.at}});
        break;
      case Mark::Kind::kTokenEnd:
        if (!token) break;
        token->text.end = event.at;
        token->klass = mark.name;
        token->rule = mark.value;
        token->preserve_order = mark.ordered;
        token->weight = mark.weight;
        break;
      case Mark::Kind::kLook: break;
    }
  }
}

}  // namespace wfst
