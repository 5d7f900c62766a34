// The package's JSON files to text.pack.
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "assets.h"

namespace hibari {
namespace {

// Where the package's order matters; and where 90,000 keys do, which the ordered one searches one by one.
using Json = nlohmann::ordered_json;
using BigJson = nlohmann::json;

constexpr const char* kSources[] = {"lexicon_us_gold.json.gz", "lexicon_us_silver.json.gz", "lexicon_gb_gold.json.gz",
                                    "lexicon_gb_silver.json.gz", "tagger.json.gz", "tokenizer_exceptions.json",
                                    "normalize.json", "vocab.json", "oov.json", "oov_gb.json"};

std::string read_plain(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

std::string read_gzip(const std::string& path) {
  gzFile in = gzopen(path.c_str(), "rb");
  if (!in) throw std::runtime_error(path + ": cannot be read");
  std::string out;
  char buffer[65536];
  int n;
  while ((n = gzread(in, buffer, sizeof(buffer))) > 0) out.append(buffer, static_cast<size_t>(n));
  gzclose(in);
  if (n < 0) throw std::runtime_error(path + ": is damaged");
  return out;
}

template <class J = Json>
J load(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  return J::parse(name.ends_with(".gz") ? read_gzip(path) : read_plain(path));
}

void put_u32(std::string& out, uint64_t v) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(v >> (8 * i) & 255);
}

std::string make_table(const std::vector<std::pair<std::string, std::string>>& entries) {
  size_t slots = 8;
  while (slots < entries.size() * 2) slots *= 2;
  std::string data;
  std::vector<uint32_t> slot(slots, 0);
  const size_t base = 4 + slots * 4;
  for (const auto& [key, value] : entries) {
    size_t at = hash_of(key) & (slots - 1);
    while (slot[at]) at = (at + 1) & (slots - 1);
    slot[at] = static_cast<uint32_t>(base + data.size());
    data += static_cast<char>(key.size() & 255);
    data += static_cast<char>(key.size() >> 8);
    put_u32(data, value.size());
    data += key + value;
  }
  std::string out;
  put_u32(out, slots);
  for (uint32_t s : slot) put_u32(out, s);
  return out + data;
}

std::string make_list(const std::vector<std::string>& entries) {
  std::string out, data;
  put_u32(out, entries.size());
  for (const std::string& entry : entries) {
    put_u32(out, 4 + entries.size() * 8 + data.size());
    put_u32(out, entry.size());
    data += entry;
  }
  return out + data;
}

class Packer {
 public:
  void table(const std::string& name, const std::vector<std::pair<std::string, std::string>>& entries) { add(1, name, make_table(entries)); }
  void list(const std::string& name, const std::vector<std::string>& entries) { add(2, name, make_list(entries)); }

  std::string finish(uint32_t digest) const {
    std::string out("HIBTXT02", 8);
    put_u32(out, digest);
    std::string head, data;
    const size_t base = 20 + sections_.size() * 32;
    for (const Section& s : sections_) {
      std::string name = s.name;
      name.resize(16, '\0');
      head += name;
      put_u32(head, s.kind);
      put_u32(head, base + data.size());
      put_u32(head, s.data.size());
      put_u32(head, 0);
      data += s.data;
    }
    put_u32(out, base + data.size());
    put_u32(out, sections_.size());
    return out + head + data;
  }

 private:
  struct Section {
    uint32_t kind;
    std::string name, data;
  };
  void add(uint32_t kind, const std::string& name, std::string data) {
    data.resize((data.size() + 3) / 4 * 4, '\0');
    sections_.push_back({kind, name, std::move(data)});
  }
  std::vector<Section> sections_;
};

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) out += (i ? std::string(1, TextAssets::kField) : "") + parts[i];
  return out;
}

void add_lexicon(Packer& packer, const std::string& name, const BigJson& lexicon) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [word, value] : lexicon.items()) {
    if (value.is_string()) {
      entries.emplace_back(word, value.get<std::string>());
      continue;
    }
    // \1 tag \2 value (\3: none) \1 tag ...
    std::string text;
    for (const auto& [tag, reading] : value.items())
      text += TextAssets::kObject + tag + TextAssets::kField + (reading.is_null() ? std::string(1, TextAssets::kNull) : reading.get<std::string>());
    entries.emplace_back(word, text);
  }
  packer.table(name, entries);
}

