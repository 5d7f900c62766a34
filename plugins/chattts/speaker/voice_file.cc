#include "voice_file.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <syrinx/sdk.hpp>

#include "prompt_codes.h"
#include "tensor_file.h"
#include "text/unicode.h"

namespace chattts {
namespace {

using Json = syrinx::Json;

constexpr char kVoiceHint[] = "voices are .json, .txt, .csv and .pt files";
constexpr size_t kMostVoiceBytes = 16u << 20;
constexpr const char* kVectorKeys[] = {"spk_emb", "tensor", "embedding", "emb", "vector", "data"};
// From the smallest mantissa up, so that what holds all values of a voice is what they were made
// in.
constexpr Float kTypes[] = {Float::kBrain, Float::kHalf, Float::kSingle, Float::kDouble};

[[noreturn]] void reject(const std::string& name, const std::string& what) {
  throw syrinx::Failure(syrinx::invalid, name + ": " + what, kVoiceHint);
}

bool is_string(std::string_view text) {
  const U32 characters = from_utf8(strip(text));
  return !characters.empty() && std::all_of(characters.begin(), characters.end(), [](char32_t c) {
    return (c >= 0x4E00 && c < 0x8E00) || (c > 0x3D00 && c < 0x3D07);
  });
}

SpeakerVector of_values(const std::vector<double>& values, std::optional<Float> type,
                        const std::string& name) {
  if (values.empty()) reject(name, "holds no numbers");
  SpeakerVector whole = SpeakerVector::zeros(Float::kDouble, values.size());
  for (size_t i = 0; i < values.size(); ++i) whole.set(i, values[i]);
  if (type) return whole.as(*type);
  // Tools write single floats with nine digits, which do not name them exactly.
  bool singles = true;
  for (double value : values) {
    char digits[32];
    std::snprintf(digits, sizeof(digits), "%.9g", value);
    singles = singles && std::strtod(digits, nullptr) == value;
  }
  for (Float candidate : kTypes) {
    bool exact = false;
    SpeakerVector out = whole.as(candidate, &exact);
    if (exact || (candidate == Float::kSingle && singles)) return out;
  }
  return whole;
}

void collect(const Json& list, std::vector<double>& out, const std::string& name) {
  for (const Json& value : list) {
    if (value.is_array() && list.size() == 1) return collect(value, out, name);  // [[...]]
    if (!value.is_number())
      reject(name, "the list has something that is no number at " + std::to_string(out.size()));
    out.push_back(value.get<double>());
  }
}

std::optional<Float> type_named(const Json& object, const std::string& name) {
  const auto found = object.find("dtype");
  if (found == object.end() || !found->is_string()) return std::nullopt;
  for (Float type : kTypes)
    if (*found == name_of(type)) return type;
  reject(name, "the dtype \"" + found->get<std::string>() + "\" is none of f16, bf16, f32, f64");
}

Voice of_object(const Json& object, const std::string& name) {
  Voice out;
  const auto text = [&](const char* key, std::string& to) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return;
    if (!found->is_string()) reject(name, std::string("\"") + key + "\" is no text");
    to = found->get<std::string>();
  };
  text("spk_smp", out.codes);
  text("txt_smp", out.transcript);
  text("name", out.name);
  text("license", out.licence);
  text("licence", out.licence);
  for (const char* key : kVectorKeys) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) continue;
    if (found->is_string()) {
      out.embedding = parse_speaker_string(found->get<std::string>());
    } else if (found->is_array()) {
      std::vector<double> values;
      collect(*found, values, name);
      out.embedding = of_values(values, type_named(object, name), name);
    } else {
      reject(name, std::string("\"") + key + "\" is neither a string nor a list");
    }
    break;
  }
  if (out.embedding || !out.codes.empty()) return out;
  // One voice under its name, as lists of voices have it.
  if (object.size() == 1 && object.begin()->is_object() && !object.begin()->begin()->is_object()) {
    out = of_object(*object.begin(), name);
    if (out.name.empty()) out.name = object.begin().key();
    return out;
  }
  if (object.size() > 1 && std::all_of(object.begin(), object.end(),
                                       [](const Json& value) { return value.is_object(); }))
    throw syrinx::Failure(syrinx::invalid,
                          name + ": holds " + std::to_string(object.size()) + " voices",
                          "put the one you mean in a file of its own");
  reject(
      name,
      "has neither a vector (spk_emb, tensor, embedding, emb, vector, data) nor codes (spk_smp)");
}

Voice of_numbers(std::string text, const std::string& name) {
  for (char& c : text)
    if (std::strchr(",;[]()\t\r\n", c)) c = ' ';
  std::vector<double> values;
  const char* at = text.c_str();
  for (;;) {
    while (*at == ' ') ++at;
    if (!*at) break;
    char* end = nullptr;
    const double value = std::strtod(at, &end);
    if (end == at || (*end && *end != ' '))
      reject(name, "value " + std::to_string(values.size() + 1) + ", \"" +
                       std::string(at).substr(0, std::min<size_t>(20, std::strcspn(at, " "))) +
                       "\", is no number; nor is the whole a speaker string");
    values.push_back(value);
    at = end;
  }
  Voice out;
  out.embedding = of_values(values, std::nullopt, name);
  return out;
}

// Names every value of a type, and no more digits than that needs.
std::string decimal(const SpeakerVector& vector, size_t i) {
  if (vector.at(i) == 0)
    return std::signbit(vector.at(i)) ? "-0.0"
                                      : "0.0";  // JSON readers take "-0" for a whole number
  char digits[40];
  for (int precision = 6; precision <= 17; ++precision) {
    std::snprintf(digits, sizeof(digits), "%.*g", precision, vector.at(i));
    if (std::strtod(digits, nullptr) == vector.at(i)) break;
  }
  return digits;
}

