// Whole calls: from text to audio, streamed or not, greedy or sampled.
#include "goldens/checks.h"
#include "goldens/prompts.h"
#include "parity/reference_call.h"
#include "text/normalizer.h"
#include "text/splitter.h"

namespace chattts {
namespace {

// Of the codes that a reference pass makes of computed audio, the share that may lie on a border and fall the other way.
constexpr double kBorderCodes = 0.05;

Networks networks(const Subject& subject, bool dvae) {
  return {subject.gpt(), subject.decoder(), dvae ? subject.dvae() : nullptr, dvae ? subject.encoder() : nullptr, subject.vocos(), GfsqVariant::kA};
}

PromptMaker prompt_maker(const Subject& subject) {
  PromptMaker out;
  out.decorate_refine = refine_prompts;
  out.decorate_speech = speech_prompts;
  out.embed_refine = [&subject](const auto& decorated) { return embed_refine(subject, decorated); };
  out.embed_speech = [&subject](const auto& decorated, const InferCodeParams& params) { return embed_speech(subject, decorated, params); };
  out.decode = [&subject](const std::vector<int32_t>& ids) { return subject.tokenizer().decode(ids); };
  out.is_style_tag = is_style_tag;
  out.encode_prompt = encode_codes;
  return out;
}

template <class Params>
void make_greedy(Params& params, int64_t steps) {
  params.temperature = {kGreedy};
  params.min_new_token = params.max_new_token = steps;
}

std::optional<std::string> recorded(const Json& about, const char* key) {
  const Json list = about.value(key, Json::array());
  if (!list.is_array() || list.empty()) return {};
  return list[0].get<std::string>();
}

void reference_codes(const CallResult& result, const CallParams& params, Judgement& judge, const std::string& prefix) {
  if (!params.recorded_spk_smp || !result.reference_codes.defined()) return;
  const at::Tensor want = prompt_codes(*params.recorded_spk_smp);
  const bool same_shape = want.sizes() == result.reference_codes.sizes();
  const auto differ = same_shape ? (want != result.reference_codes).sum().item<int64_t>() : want.numel();
  judge.require(prefix + "spk_smp: " + std::to_string(differ) + " of " + std::to_string(want.numel()) + " codes",
                static_cast<double>(differ) <= kBorderCodes * static_cast<double>(want.numel()));
}

bool same_prompts(const CallResult& result, const Json& about) { return Json(result.prompts) == about["prompts"]; }

// The texts behind normalisation as the recorded prompts show them: whoever lacks the reference's homophone table starts there.
std::vector<std::string> normalised_texts(const Json& about, bool refined, bool reference_pass) {
  const std::string from = refined ? "[Sbreak]" : "[speed_5]", to = refined ? "[Pbreak]" : "[Ptts]";
  std::vector<std::string> out;
  const Json& prompts = about["prompts"];
  for (size_t g = !refined && reference_pass ? 1 : 0; g < (refined ? 1 : prompts.size()); ++g)
    for (const std::string prompt : prompts[g]) {
      const size_t begin = prompt.rfind(from) + from.size();
      out.push_back(prompt.substr(begin, prompt.rfind(to) - begin));
    }
  return out;
}

// By the reference's rules, but for its homophone table, of which the recorded texts hold no key.
std::string normalised(const std::string& text) {
  NormalizerRules rules;
  rules.compat = true;
  rules.homophones = false;
  return Normalizer().normalize(text, rules);
}

// Split and normalised by the chain's own parts, in compat.
std::vector<std::string> prepared_texts(const Json& text, bool split) {
  std::vector<std::string> out = text.is_string() && split ? split_as_reference(text.get<std::string>()) : texts_of(text);
  for (std::string& one : out) one = normalised(one);
  return out;
}

void decoded_and_wavs(const CallResult& result, Judgement& judge, const std::string& prefix) {
  for (size_t i = 0; i < result.decoded.size(); ++i) judge.floats(prefix + "decoded" + std::to_string(i), result.decoded[i]);
  judge.require(prefix + "decodes", !judge.has(prefix + "decoded" + std::to_string(result.decoded.size())));
  // Which samples are quiet depends on the rounding of single ones: lengths may differ by a few, and then the decodes alone are judged.
  for (size_t i = 0; i < result.wavs.size(); ++i)
    if (result.wavs[i].sizes() == judge.golden(prefix + "wav" + std::to_string(i)).sizes()) judge.floats(prefix + "wav" + std::to_string(i), result.wavs[i]);
}

CallResult e2e_call(const Subject& subject, const Json& about) {
  CallParams params;
  params.skip_refine_text = about.value("skip_refine", false);
  params.use_decoder = about.value("use_decoder", true);
  params.split_text = about.value("split_text", true);
  params.max_split_batch = about.value("max_split_batch", 4);
  params.recorded_spk_smp = recorded(about, "spk_smp");
  params.texts = normalised_texts(about, !params.skip_refine_text, params.recorded_spk_smp.has_value());
  params.refine.prompt = "[oral_2][laugh_0][break_6]";
  make_greedy(params.refine, about["text_steps"]);
  make_greedy(params.code, about["code_steps"]);
  if (about["spk_emb"].is_string()) params.code.spk_emb = about["spk_emb"].get<std::string>();
  return call(networks(subject, !params.use_decoder || params.split_text), prompt_maker(subject), params);
}

void e2e(const Subject& subject, const GoldenFolder& folder, Judgement& judge, bool tensors) {
  for (const Json& about : folder.json("e2e")) {
    const std::string prefix = numbered('e', about["case"]);
    const CallResult result = e2e_call(subject, about);
    if (tensors) {
      decoded_and_wavs(result, judge, prefix);
      continue;
    }
    CallParams params;
    params.recorded_spk_smp = recorded(about, "spk_smp");
    reference_codes(result, params, judge, prefix);
    judge.require(prefix + "prompts", same_prompts(result, about));
    judge.require(prefix + "decoded_lengths", Json(result.decoded_lengths) == about["decoded_lengths"]);
  }
}

CallResult infer_call(const Subject& subject, const Json& about, CallParams& params) {
  params.seed = about["seed"];
  params.use_decoder = about.value("use_decoder", true);
  params.split_text = about.value("split_text", true);
  params.max_split_batch = about.value("max_split_batch", 4);
  params.recorded_spk_smp = recorded(about, "spk_smp");
  params.texts = prepared_texts(about["text"], params.split_text);
  read_params(about["params_refine_text"], params.refine);
  read_params(about["params_infer_code"], params.code);
  if (about["spk_emb"].is_string()) params.code.spk_emb = about["spk_emb"].get<std::string>();
  return call(networks(subject, true), prompt_maker(subject), params);
}

void infer_sampled(const Subject& subject, const GoldenFolder& folder, Judgement& judge, bool tensors) {
  for (const Json& about : folder.json("infer_sampled")) {
    const std::string prefix = numbered('i', about["case"]);
    CallParams params;
    const CallResult result = infer_call(subject, about, params);
    if (!tensors) {
      reference_codes(result, params, judge, prefix);
      judge.require(prefix + "prompts", same_prompts(result, about));
      std::vector<std::vector<int64_t>> lengths;
      for (const Generated& made : result.generations) lengths.push_back(made.snapshots.back());
      judge.require(prefix + "lengths", Json(lengths) == about["lengths"]);
      continue;
    }
    for (size_t g = 0; g < result.drawn.size(); ++g) {
      const auto& steps = result.drawn[g];
      at::Tensor drawn = at::zeros({static_cast<int64_t>(steps.size()), static_cast<int64_t>(steps[0].size())}, at::kInt);
      for (size_t i = 0; i < steps.size(); ++i) std::copy(steps[i].begin(), steps[i].end(), drawn.data_ptr<int32_t>() + static_cast<int64_t>(i * steps[i].size()));
      judge.exact(prefix + "g" + std::to_string(g) + ".drawn", drawn);
    }
    decoded_and_wavs(result, judge, prefix);
  }
}

Json shapes(const std::vector<at::Tensor>& tensors) {
  Json out = Json::array();
  for (const at::Tensor& tensor : tensors) out.push_back(tensor.sizes().vec());
  return out;
}

// Chunks and the final decode follow from the recorded hidden states.
void stream(const Subject& subject, const GoldenFolder& folder, Judgement& judge, bool tensors) {
  for (const Json& about : folder.json("stream")) {
    const std::string prefix = numbered('s', about["case"]);
    CallParams params;
    params.stream = params.skip_refine_text = true;
    params.split_text = false;
    params.texts = texts_of(about["texts"]);
    for (std::string& text : params.texts) text = normalised(text);
    read_params(about["params"], params.code);
    make_greedy(params.code, about["tokens"]);
    params.code.spk_emb = folder.json("speaker")["speakers"][0]["spk_emb"].get<std::string>();
    const CallResult result = call(networks(subject, false), prompt_maker(subject), params);
    std::vector<at::Tensor> chunks;
    for (const auto& [generation, chunk] : result.chunks) chunks.push_back(chunk);
    if (!tensors) {
      judge.require(prefix + "decoded_lengths", Json(result.decoded_lengths) == about["decoded_lengths"]);
      judge.require(prefix + "decoded_samples", shapes(result.decoded) == about["decoded_samples"]);
      // The last chunk lacks the quiet samples of the tail, and which those are depends on rounding.
      Json wanted = about["chunk_shapes"], made = shapes(chunks);
      const int64_t off = made.size() == wanted.size() ? std::abs(made.back()[1].get<int64_t>() - wanted.back()[1].get<int64_t>()) : 1000;
      made.erase(made.size() - 1);
      wanted.erase(wanted.size() - 1);
      judge.require(prefix + "chunk_shapes", made == wanted && off <= 3);
      continue;
    }
    const GptDimensions& shape = subject.gpt()->shape();
    judge.exact(prefix + "ids", at::stack(codes_of(result.generations[0], shape)));
    judge.floats(prefix + "hidden", at::stack(hidden_of(result.generations[0], shape)));
    const at::Tensor audio = decode_padded(judge.golden(prefix + "hidden").unbind(0), *subject.decoder(), *subject.vocos());
    judge.floats(prefix + "final_wav", audio);
    // All decodes of the run, from the recorded states.
    ChunkCutter cutter(params.code);
    std::vector<at::Tensor> cut;
    at::Tensor last;
    for (const Json& lengths : about["decoded_lengths"]) {
      std::vector<at::Tensor> rows;
      for (const at::Tensor& row : judge.golden(prefix + "hidden").unbind(0)) rows.push_back(row.narrow(0, 0, lengths[rows.size()].get<int64_t>()));
      last = decode_padded(rows, *subject.decoder(), *subject.vocos());
      if (const at::Tensor chunk = cutter.snapshot(last); chunk.defined()) cut.push_back(chunk);
    }
    cut.push_back(cutter.tail(last));
    const at::Tensor joined = at::cat(cut, 1);
    if (joined.sizes() == judge.golden(prefix + "chunks").sizes()) judge.floats(prefix + "chunks", joined);
    else judge.require(prefix + "chunks, samples", std::abs(joined.size(1) - judge.golden(prefix + "chunks").size(1)) <= 3);
  }
}

void stream_batches(const Subject& subject, const GoldenFolder& folder, Judgement& judge, bool tensors) {
  const GptDimensions& shape = subject.gpt()->shape();
  for (const Json& about : folder.json("stream_batches")) {
    const std::string prefix = numbered('s', about["case"]);
    CallParams params;
    params.stream = params.skip_refine_text = true;
    params.seed = about["seed"];
    params.max_split_batch = about["max_split_batch"];
    params.texts = prepared_texts(about["text"], true);
    read_params(about["params"], params.code);
    read_params(about, params.code);
    params.recorded_spk_smp = recorded(about, "reference_pass");
    const CallResult result = call(networks(subject, true), prompt_maker(subject), params);
    if (!tensors) {
      reference_codes(result, params, judge, prefix);
      judge.require(prefix + "prompts", same_prompts(result, about));
    }
    for (size_t g = 0; g < result.generations.size(); ++g) {
      const std::string name = prefix + numbered('g', g);
      const Json& run = about["generations"][g];
      std::vector<at::Tensor> decoded, chunks;
      std::vector<std::vector<int64_t>> lengths;
      for (size_t i = 0; i < result.decoded.size(); ++i) {
        if (result.decoded_by[i] != g) continue;
        decoded.push_back(result.decoded[i]);
        lengths.push_back(result.decoded_lengths[i]);
      }
      for (const auto& [generation, chunk] : result.chunks)
        if (generation == g) chunks.push_back(chunk);
      if (!tensors) {
        judge.require(name + "decoded_lengths", Json(lengths) == run["decoded_lengths"]);
        judge.require(name + "chunk_shapes", shapes(chunks) == run["chunk_shapes"]);
        continue;
      }
      const std::vector<at::Tensor> ids = codes_of(result.generations[g], shape), hidden = hidden_of(result.generations[g], shape);
      const at::Tensor& want = judge.golden(name + "ids");
      at::Tensor all_ids = at::full(want.sizes(), -1, at::kLong), all_hidden = at::zeros(judge.golden(name + "hidden").sizes());
      for (size_t b = 0; b < ids.size(); ++b) {
        const int64_t n = std::min(ids[b].size(0), want.size(1));
        all_ids[static_cast<int64_t>(b)].narrow(0, 0, n).copy_(ids[b].narrow(0, 0, n));
        all_hidden[static_cast<int64_t>(b)].narrow(0, 0, n).copy_(hidden[b].narrow(0, 0, n));
      }
      judge.exact(name + "ids", all_ids);
      judge.floats(name + "hidden", all_hidden);
      if (judge.has(name + "chunks")) judge.floats(name + "chunks", at::cat(chunks, 1));
      if (judge.has(name + "wav")) judge.floats(name + "wav", decoded.back());
    }
  }
}

using Part = void (*)(const Subject&, const GoldenFolder&, Judgement&, bool);
Check part(Part check, bool tensors) {
  return [check, tensors](const Subject& s, const GoldenFolder& f, Judgement& j) { check(s, f, j, tensors); };
}

}  // namespace

const std::map<std::string, Check>& run_checks() {
  static const std::map<std::string, Check> kChecks = {
      {"e2e.safetensors", part(e2e, true)},
      {"e2e.json", part(e2e, false)},
      {"infer_sampled.safetensors", part(infer_sampled, true)},
      {"infer_sampled.json", part(infer_sampled, false)},
      {"stream.safetensors", part(stream, true)},
      {"stream.json", part(stream, false)},
      {"stream_batches.safetensors", part(stream_batches, true)},
      {"stream_batches.json", part(stream_batches, false)},
  };
  return kChecks;
}

}  // namespace chattts
