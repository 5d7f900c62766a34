// The voice's tables as one mapped file, made at set-up from the package's JSON: nothing is parsed when the program starts.
//
// Immutable and shared; safe from any thread. Keys and values are UTF-8. A file that is truncated or foreign is refused when it
// is opened: every offset is checked once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hibari {

// A hash table of strings inside the file.
class StringTable {
 public:
  StringTable() = default;
  StringTable(const char* data, uint64_t size) : data_(data), size_(size) {}

  // Whether every slot and entry lies inside.
  bool valid() const;
  // The value of a key; a view with a null pointer if it is absent.
  std::string_view find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key).data() != nullptr; }

 private:
  const char* data_ = nullptr;
  uint64_t size_ = 0;
};

class TextAssets {
 public:
  // Opens `folder`/text.pack. Null with `error` set if it is missing, truncated or of another format.
  static std::shared_ptr<const TextAssets> open(const std::string& folder, std::string* error);
  ~TextAssets();

  // Names: us_gold, us_silver, gb_gold, gb_silver, tagdict, tagvocab, weights, exceptions, vocab, titles, months.
  const StringTable& table(std::string_view name) const;
  // Lists in the package's order; fields of an entry are separated by kField. Names: abbreviations, units, symbols, currency,
  // roman_cardinal, roman_ordinal, title_names, tags, oov_in, oov_out, oov_gb_in, oov_gb_out.
  const std::vector<std::string_view>& list(std::string_view name) const;

  static constexpr char kField = '\x02', kNull = '\x03', kObject = '\x01';

 private:
  TextAssets() = default;
  void* map_ = nullptr;
  uint64_t size_ = 0;
  std::vector<std::pair<std::string_view, StringTable>> tables_;
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> lists_;
};

// Makes `folder`/text.pack from the JSON files in `folder`; does nothing if it is there and of the same sources. False with
// `error` set. Whole or not at all: written beside it and renamed.
bool compile_text_assets(const std::string& folder, std::string* error);

// Parts of a list's entry.
std::vector<std::string_view> fields(std::string_view entry);

uint64_t hash_of(std::string_view text);

}  // namespace hibari
