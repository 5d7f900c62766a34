#include "wordpiece.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <syrinx/sdk.hpp>

#include "unicode.h"

namespace chattts {
namespace {

using Json = nlohmann::json;

constexpr char kTokenizerHint[] = "the tokenizer.json of ChatTTS's asset folder is such a file";
constexpr std::string_view kContinues = "##";
constexpr size_t kMostCharacters = 100;  // longer words are unknown
constexpr int64_t kMostPieces = 1 << 24;

[[noreturn]] void reject(const std::string& name, const std::string& what) {
  throw syrinx::Failure(syrinx::not_found, name + ": " + what, kTokenizerHint);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  size_t at = text.find(from);
  if (at == std::string::npos) return;
  std::string out;
  out.reserve(text.size());
  size_t begin = 0;
  for (; at != std::string::npos; at = text.find(from, begin)) {
    out.append(text, begin, at - begin).append(to);
    begin = at + from.size();
  }
  text = out.append(text, begin);
}

// Removes the blanks that joining pieces put before punctuation and English endings.
void clean_up(std::string& text) {
  for (const char* mark : {" .", " ?", " !", " ,"}) replace_all(text, mark, mark + 1);
  replace_all(text, " ' ", "'");
  for (const char* ending : {" n't", " 'm"}) replace_all(text, ending, ending + 1);
  for (const char* ending : {" 's", " 've", " 're"}) replace_all(text, ending, ending + 1);
}

const Json& part(const Json& file, const char* key, const char* type, const std::string& name) {
  const auto found = file.find(key);
  if (found == file.end() || !found->is_object())
    reject(name, std::string("has no \"") + key + "\"");
  const auto kind = found->find("type");
  if (kind == found->end() || *kind != type)
    reject(name, std::string("\"") + key + "\" is not of the type " + type);
  return *found;
}

// `expected` as JSON text; null counts as missing.
void expect(const Json& object, const char* where, const char* key,
            std::initializer_list<Json> allowed, const std::string& name) {
  const auto found = object.find(key);
  const Json value = found == object.end() ? Json() : *found;
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
    reject(name, std::string(where) + "." + key + " is " +
                     value.dump(-1, ' ', false, Json::error_handler_t::replace) +
                     ", which this tokenizer does not do");
}

}  // namespace

void WordPiece::Trie::grow(size_t size) {
  std::vector<Edge> old(size);
  old.swap(edges_);
  for (const Edge& edge : old) {
    if (!edge.key) continue;
    size_t at = (edge.key * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & (size - 1);
    while (edges_[at].key) at = (at + 1) & (size - 1);
    edges_[at] = edge;
  }
}

uint32_t WordPiece::Trie::child(uint32_t node, uint8_t byte) const {
  const uint64_t key = (uint64_t{node} << 8 | byte) + 1;
  for (size_t at = (key * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & (edges_.size() - 1);;
       at = (at + 1) & (edges_.size() - 1)) {
    if (edges_[at].key == key) return edges_[at].node;
    if (!edges_[at].key) return 0;
  }
}

void WordPiece::Trie::add(std::string_view text, int32_t value) {
  uint32_t node = 0;
  for (char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    uint32_t next = child(node, byte);
    if (!next) {
      if (++used_ * 2 > edges_.size()) grow(edges_.size() * 2);
      next = static_cast<uint32_t>(values_.size());
      values_.push_back(-1);
      const uint64_t key = (uint64_t{node} << 8 | byte) + 1;
      size_t at = (key * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & (edges_.size() - 1);
      while (edges_[at].key) at = (at + 1) & (edges_.size() - 1);
      edges_[at] = {key, next};
    }
    node = next;
  }
  values_[node] = value;
}

int32_t WordPiece::Trie::longest(std::string_view text, size_t* length) const {
  int32_t best = -1;
  uint32_t node = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    node = child(node, static_cast<uint8_t>(text[i]));
    if (!node) break;
    if (values_[node] >= 0) {
      best = values_[node];
      *length = i + 1;
    }
  }
  return best;
}

int32_t WordPiece::Trie::exact(std::string_view text) const {
  uint32_t node = 0;
  for (char c : text) {
    node = child(node, static_cast<uint8_t>(c));
    if (!node) return -1;
  }
  return values_[node];
}

WordPiece WordPiece::load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  if (!in) throw syrinx::Failure(syrinx::not_found, "cannot read " + path, kTokenizerHint);
  return parse(text, path);
}

WordPiece WordPiece::parse(std::string_view text, const std::string& name) {
  const Json file = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!file.is_object()) reject(name, "is no JSON object");
  const Json& model = part(file, "model", "WordPiece", name);
  expect(model, "model", "unk_token", {"[UNK]"}, name);
  expect(model, "model", "continuing_subword_prefix", {Json(), kContinues}, name);
  expect(model, "model", "max_input_chars_per_word", {Json(), kMostCharacters}, name);
  const Json& normalizer = part(file, "normalizer", "BertNormalizer", name);
  for (const char* key : {"clean_text", "handle_chinese_chars", "lowercase"})
    expect(normalizer, "normalizer", key, {true}, name);
  expect(normalizer, "normalizer", "strip_accents", {Json(), true}, name);
  part(file, "pre_tokenizer", "BertPreTokenizer", name);
  expect(part(file, "decoder", "WordPiece", name), "decoder", "cleanup", {true}, name);

  WordPiece out;
  const auto vocabulary = model.find("vocab");
  if (vocabulary == model.end() || !vocabulary->is_object())
    reject(name, "model.vocab is no object");
  std::vector<std::pair<std::string, int64_t>> added;
  const auto tokens = file.find("added_tokens");
  if (tokens != file.end() && !tokens->is_array()) reject(name, "added_tokens is no list");
  if (tokens != file.end())
    for (const Json& token : *tokens) {
      if (!token.is_object() || !token.contains("id") || !token["id"].is_number_integer() ||
          !token.contains("content") || !token["content"].is_string())
        reject(name, "an added token has no id and content");
      const auto content = token["content"].get<std::string>();
      if (content.empty()) reject(name, "an added token is empty");
      for (const char* key : {"single_word", "lstrip", "rstrip", "normalized"})
        expect(token, ("added_tokens " + content).c_str(), key, {Json(), false}, name);
      added.emplace_back(content, token["id"].get<int64_t>());
    }

  const auto put = [&](const std::string& piece, int64_t id, bool control) {
    if (id < 0 || id >= kMostPieces)
      reject(name, "the id of \"" + piece + "\" is " + std::to_string(id));
    if (out.pieces_.size() <= static_cast<size_t>(id)) {
      out.pieces_.resize(static_cast<size_t>(id) + 1);
      out.control_.resize(static_cast<size_t>(id) + 1);
    }
    std::string& place = out.pieces_[static_cast<size_t>(id)];
    if (!place.empty() && place != piece)
      reject(name, "\"" + place + "\" and \"" + piece + "\" have one id, " + std::to_string(id));
    place = piece;
    out.control_[static_cast<size_t>(id)] = control;
  };
  for (const auto& entry : vocabulary->items()) {
    if (!entry.value().is_number_integer())
      reject(name, "the id of \"" + entry.key() + "\" is no integer");
    if (entry.key().empty()) reject(name, "a piece is empty");
    put(entry.key(), entry.value().get<int64_t>(), false);
  }
  for (const auto& [piece, id] : added) {
    const auto known = vocabulary->find(piece);
    if (known != vocabulary->end() && *known != id)
      reject(name, "the added token \"" + piece + "\" has two ids");
    put(piece, id, true);
    out.added_.add(piece, static_cast<int32_t>(id));
    out.begins_added_[static_cast<uint8_t>(piece[0])] = true;
  }
  for (size_t id = 0; id < out.pieces_.size(); ++id) {
    const std::string& piece = out.pieces_[id];
    if (piece.empty()) reject(name, "no piece has the id " + std::to_string(id));
    out.all_.add(piece, static_cast<int32_t>(id));
    if (!vocabulary->contains(piece)) continue;
    if (piece.size() > 2 && piece.compare(0, 2, kContinues) == 0)
      out.rest_.add(std::string_view(piece).substr(2), static_cast<int32_t>(id));
    out.first_.add(piece, static_cast<int32_t>(id));
  }
  out.unknown_ = out.id("[UNK]");
  if (out.unknown_ < 0) reject(name, "the vocabulary has no [UNK]");

  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (unsigned char c : text) hash = (hash ^ c) * UINT64_C(0x100000001B3);
  char digest[32];
  std::snprintf(digest, sizeof(digest), "fnv1a64:%016llx", static_cast<unsigned long long>(hash));
  out.digest_ = digest;
  return out;
}

int32_t WordPiece::id(std::string_view piece) const { return all_.exact(piece); }

void WordPiece::encode_word(std::string_view word, size_t characters,
                            std::vector<int32_t>& out) const {
  if (word.empty()) return;
  const size_t before = out.size();
  if (characters <= kMostCharacters) {
    const Trie* trie = &first_;
    while (!word.empty()) {
      size_t length = 0;
      const int32_t found = trie->longest(word, &length);
      if (found < 0) break;
      out.push_back(found);
      word.remove_prefix(length);
      trie = &rest_;
    }
    if (word.empty()) return;
  }
  out.resize(before);
  out.push_back(unknown_);
}

// Collects the word at hand.
class WordPiece::Encoder {
 public:
  Encoder(const WordPiece& tokenizer, std::vector<int32_t>& out)
      : tokenizer_(tokenizer), out_(out) {}

