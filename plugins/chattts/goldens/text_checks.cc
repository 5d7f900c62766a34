// Tokenizer, normalizer, splitter, speaker strings.
#include "goldens/checks.h"
#include "goldens/prompts.h"
#include "speaker/prompt_codes.h"
#include "speaker/vector.h"
#include "text/batch.h"
#include "text/normalizer.h"
#include "text/splitter.h"
#include "text/vocabulary.h"

namespace chattts {
namespace {

// The pairs that the recorded cases need.
constexpr char kHomophones[] = R"({"粡":"同","為":"位","瀹":"月","滆":"格","於":"鱼","與":"雨","骞":"前"})";

std::vector<int32_t> ids_of(const Json& json) { return json.get<std::vector<int32_t>>(); }

void tokenizer(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const WordPiece& tokens = subject.tokenizer();
  const Json about = folder.json("tokenizer");
  judge.require("len", tokens.vocabulary() == about["len"]);
  judge.require("special ids", tokens.id("[spk_emb]") == about["spk_emb_ids"] && tokens.id("[break_0]") == about["break_0_ids"] &&
                                   tokens.id("[Ebreak]") == about["eos_token"]);
  int64_t ids = 0, pieces = 0, decoded = 0;
  for (const Json& one : about["texts"]) {
    const std::vector<int32_t> made = tokens.encode(one["decorated"].get<std::string>());
    ids += made != ids_of(one["ids"]);
    std::vector<std::string> names;
    for (int32_t id : made) names.push_back(tokens.piece(id));
    pieces += names != one["tokens"].get<std::vector<std::string>>();
    decoded += tokens.decode(made) != one["decoded"].get<std::string>();
  }
  const auto total = static_cast<int64_t>(about["texts"].size());
  judge.cases("ids", ids, total);
  judge.cases("tokens", pieces, total);
  judge.cases("decoded", decoded, total);
  int64_t refined = 0;
  for (const Json& one : about["refined_decode"]) {
    std::vector<int32_t> kept = ids_of(one["ids"]);
    std::erase_if(kept, is_style_tag);
    refined += kept != ids_of(one["kept"]) || tokens.decode(kept) != one["text"].get<std::string>();
  }
  judge.cases("refined_decode", refined, static_cast<int64_t>(about["refined_decode"].size()));
}

void tokenizer_batches(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  for (const Json& about : folder.json("tokenizer_batches")) {
    const std::string prefix = numbered('b', about["batch"]);
    std::vector<std::vector<int32_t>> texts;
    for (const std::string text : about["decorated"]) texts.push_back(subject.tokenizer().encode(text));
    std::vector<int32_t> codes;
    if (about["spk_smp"].is_string()) {
      const PromptCodes prompt = parse_prompt_string(about["spk_smp"].get<std::string>());
      codes = prompt.codes;
      judge.exact(prefix + "prompt", at::tensor(at::ArrayRef<int32_t>(codes), at::kInt).view({static_cast<int64_t>(prompt.heads), -1}));
    }
    PromptBatch batch = assemble(texts, codes);
    const auto rows = static_cast<int64_t>(batch.rows), length = static_cast<int64_t>(batch.length);
    judge.exact(prefix + "input_ids", at::from_blob(batch.ids.data(), {rows, length, static_cast<int64_t>(batch.heads)}, at::kInt));
    judge.exact(prefix + "attention_mask", at::from_blob(batch.attention.data(), {rows, length}, at::kByte));
    judge.exact(prefix + "text_mask", at::from_blob(batch.text.data(), {rows, length}, at::kByte));
  }
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

void normalizer(const Subject&, const GoldenFolder& folder, Judgement& judge) {
  const auto table = std::make_shared<const Homophones>(Homophones::parse(kHomophones, "the pairs of the goldens"));
  Normalizer plain, registered;
  plain.set_homophones(table);
  registered.set_homophones(table);
  registered.add("zh", [](const std::string& text) { return replace_all(replace_all(text, "1", "一"), "%", "百分之"); });
  registered.add("en", [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  });
  int64_t differ = 0, detected = 0, total = 0;
  for (const Json& one : folder.json("normalizer")) {
    NormalizerRules rules;
    rules.compat = true;
    rules.text_normalization = one.value("do_text_normalization", true);
    rules.homophones = one.value("do_homophone_replacement", true);
    if (one.contains("lang") && one["lang"].is_string()) rules.language = one["lang"];
    const std::string text = one["in"];
    const Normalizer& one_of = one.contains("registered") ? registered : plain;
    differ += one_of.normalize(text, rules) != one["out"].get<std::string>();
    if (one.contains("detected")) detected += one["detected"] != Normalizer::detect(from_utf8(text));
    ++total;
  }
  judge.cases("out", differ, total);
  judge.cases("detected", detected, total);
}

void split_text(const Subject&, const GoldenFolder& folder, Judgement& judge) {
  int64_t differ = 0, total = 0;
  for (const Json& one : folder.json("split_text")) {
    const bool split = one.value("split_text", true) && one["text"].is_string();
    const std::vector<std::string> parts = split ? split_as_reference(one["text"].get<std::string>()) : texts_of(one["text"]);
    differ += parts != texts_of(one["parts"]);
    ++total;
  }
  judge.cases("parts", differ, total);
}

at::Tensor halves(const std::vector<uint16_t>& bits) {
  at::Tensor out = at::empty({static_cast<int64_t>(bits.size())}, at::kHalf);
  std::memcpy(out.data_ptr(), bits.data(), bits.size() * sizeof(uint16_t));
  return out.to(at::kFloat);
}

at::Tensor values(const SpeakerVector& vector) {
  at::Tensor out = at::empty({static_cast<int64_t>(vector.size())}, at::kDouble);
  for (size_t i = 0; i < vector.size(); ++i) out[static_cast<int64_t>(i)] = vector.at(i);
  return out.to(at::kFloat);
}

void speaker(const Subject&, const GoldenFolder& folder, Judgement& judge) {
  const Json about = folder.json("speaker");
  const SpeakerStatistics statistics = SpeakerStatistics::parse(about["spk_stat"].get<std::string>());
  judge.floats("stat.std", halves(statistics.deviation), 0);
  judge.floats("stat.mean", halves(statistics.mean), 0);
  for (const Json& one : about["speakers"]) {
    const SpeakerVector vector = parse_speaker_string(one["spk_emb"].get<std::string>());
    if (one.value("random", false)) {
      const uint64_t seed = one["manual_seed"];
      judge.floats("random.randn", halves(random_halves(statistics.mean.size(), seed)), 0);
      judge.floats("random.vector", values(random_speaker(statistics, seed)), 0);
      judge.floats("random.vector", values(vector), 0);
      continue;
    }
    const std::string prefix = numbered('s', one["seed"]);
    judge.floats(prefix + "vector", values(vector), 0);
    const std::vector<float> normalized = vector.normalized(0);
    judge.floats(prefix + "normalized", at::tensor(at::ArrayRef<float>(normalized), at::kFloat), 0);
  }
  for (const Json& one : about["prompts"])
    judge.exact("prompt" + std::to_string(one["prompt"].get<int>()) + ".ids", prompt_codes(one["spk_smp"]));
}

// Strings survive the way there and back; the compressed bytes may differ from the reference's.
void speaker_strings(const Subject&, const GoldenFolder& folder, Judgement& judge) {
  const Json about = folder.json("speaker");
  int64_t speakers = 0, prompts = 0, texts = 0;
  for (const Json& one : about["speakers"]) {
    const SpeakerVector vector = parse_speaker_string(one["spk_emb"].get<std::string>());
    speakers += parse_speaker_string(speaker_string(vector)).bytes != vector.bytes;
  }
  for (const Json& one : about["prompts"]) {
    const at::Tensor codes = prompt_codes(one["spk_smp"]);
    prompts += !at::equal(prompt_codes(encode_codes(codes)), codes) || codes.size(1) != one["length"].get<int64_t>();
  }
  for (const Json& one : about["base16384"]) {
    const std::string hex = one["hex"], text = one["text"];
    Bytes bytes;
    for (size_t i = 0; i < hex.size(); i += 2) bytes.push_back(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    texts += to_base16384(bytes) != text || from_base16384(text) != bytes;
  }
  judge.cases("speakers", speakers, static_cast<int64_t>(about["speakers"].size()));
  judge.cases("prompts", prompts, static_cast<int64_t>(about["prompts"].size()));
  judge.cases("base16384", texts, static_cast<int64_t>(about["base16384"].size()));
}

}  // namespace

const std::map<std::string, Check>& text_checks() {
  static const std::map<std::string, Check> kChecks = {
      {"tokenizer.json", tokenizer},     {"tokenizer_batches.safetensors", tokenizer_batches}, {"normalizer.json", normalizer},
      {"split_text.json", split_text},   {"speaker.safetensors", speaker},                     {"speaker.json", speaker_strings},
  };
  return kChecks;
}

}  // namespace chattts
