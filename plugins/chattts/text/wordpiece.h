// The tokenizer of ChatTTS: BERT word pieces with added control tokens, read from a Hugging Face
// tokenizer.json.
//
// Text is cut at added tokens; what lies between is cleaned, folded (decomposed, without marks,
// small) and cut into words at white space, punctuation and CJK ideographs; each word becomes the
// longest pieces from the left, or one [UNK]. The truncation, padding and post-processing that the
// file names are not applied: each text is encoded alone and whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chattts {

// Immutable. [any]
class WordPiece {
 public:
  // Throws syrinx::Failure with the path and what is wrong: a file that is missing or no JSON,
  // another kind of tokenizer, ids with gaps or twice.
  static WordPiece load(const std::string& path);
  // `name` is what errors call it.
  static WordPiece parse(std::string_view json, const std::string& name);

  // Bytes that are not UTF-8 are dropped, as U+FFFD is. Time and memory are linear in the text.
  std::vector<int32_t> encode(std::string_view text) const;

  // The text of ids: pieces joined, blanks before punctuation and English endings removed. Throws
  // syrinx::Failure on an id outside the vocabulary.
  std::string decode(const int32_t* ids, size_t count, bool skip_control = false) const;
  std::string decode(const std::vector<int32_t>& ids) const {
    return decode(ids.data(), ids.size());
  }

  int32_t id(std::string_view piece) const;  // -1: no such piece
  const std::string& piece(int32_t id) const { return pieces_.at(static_cast<size_t>(id)); }
  bool is_control(int32_t id) const {
    return control_.at(static_cast<size_t>(id));
  }  // an added token
  int32_t vocabulary() const { return static_cast<int32_t>(pieces_.size()); }
  int32_t unknown() const { return unknown_; }
  const std::string& digest() const { return digest_; }  // of the file

 private:
  // A set of byte strings as a trie whose edges lie in one open-addressed table.
  class Trie {
   public:
    Trie() { grow(16); }
    void add(std::string_view key, int32_t value);
    // The longest key at the start of `text`: its value and length; -1 if there is none.
    int32_t longest(std::string_view text, size_t* length) const;
    int32_t exact(std::string_view text) const;

   private:
    struct Edge {
      uint64_t key = 0;  // (node << 8 | byte) + 1; 0: free
      uint32_t node = 0;
    };
    uint32_t child(uint32_t node, uint8_t byte) const;
    void grow(size_t size);
    std::vector<Edge> edges_;
    std::vector<int32_t> values_{-1};  // of nodes; node 0 is the root
    size_t used_ = 0;
  };

  class Encoder;
  void encode_word(std::string_view word, size_t characters, std::vector<int32_t>& out) const;

  std::vector<std::string> pieces_;
  std::vector<bool> control_;
  Trie all_, first_, rest_, added_;  // every piece; pieces that begin a word; those that go on,
                                     // without "##"; added tokens
  bool begins_added_[256] = {};
  int32_t unknown_ = 0;
  std::string digest_;
};

}  // namespace chattts
