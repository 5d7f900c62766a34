// Decoder, DVAE, Vocos, mel, embeddings and prefill.
#include "goldens/checks.h"
#include "goldens/prompts.h"
#include "nn/generation.h"

namespace chattts {
namespace {

// Stage tensors were stored in part: the first `rows` rows and as many frames as the golden has along `dim`.
at::Tensor like_golden(const Judgement& judge, const std::string& name, const at::Tensor& whole) {
  at::Tensor out = whole;
  const at::Tensor& golden = judge.golden(name);
  for (int64_t d = 0; d < out.dim() && d < golden.dim(); ++d)
    if (golden.size(d) < out.size(d)) out = out.narrow(d, 0, golden.size(d));
  return out;
}

// Compares what a layer of that name made, where it was recorded.
Observer compare(Judgement& judge) {
  return [&judge](const std::string& name, const at::Tensor& made) {
    if (judge.has(name)) judge.floats(name, like_golden(judge, name, made));
  };
}

void decoder(const Subject& subject, const GoldenFolder&, Judgement& judge) {
  const at::Tensor mel = subject.decoder()->decode(judge.golden("input"), compare(judge));
  judge.floats("mel", mel);
  judge.floats("wav", subject.vocos()->decode(mel));
}

void vocos(const Subject& subject, const GoldenFolder&, Judgement& judge) {
  judge.floats("wav", subject.vocos()->decode(judge.golden("mel"), compare(judge)));
}

// Names behind the plain ones say which release of the quantiser made them.
const std::map<std::string, GfsqVariant>& variants() {
  static const std::map<std::string, GfsqVariant> kVariants = {{"", GfsqVariant::kA},
                                                               {".1.12.0", GfsqVariant::kZ},
                                                               {".1.12.8", GfsqVariant::kA0},
                                                               {".1.25.0", GfsqVariant::kB},
                                                               {".1.32.0", GfsqVariant::kC}};
  return kVariants;
}

void dvae_decode(const Subject& subject, const GoldenFolder&, Judgement& judge) {
  const auto dvae = subject.dvae();
  for (const auto& [suffix, variant] : variants()) {
    if (!judge.has("mel" + suffix)) continue;
    const at::Tensor features = dvae->quantizer.decode(judge.golden("ids"), variant);
    judge.floats("vq_feat" + suffix, features);
    judge.floats("mel" + suffix, dvae->decoder.decode(features, suffix.empty() ? compare(judge) : Observer()));
  }
}

void dvae_encode(const Subject& subject, const GoldenFolder&, Judgement& judge) {
  const auto encoder = subject.encoder();
  const at::Tensor mel = judge.golden(judge.has("mel") ? "mel" : "mel_from_wav");
  if (judge.has("wav")) {
    judge.floats("mel_from_wav", encoder->log_mel()(judge.golden("wav")));
    judge.exact("ids", encoder->encode(judge.golden("wav"), GfsqVariant::kA), judge.golden("ids_stable_from_wav"));
  }
  for (const auto& [suffix, variant] : variants()) {
    if (!judge.has("ids" + suffix)) continue;
    judge.exact("ids" + suffix, encoder->encode_mel(mel, variant, suffix.empty() ? compare(judge) : Observer()), judge.golden("ids_stable" + suffix));
  }
}

void mel(const Subject& subject, const GoldenFolder&, Judgement& judge) {
  const auto encoder = subject.encoder();
  for (size_t i = 0; judge.has(numbered('a', i) + "wav"); ++i) {
    const std::string name = numbered('a', i);
    judge.floats(name + "log_mel", encoder->log_mel()(judge.golden(name + "wav")));
    if (judge.has(name + "vocos_log_mel")) judge.floats(name + "vocos_log_mel", encoder->log_mel()(judge.golden(name + "wav"), 1e-7));
  }
}

at::Tensor rows_without_padding(const at::Tensor& embeds, const at::Tensor& mask, int64_t row) {
  return embeds[row].index_select(0, mask[row].nonzero().squeeze(1));
}

void prefill(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const auto& gpt = subject.gpt();
  for (const std::string tag : {"single", "batch"}) {
    const at::Tensor embeds = judge.golden(tag + ".inputs_embeds"), mask = judge.golden(tag + ".attention_mask");
    at::Tensor hidden = at::zeros_like(embeds), last = at::zeros({embeds.size(0), embeds.size(2)});
    at::Tensor positions = at::ones_like(judge.golden(tag + ".position_ids"));
    for (int64_t b = 0; b < embeds.size(0); ++b) {
      const at::Tensor row = rows_without_padding(embeds, mask, b);
      KvCache cache = gpt->make_cache(row.size(0));
      const Gpt::LayerObserver observe = [&](int64_t layer, const at::Tensor& residual) {
        const std::string name = tag + ".layer" + std::to_string(layer);
        if (judge.has(name)) judge.floats(name, residual.unsqueeze(0));
      };
      const at::Tensor states = gpt->prefill(row, cache, observe).cpu();
      const int64_t from = embeds.size(1) - row.size(0);
      hidden[b].narrow(0, from, row.size(0)).copy_(states);
      positions[b].narrow(0, from, row.size(0)).copy_(at::arange(row.size(0)));
      last[b].copy_(states[-1]);
    }
    judge.exact(tag + ".position_ids", positions);
    judge.floats(tag + ".hidden", hidden);
    judge.floats(tag + ".logits_code", gpt->code_scores(last.to(subject.placement().device)));
    if (judge.has(tag + ".logits_text")) judge.floats(tag + ".logits_text", gpt->text_scores(last.to(subject.placement().device)));
  }
  if (!judge.has("long.input_ids")) return;
  const Json about = folder.json("gpt_prefill");
  const at::Tensor ids = judge.golden("long.input_ids")[0].to(at::kLong), text = judge.golden("long.text_mask")[0].to(at::kBool);
  KvCache cache = gpt->make_cache(ids.size(0));
  const at::Tensor states = gpt->prefill(embed_with_speaker(*gpt, ids, text, speaker_vector(about["spk_emb"])), cache);
  judge.floats("long.hidden", states.cpu().index_select(0, judge.golden("long.at").to(at::kLong)));
  judge.floats("long.logits_code", gpt->code_scores(states.slice(0, -1)));
}

void embed(const Subject& subject, const GoldenFolder& folder, Judgement& judge) {
  const auto& gpt = subject.gpt();
  const Json about = folder.json("embed");
  for (const std::string tag : {"plain", "speaker", "prompt"}) {
    const at::Tensor ids = judge.golden(tag + ".input_ids").to(at::kLong), text = judge.golden(tag + ".text_mask").to(at::kBool);
    std::vector<at::Tensor> rows;
    for (int64_t b = 0; b < ids.size(0); ++b)
      rows.push_back(embed_with_speaker(*gpt, ids[b], text[b], tag == "plain" ? at::Tensor() : speaker_vector(about["spk_emb"])));
    judge.floats(tag + ".emb", at::stack(rows));
  }
}

}  // namespace

const std::map<std::string, Check>& network_checks() {
  static const std::map<std::string, Check> kChecks = {
      {"decoder.safetensors", decoder},         {"vocos.safetensors", vocos},
      {"vocos_cap.safetensors", vocos},         {"dvae_decode.safetensors", dvae_decode},
      {"dvae_decode_old.safetensors", dvae_decode}, {"dvae_encode.safetensors", dvae_encode},
      {"dvae_encode_old.safetensors", dvae_encode}, {"mel.safetensors", mel},
      {"mel_floor.safetensors", mel},           {"gpt_prefill.safetensors", prefill},
      {"embed.safetensors", embed},
  };
  return kChecks;
}

}  // namespace chattts