  void end() {
    tokenizer_.encode_word(word_, characters_, out_);
    word_.clear();
    characters_ = 0;
  }
  // `raw`: the character's own bytes.
  void add(char32_t c, std::string_view raw) {
    const uint8_t kind = bert_class(c);
    if (kind == kPlain) return append(raw);
    if (kind & (kRemoved | kMark)) return;
    if (kind & kSpace) return end();
    if (kind & kIdeograph) end();
    if (kind & kFolds) {
      char32_t parts[3];
      const int count = fold(c, parts);
      for (int i = 0; i < count; ++i) {
        // What it folds to may be punctuation, as with the Greek question mark.
        if (bert_class(parts[i]) & kPunctuation) {
          alone(parts[i]);
        } else {
          append_utf8(word_, parts[i]);
          ++characters_;
        }
      }
    } else if (kind & kPunctuation) {
      alone(c);
    } else {
      append(raw);
    }
    if (kind & kIdeograph) end();
  }

 private:
  void append(std::string_view raw) {
    word_ += raw;
    ++characters_;
  }
  void alone(char32_t c) {
    end();
    append_utf8(word_, c);
    characters_ = 1;
    end();
  }
  const WordPiece& tokenizer_;
  std::vector<int32_t>& out_;
  std::string word_;
  size_t characters_ = 0;
};

std::vector<int32_t> WordPiece::encode(std::string_view text) const {
  std::vector<int32_t> out;
  out.reserve(text.size() / 2 + 1);
  Encoder encoder(*this, out);
  for (size_t at = 0; at < text.size();) {
    if (begins_added_[static_cast<uint8_t>(text[at])]) {
      size_t length = 0;
      const int32_t found = added_.longest(text.substr(at), &length);
      if (found >= 0) {
        encoder.end();
        out.push_back(found);
        at += length;
        continue;
      }
    }
    const size_t begin = at;
    const char32_t c = decode_utf8(text, at);
    encoder.add(c, text.substr(begin, at - begin));
  }
  encoder.end();
  return out;
}

std::string WordPiece::decode(const int32_t* ids, size_t count, bool skip_control) const {
  std::string out, one;
  bool first = true;
  for (size_t i = 0; i < count; ++i) {
    if (ids[i] < 0 || ids[i] >= vocabulary())
      throw syrinx::Failure(syrinx::invalid,
                            "the id " + std::to_string(ids[i]) + " is outside the vocabulary",
                            "ids are 0 to " + std::to_string(vocabulary() - 1));
    if (skip_control && is_control(ids[i])) continue;
    const std::string& piece = this->piece(ids[i]);
    const bool continues = piece.compare(0, 2, kContinues) == 0;
    one = first ? piece : continues ? piece.substr(2) : " " + piece;
    first = false;
    clean_up(one);
    out += one;
  }
  clean_up(out);
  return out;
}

}  // namespace chattts
