// Runs of the language model: greedy, sampled, interrupted, long.
#include <algorithm>

#include "goldens/checks.h"
#include "goldens/prompts.h"

namespace chattts {
namespace {


// What the steps of a run saw and drew.
struct Record {
  std::vector<at::Tensor> raw, scores, q;      // [rows, vocab] each
  std::vector<std::vector<int32_t>> drawn;
  StepObserver observer() {
    return [this](const at::Tensor& r, const at::Tensor& s, const at::Tensor& noise, const std::vector<int32_t>& ids) {
      raw.push_back(r.clone());
      scores.push_back(s.clone());
      q.push_back(noise);
      drawn.push_back(ids);
    };
  }
};

Sampling greedy_code(int64_t steps) {
  InferCodeParams params;
  params.temperature = {kGreedy};
  params.min_new_token = params.max_new_token = steps;
  return sampling_of(params);
}

at::Tensor stacked(const std::vector<at::Tensor>& rows) { return at::stack(rows); }

// A golden of one sampled run: survivors by falling score, their probabilities and draws, and what was taken.
void survivors(const Record& record, Judgement& judge, const std::string& prefix) {
  const at::Tensor& tokens = judge.golden(prefix + "survivor_token");
  const at::Tensor& drawn = judge.golden(prefix + "drawn");
  const int64_t steps = tokens.size(0), rows = tokens.size(1), most = tokens.size(2);
  at::Tensor probabilities = at::zeros({steps, rows, most}), draws = at::ones({steps, rows, most});
  int64_t other_tokens = 0;
  at::Tensor taken = at::full_like(drawn, -1);
  const int64_t made = std::min<int64_t>(steps, static_cast<int64_t>(record.scores.size()));
  for (int64_t i = 0; i < made; ++i) {
    const at::Tensor& scores = record.scores[static_cast<size_t>(i)];
    const at::Tensor probability = at::softmax(scores, 1);
    for (int64_t r = 0; r < rows; ++r) {
      const at::Tensor alive = (scores[r] > -INFINITY).nonzero().squeeze(1);
      const at::Tensor wanted = tokens[i][r].masked_select(tokens[i][r] >= 0).to(at::kLong);
      // Near-equal neighbours may swap, so the sets count, and values are looked up by token.
      if (!at::equal(alive, std::get<0>(wanted.sort()))) ++other_tokens;
      const int64_t n = wanted.size(0);
      probabilities[i][r].narrow(0, 0, n).copy_(probability[r].index_select(0, wanted));
      draws[i][r].narrow(0, 0, n).copy_(record.q[static_cast<size_t>(i)][r].index_select(0, wanted));
      taken[i][r] = record.drawn[static_cast<size_t>(i)][static_cast<size_t>(r)];
    }
  }
  judge.require(prefix + "entries", static_cast<int64_t>(record.scores.size()) == steps);
  judge.cases(prefix + "survivor_token", other_tokens, steps * rows);
  judge.floats(prefix + "survivor_prob", probabilities);
  judge.floats(prefix + "survivor_q", draws, 0);
  judge.exact(prefix + "drawn", taken);
}

void returned_ids(const Generated& generated, const GptDimensions& shape, Judgement& judge, const std::string& prefix) {
  const std::vector<at::Tensor> ids = codes_of(generated, shape);
  for (size_t b = 0; b < ids.size(); ++b) {
    const std::string name = prefix + "ids" + std::to_string(b);
    judge.exact(name, generated.rows[b].head == Head::kText ? ids[b].squeeze(1) : ids[b]);
  }
}

void greedy_code_run(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const Json about = folder.json("gpt_greedy_code");
  ReferenceRun run(subject.gpt(), 0);
  Record record;
  const Generated made = run.generate(Head::kCode, unpadded(judge.golden("inputs_embeds"), judge.golden("attention_mask")),
                                      greedy_code(about["steps"]), false, {}, record.observer());
  const GptDimensions& shape = subject.gpt()->shape();
  judge.exact("ids", codes_of(made, shape)[0]);
  judge.floats("hidden", hidden_of(made, shape)[0]);
  judge.floats("logits", stacked(record.raw));
  InferCodeParams params;
  read_params(about, params);
  judge.floats("inputs_embeds", embed_speech(subject, speech_prompts(texts_of(about["texts"]), params), params)[0].unsqueeze(0));
}

void greedy_text_run(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const Json about = folder.json("gpt_greedy_text");
  RefineTextParams params;
  params.temperature = {kGreedy};
  params.min_new_token = params.max_new_token = about["steps"];
  ReferenceRun run(subject.gpt(), 0);
  Record record;
  const Generated made = run.generate(Head::kText, unpadded(judge.golden("inputs_embeds"), judge.golden("attention_mask")), sampling_of(params), false,
                                      {}, record.observer());
  const GptDimensions& shape = subject.gpt()->shape();
  judge.exact("ids", codes_of(made, shape)[0].squeeze(1));
  judge.floats("hidden", hidden_of(made, shape)[0]);
  const at::Tensor raw = stacked(record.raw).squeeze(1), first = judge.golden("logits_first");
  judge.floats("logits_first", raw.narrow(0, 0, first.size(0)));
  const at::Tensor tokens = judge.golden("top16_token").to(at::kLong);
  judge.floats("top16_logit", raw.gather(1, tokens));
  const at::Tensor best = std::get<0>(std::get<1>(raw.topk(tokens.size(1), 1)).sort(1));
  judge.cases("top16_token", (best != std::get<0>(tokens.sort(1))).sum().item<int64_t>(), tokens.numel());
}

void greedy_text_json(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const Json about = folder.json("gpt_greedy_text");
  judge.require("decorated", refine_prompts(texts_of(about["texts"]), about["prompt"]) == about["decorated"].get<std::vector<std::string>>());
  std::vector<int32_t> kept;
  const at::Tensor ids = folder.tensors("gpt_greedy_text").at("ids").to(at::kInt);
  for (int64_t i = 0; i < ids.size(0); ++i)
    if (const int32_t id = ids[i].item<int32_t>(); !is_style_tag(id)) kept.push_back(id);
  judge.require("refined", subject.tokenizer().decode(kept) == about["refined"].get<std::string>());
}

void sampled(const Subject& subject, const GoldenFolder&, Judgement& judge, const Json& about, const std::string& prefix) {
  const bool code = about["kind"] == "code";
  RefineTextParams text;
  InferCodeParams speech;
  read_params(about["params"], text);
  read_params(about["params"], speech);
  ReferenceRun run(subject.gpt(), about["seed"].get<uint64_t>());
  Record record;
  const Generated made = run.generate(code ? Head::kCode : Head::kText, unpadded(judge.golden(prefix + "emb"), judge.golden(prefix + "attention_mask")),
                                      code ? sampling_of(speech) : sampling_of(text), false, {}, record.observer());
  survivors(record, judge, prefix);
  const GptDimensions& shape = subject.gpt()->shape();
  if (about.contains("yields")) judge.require(prefix + "yields", made.yielded == (about["yields"] != 0));
  if (made.yielded) returned_ids(made, shape, judge, prefix);
  if (judge.has("logits_first")) {
    const int64_t n = judge.golden("logits_first").size(0);
    judge.floats("logits_first", stacked({record.raw.begin(), record.raw.begin() + n}));
  }
  if (judge.has("q_every_step")) judge.floats("q_every_step", record.q[0], 0);
}

void sampled_file(const Subject& subject, const GoldenFolder& folder, Judgement& judge, const std::string& name) {
  const Json about = folder.json(name);
  if (!about.is_array()) return sampled(subject, folder, judge, about, "");
  for (const Json& one : about) sampled(subject, folder, judge, one, numbered('e', one["case"]));
}

void batch(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const Json about = folder.json("batch");
  InferCodeParams params;
  read_params(about, params);
  const GptDimensions& shape = subject.gpt()->shape();
  ReferenceRun run(subject.gpt(), 0);
  Record record;
  const Generated made = run.generate(Head::kCode, embed_speech(subject, speech_prompts(texts_of(about["texts"]), params), params),
                                      greedy_code(about["steps"]), false, {}, record.observer());
  const std::vector<at::Tensor> ids = codes_of(made, shape), hidden = hidden_of(made, shape);
  judge.exact("ids", stacked(ids));
  judge.floats("hidden", stacked(hidden));
  judge.floats("logits_last", record.raw.back().view({-1, shape.codebooks, shape.audio_tokens}));
  // Audio from what was recorded, so that only the decoders are judged.
  const at::Tensor& states = judge.golden("hidden");
  judge.floats("wav", decode_padded(states.unbind(0), *subject.decoder(), *subject.vocos()));
  judge.floats("wav_from_ids", decode_padded(judge.golden("ids").to(at::kLong).clamp_max(shape.audio_tokens - 2).unbind(0), *subject.dvae(), GfsqVariant::kA,
                                             *subject.vocos()));
}

void long_run(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const Json about = folder.json("gpt_long");
  InferCodeParams params;
  read_params(about, params);
  const GptDimensions& shape = subject.gpt()->shape();
  ReferenceRun run(subject.gpt(), 0);
  at::Tensor last;
  const std::vector<at::Tensor> prompt = embed_speech(subject, speech_prompts(texts_of(about["texts"]), params), params);
  const Generated made = run.generate(Head::kCode, prompt, greedy_code(about["steps"]), false, {},
                                      [&](const at::Tensor& raw, const at::Tensor&, const at::Tensor&, const std::vector<int32_t>&) { last = raw.clone(); });
  judge.exact("ids", codes_of(made, shape)[0]);
  judge.floats("hidden", hidden_of(made, shape)[0].index_select(0, judge.golden("at").to(at::kLong)));
  judge.floats("logits_last", last);
  judge.require("last_position", prompt[0].size(0) + about["steps"].get<int64_t>() - 2 == about["last_position"].get<int64_t>());
}

void interrupted(const Subject& subject, const GoldenFolder& folder, Judgement& judge, bool shapes) {
  const GptDimensions& shape = subject.gpt()->shape();
  for (const Json& about : folder.json("gpt_interrupt")) {
    const std::string prefix = numbered('i', about["case"]);
    InferCodeParams params;
    read_params(about, params);
    read_params(about.value("params", Json::object()), params);
    params.temperature = {kGreedy};
    params.min_new_token = params.max_new_token;
    ReferenceRun run(subject.gpt(), 0);
    const int64_t at = about["at"];
    const Generated made = run.generate(Head::kCode, embed_speech(subject, speech_prompts(texts_of(about["texts"]), params), params), sampling_of(params),
                                        about["stream"].get<bool>(), [at](int64_t step) { return step >= at; });
    if (shapes) {
      judge.require(prefix + "snapshots", made.snapshots == about["snapshots"].get<std::vector<std::vector<int64_t>>>());
      continue;
    }
    judge.exact(prefix + "ids", stacked(codes_of(made, shape)));
    judge.floats(prefix + "hidden", stacked(hidden_of(made, shape)));
  }
}

Check sampled_check(const std::string& name) {
  return [name](const Subject& subject, const GoldenFolder& folder, Judgement& judge) { sampled_file(subject, folder, judge, name); };
}

}  // namespace

const std::map<std::string, Check>& generation_checks() {
  static const std::map<std::string, Check> kChecks = {
      {"gpt_greedy_code.safetensors", greedy_code_run},
      {"gpt_greedy_text.safetensors", greedy_text_run},
      {"gpt_greedy_text.json", greedy_text_json},
      {"batch.safetensors", batch},
      {"gpt_long.safetensors", long_run},
      {"gpt_eos_first.safetensors", sampled_check("gpt_eos_first")},
      {"gpt_interrupt.safetensors", [](const Subject& s, const GoldenFolder& f, Judgement& j) { interrupted(s, f, j, false); }},
      {"gpt_interrupt.json", [](const Subject& s, const GoldenFolder& f, Judgement& j) { interrupted(s, f, j, true); }},
  };
  return kChecks;
}

Check sampled_run_check(const std::string& name) { return sampled_check(name); }

}  // namespace chattts