std::string ending_of(const std::string& path) {
  const size_t dot = path.rfind('.');
  std::string out =
      dot == std::string::npos || path.find('/', dot) != std::string::npos ? "" : path.substr(dot);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

Voice parse_voice(const Bytes& bytes, const std::string& name) {
  if (bytes.size() > 1 && ((bytes[0] == 'P' && bytes[1] == 'K') || bytes[0] == 0x80)) {
    Voice out;
    out.embedding = read_tensor_file(bytes, name);
    return out;
  }
  std::string text(bytes.begin(), bytes.end());
  if (text.compare(0, 3, "\xEF\xBB\xBF") == 0) text.erase(0, 3);
  if (is_string(text)) {
    Voice out;
    out.embedding = parse_speaker_string(text);
    return out;
  }
  const std::string_view start = strip(std::string_view(text));
  if (!start.empty() && (start[0] == '{' || start[0] == '[')) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_object()) return of_object(json, name);
    if (json.is_array()) {
      std::vector<double> values;
      collect(json, values, name);
      Voice out;
      out.embedding = of_values(values, std::nullopt, name);
      return out;
    }
    if (start[0] == '{') reject(name, "is no JSON");
  }
  return of_numbers(std::move(text), name);
}

Voice read_voice(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  Bytes bytes;
  char block[65536];
  while (in.read(block, sizeof(block)) || in.gcount() > 0) {
    bytes.insert(bytes.end(), block, block + in.gcount());
    if (bytes.size() > kMostVoiceBytes) reject(path, "is larger than any voice");
  }
  if (!in.eof())
    throw syrinx::Failure(syrinx::not_found, "cannot read " + path + ": " + std::strerror(errno),
                          kVoiceHint);
  return parse_voice(bytes, path);
}

Bytes format_voice(const Voice& voice, const std::string& ending, VoiceStyle style,
                   std::vector<std::string>* lost) {
  const auto bytes = [](std::string_view text) { return Bytes(text.begin(), text.end()); };
  const bool own = ending == ".json" && style == VoiceStyle::kOwn;
  if (!own) {
    if (!voice.embedding)
      throw syrinx::Failure(
          syrinx::invalid, "the voice has no vector, which is all that a " + ending + " file holds",
          "write a .json file");
    if (!voice.codes.empty()) lost->push_back("the codes of its recording (spk_smp, txt_smp)");
    if (!voice.name.empty() || !voice.licence.empty()) lost->push_back("its name and licence");
  }
  for (size_t i = 0; voice.embedding && ending != ".pt" && i < voice.embedding->size(); ++i)
    if (!std::isfinite(voice.embedding->at(i)))
      throw syrinx::Failure(syrinx::invalid,
                            "value " + std::to_string(i) +
                                " of the voice is no finite number, which text cannot hold",
                            "write a .pt file");
  if (own) {
    Json out = Json::object();
    if (!voice.name.empty()) out["name"] = voice.name;
    if (!voice.licence.empty()) out["licence"] = voice.licence;
    if (voice.embedding && voice.embedding->type == Float::kHalf) {
      out["spk_emb"] = speaker_string(*voice.embedding);
    } else if (voice.embedding) {
      Json values = Json::array();
      for (size_t i = 0; i < voice.embedding->size(); ++i) values.push_back(voice.embedding->at(i));
      out["dtype"] = name_of(voice.embedding->type);
      out["spk_emb"] = values;
    }
    if (!voice.codes.empty()) out["spk_smp"] = voice.codes;
    if (!voice.transcript.empty()) out["txt_smp"] = voice.transcript;
    return bytes(out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  const SpeakerVector& vector = *voice.embedding;
  if (ending == ".pt") return write_tensor_file(vector);
  if (ending == ".txt") {
    bool exact = false;
    vector.as(Float::kHalf, &exact);
    if (vector.type != Float::kHalf)
      lost->push_back(std::string("the type ") + name_of(vector.type) + "; a string holds halves" +
                      (exact ? "" : ", to which values were rounded"));
    return bytes(speaker_string(vector) + "\n");
  }
  std::string out;
  for (size_t i = 0; i < vector.size(); ++i)
    out += (i ? (ending == ".json" ? ", " : ",") : "") + decimal(vector, i);
  if (ending == ".json") return bytes("[" + out + "]\n");
  if (ending == ".csv") return bytes(out + "\n");
  throw syrinx::Failure(syrinx::invalid, "there is no format for \"" + ending + "\"", kVoiceHint);
}

std::vector<std::string> write_voice(const Voice& voice, const std::string& path,
                                     VoiceStyle style) {
  std::vector<std::string> lost;
  const Bytes bytes = format_voice(voice, ending_of(path), style, &lost);
  std::error_code ignored;
  const auto there = std::filesystem::symlink_status(path, ignored);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
    reject(path, "is no file, and is not replaced");
  const std::string partial = path + ".partial";
  std::FILE* file = std::fopen(partial.c_str(), "wb");
  bool good = file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (file) good = std::fclose(file) == 0 && good;
  if (!good || std::rename(partial.c_str(), path.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    std::remove(partial.c_str());
    throw syrinx::Failure(syrinx::invalid, "cannot write " + path + ": " + reason,
                          "is there a folder, and room?");
  }
  return lost;
}

Voice voice_of(const std::string& text) {
  if (!is_string(text)) return read_voice(text);
  Voice out;
  out.embedding = parse_speaker_string(text);
  return out;
}

}  // namespace chattts