void add_tagger(Packer& packer, const BigJson& tagger) {
  std::vector<std::string> tags = tagger["tags"].get<std::vector<std::string>>();
  std::sort(tags.begin(), tags.end());
  packer.list("tags", tags);
  const auto number = [&](const std::string& tag) {
    return static_cast<uint8_t>(std::lower_bound(tags.begin(), tags.end(), tag) - tags.begin());
  };
  std::vector<std::pair<std::string, std::string>> sure, vocab, weights;
  for (const auto& [word, tag] : tagger["tagdict"].items()) sure.emplace_back(word, std::string(1, static_cast<char>(number(tag))));
  for (const BigJson& word : tagger["vocab"]) vocab.emplace_back(word.get<std::string>(), "");
  for (const auto& [feature, by_tag] : tagger["weights"].items()) {
    // Tag and tenths; a tenth divided by ten is the double nearest to the decimal, as a parser would give.
    std::string text;
    for (const auto& [tag, weight] : by_tag.items()) {
      const auto tenths = static_cast<int32_t>(std::lround(weight.get<double>() * 10));
      if (static_cast<double>(tenths) / 10 != weight.get<double>()) throw std::runtime_error("tagger.json.gz: a weight with more than one decimal");
      text += static_cast<char>(number(tag));
      put_u32(text, static_cast<uint32_t>(tenths));
    }
    weights.emplace_back(feature, text);
  }
  packer.table("tagdict", sure);
  packer.table("tagvocab", vocab);
  packer.table("weights", weights);
}

void add_normalizer(Packer& packer, const Json& tables) {
  std::vector<std::pair<std::string, std::string>> titles, months;
  std::vector<std::string> names;
  for (const auto& [key, value] : tables["titles"].items()) {
    titles.emplace_back(key, value.get<std::string>());
    names.push_back(key);
  }
  for (const auto& [key, value] : tables["months"].items()) months.emplace_back(key, value.get<std::string>());
  packer.table("titles", titles);
  packer.table("months", months);
  packer.list("title_names", names);
  for (const char* name : {"abbreviations", "units", "symbols", "currency"}) {
    std::vector<std::string> rows;
    for (const auto& [key, value] : tables[name].items()) {
      std::vector<std::string> parts = {key};
      if (value.is_array())
        for (const Json& part : value) parts.push_back(part.get<std::string>());
      else parts.push_back(value.get<std::string>());
      rows.push_back(joined(parts));
    }
    packer.list(name, rows);
  }
  for (const char* name : {"roman_cardinal", "roman_ordinal"}) packer.list(name, tables[name].get<std::vector<std::string>>());
}

// Of names, sizes and times of the sources: a change is seen without reading 14 MB at each start.
uint32_t digest_of(const std::string& folder) {
  std::string facts;
  for (const char* name : kSources) {
    struct stat info;
    if (stat((folder + "/" + name).c_str(), &info) != 0) throw std::runtime_error(folder + "/" + name + ": " + std::strerror(errno));
    facts += std::string(name) + ":" + std::to_string(info.st_size) + ":" + std::to_string(info.st_mtime) + ";";
  }
  return static_cast<uint32_t>(hash_of(facts));
}

void pack(const std::string& folder, uint32_t digest) {
  Packer packer;
  for (const char* accent : {"us", "gb"})
    for (const char* grade : {"gold", "silver"})
      add_lexicon(packer, std::string(accent) + "_" + grade, load<BigJson>(folder, std::string("lexicon_") + accent + "_" + grade + ".json.gz"));
  add_tagger(packer, load<BigJson>(folder, "tagger.json.gz"));
  std::vector<std::pair<std::string, std::string>> exceptions, vocab;
  const Json pieces = load(folder, "tokenizer_exceptions.json"), ids = load(folder, "vocab.json");
  for (const auto& [key, value] : pieces.items()) exceptions.emplace_back(key, joined(value.get<std::vector<std::string>>()));
  for (const auto& [key, value] : ids.items()) vocab.emplace_back(key, std::to_string(value.get<int>()));
  packer.table("exceptions", exceptions);
  packer.table("vocab", vocab);
  add_normalizer(packer, load(folder, "normalize.json"));
  for (const auto& [file, prefix] : {std::pair{"oov.json", std::string("oov")}, std::pair{"oov_gb.json", std::string("oov_gb")}}) {
    const Json oov = load(folder, file);
    packer.list(prefix + "_in", oov["in"].get<std::vector<std::string>>());
    packer.list(prefix + "_out", oov["out"].get<std::vector<std::string>>());
  }
  const std::string data = packer.finish(digest), path = folder + "/text.pack", part = path + "." + std::to_string(getpid());
  {
    std::ofstream out(part, std::ios::binary);
    out << data;
    if (!out.flush()) {
      std::remove(part.c_str());
      throw std::runtime_error(path + ": cannot be written");
    }
  }
  if (std::rename(part.c_str(), path.c_str()) != 0) {
    std::remove(part.c_str());
    throw std::runtime_error(path + ": " + std::strerror(errno));
  }
}

}  // namespace

bool compile_text_assets(const std::string& folder, std::string* error) {
  try {
    const uint32_t digest = digest_of(folder);
    char head[12] = {};
    std::ifstream there(folder + "/text.pack", std::ios::binary);
    uint32_t known = 0;
    if (there.read(head, 12)) std::memcpy(&known, head + 8, 4);
    std::string ignored;
    if (there && known == digest && std::memcmp(head, "HIBTXT02", 8) == 0 && TextAssets::open(folder, &ignored)) return true;
    pack(folder, digest);
    return true;
  } catch (const std::exception& e) {
    *error = e.what();
    return false;
  }
}

}  // namespace hibari
