#include "core/ab/report_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/ab/audio.h"
#include "core/ab/html.h"
#include "core/ab/picture.h"
#include "core/ab/text.h"
#include "core/ab/words.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

using html::at;
using html::safe;
using html::Table;
using html::text_of;
using html::trace_command;

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t') out.emplace_back();
    else out.back() += c;
  }
  std::erase(out, "");
  return out;
}

// B with what it has and A has not as <ins>, and the other way round as <del>.
std::string marked_difference(const std::string& a, const std::string& b) {
  std::vector<std::string> from = split_words(a), to = split_words(b);
  const bool words = from.size() > 3 || to.size() > 3;
  if (!words) {
    // Text without spaces: characters.
    const auto characters = [](const std::string& text) {
      std::vector<std::string> out;
      for (const char c : text) {
        if (out.empty() || (static_cast<unsigned char>(c) & 0xC0) != 0x80) out.emplace_back();
        out.back() += c;
      }
      return out;
    };
    from = characters(a), to = characters(b);
  }
  const Edit edits = edit(from, to);
  std::string out;
  size_t i = 0, j = 0;
  char open = '=';
  const auto turn = [&](char kind) {
    if (kind == open) return;
    if (open != '=') out += open == 'I' ? "</ins>" : "</del>";
    if (words && !out.empty()) out += ' ';
    if (kind != '=') out += kind == 'I' ? "<ins>" : "<del>";
    open = kind;
  };
  const auto put = [&](char kind, const std::string& piece) {
    const bool first = kind != open;
    turn(kind);
    if (words && !first && !out.empty()) out += ' ';
    out += safe(piece);
  };
  for (const char op : edits.ops) {
    if (op == 'S' || op == 'D') put('D', from[i]);
    if (op == 'S' || op == 'I') put('I', to[j]);
    if (op == '=') put('=', to[j]);
    i += op != 'I', j += op != 'D';
  }
  turn('=');
  return out;
}

class TextsReport {
 public:
  TextsReport(const std::string& folder, const Json& result, const ReportOptions& options) : folder_(folder), r_(result), options_(options), baseline_(text_of(r_["arms"][0]["name"])) {
    for (const char* name : {"rtf", "first_chunk_s", "units_per_s", "longest_pause_s", "hnr_db"}) shown_.emplace_back(name);
    for (const Json& metric : r_["metrics"])
      if (metric.contains("source")) shown_.push_back(text_of(metric["name"]));
  }

  core::Result<std::string> texts() {
    std::vector<const Json*> items;
    for (const Json& item : r_["items"]) items.push_back(&item);
    std::string first;
    for (const Json& metric : r_["metrics"])
      if (metric["family"] == "primary" && first.empty()) first = text_of(metric["name"]);
    const auto rank = [&](const Json* item) {
      double most = 0;
      for (const auto& [arm, values] : (*item)["metrics"].items()) {
        const Json &a = at(at((*item)["metrics"], baseline_), first), &b = at(values, first);
        if (a.is_number() && b.is_number()) most = std::max(most, std::abs(b.get<double>() - a.get<double>()));
      }
      return most;
    };
    std::stable_sort(items.begin(), items.end(), [&](const Json* a, const Json* b) { return rank(a) > rank(b); });
    std::string out = "<p><label for=\"filter\">Show</label> <select id=\"filter\"><option value=\"all\">all</option><option value=\"differs\">those that differ</option><option value=\"same\">those that do not</option><option value=\"failed\">failed</option></select>";
    if (options_.blind) out += " <button type=\"button\" id=\"reveal\">Reveal</button>";
    out += " <label><input type=\"checkbox\" id=\"level\" checked> equal loudness</label></p>\n";
    if (!options_.embed) {
      std::error_code error;
      fs::create_directories(fs::path(folder_) / "pictures", error);
    }
    for (const Json* item : items) {
      auto made = article(*item);
      if (!made) return made;
      out += *made;
    }
    return out;
  }

 private:
  // A file beside the page, or inside it.
  core::Result<std::string> placed(const std::string& name, const std::string& bytes, const char* type) const {
    if (options_.embed) return fmt::format("data:{};base64,{}", type, base64(bytes));
    if (auto written = write_whole((fs::path(folder_) / name).string(), bytes); !written) return std::move(written).errors();
    return name;
  }

  // What was handed to the tokenizer, against the baseline's; and what judges heard.
  std::string said(const Json& item) const {
    std::string out;
    const Json &said = at(item, "spoken_text"), &base = at(said, baseline_);
    if (base.is_string()) {
      bool differs = false;
      for (const auto& [arm, text] : said.items()) {
        if (text == base) continue;
        differs = true;
        out += fmt::format("<p>{} says: {}</p>", safe(arm), marked_difference(text_of(base), text_of(text)));
      }
      if (text_of(base) != text_of(item["text"]) || differs) out = fmt::format("<p class=\"quiet\">{} says: {}</p>", safe(baseline_), safe(text_of(base))) + out;
    }
    for (const auto& [arm, d] : item["divergence"].items())
      if (at(d, "at").is_object()) out += fmt::format("<p>{}: {}</p>", safe(arm), safe(text_of(at(at(d, "at"), "text"))));
    for (const auto& [arm, forced] : at(item, "forced").items()) out += fmt::format("<p>{}: {}</p>", safe(arm), safe(text_of(at(forced, "text"))));
    for (const auto& [arm, judges] : at(item, "heard").items())
      for (const auto& [judge, text] : judges.items()) out += fmt::format("<p class=\"quiet\">{} heard in {}: {}</p>", safe(judge), safe(arm), safe(text_of(text)));
    for (const auto& [arm, rate] : at(item, "resampled").items()) out += fmt::format("<p class=\"quiet\">Rates differ: distances of {} at {} Hz.</p>", safe(arm), text_of(rate));
    for (const Json& arm : r_["arms"])
      if (r_["arms"].size() <= 4 && at(item["status"], text_of(arm["name"])).is_object()) out += fmt::format("<p class=\"quiet\">Trace of {0}: <code>{1}</code> (<a href=\"config/{0}.yaml\">configuration</a>)</p>", safe(text_of(arm["name"])), safe(trace_command(text_of(arm["name"]), item)));
    return out;
  }

  // Players may be brought to the level of the quietest, so that none is louder.
  static double quietest_of(const Json& item) {
    double out = 0;
    for (const auto& [arm, values] : item["metrics"].items())
      if (at(values, "lufs").is_number()) out = std::min(out, at(values, "lufs").get<double>());
    return out;
  }

  // A line over the pictures where the arms part.
  std::string parting_marker(const Json& item, const std::string& arm, double seconds) const {
    const auto time_of = [&](const std::string& name) { return at(at(at(item["divergence"], name), "at"), "time_s"); };
    Json time = time_of(arm);
    if (arm == baseline_)
      for (const auto& [other, d] : item["divergence"].items())
        if (time.is_null()) time = time_of(other);
    if (!time.is_number() || seconds <= 0) return "";
    return fmt::format("<svg viewBox=\"0 0 640 8\" width=\"640\" height=\"8\" style=\"max-width:100%\" role=\"img\" aria-label=\"the arms part at {0} s\"><rect class=\"dot\" x=\"{1:.1f}\" width=\"3\" height=\"8\"><title>the arms part at {0} s</title></rect></svg>",
                       number(time), 640 * std::min(1.0, time.get<double>() / seconds));
  }

  core::Result<std::string> players(const Json& item) const {
    struct Sound {
      std::string arm;
      std::vector<double> x;
      int rate;
      Spectrum spectrum;
    };
    std::vector<Sound> sounds;
    double seconds = 0.01, top = 0;
    std::string out = "<div class=\"sides\">";
    for (const Json& entry : r_["arms"]) {
      const std::string arm = text_of(entry["name"]), file = text_of(at(at(at(item, "outputs"), arm), "audio"));
      if (file.empty()) continue;
      auto audio = read_wav((fs::path(folder_) / file).string());
      if (!audio) return std::move(audio).errors();
      Sound& sound = sounds.emplace_back(Sound{arm, audio->mono(), audio->rate, {}});
      sound.spectrum = short_time_spectrum(sound.x, sound.rate);
      seconds = std::max(seconds, static_cast<double>(sound.x.size()) / sound.rate);
      for (const double m : sound.spectrum.magnitude) top = std::max(top, m);
    }
    const std::string id = text_of(item["id"]), seed = text_of(at(item, "seed"));
    const double quietest = quietest_of(item);
    for (const Sound& sound : sounds) {
      const std::string base = fmt::format("pictures/{}.{}.{}", id, seed, sound.arm), file = text_of(item["outputs"][sound.arm]["audio"]);
      auto wave = placed(base + ".wave.png", waveform_png(sound.x, sound.rate, seconds), "image/png");
      if (!wave) return wave;
      auto spectrum = placed(base + ".spectrum.png", spectrogram_png(sound.spectrum, sound.rate, seconds, top), "image/png");
      if (!spectrum) return spectrum;
      std::string player = file;
      if (options_.embed) {
        auto bytes = read_text((fs::path(folder_) / file).string());
        if (!bytes) return bytes;
        player = "data:audio/wav;base64," + base64(*bytes);
      }
      const Json& m = at(item["metrics"], sound.arm);
      const std::string marker = parting_marker(item, sound.arm, seconds);
      const std::string says = fmt::format("{} s, {} LUFS, median pitch {} Hz", number(at(m, "duration_s")), number(at(m, "lufs")), number(at(m, "median_hz")));
      out += fmt::format("<figure><figcaption><span class=\"arm-name\">{0}</span>: {1}</figcaption><audio controls preload=\"none\" src=\"{2}\" data-gain-db=\"{7:.2f}\" aria-label=\"{3}, {0}\"></audio>{8}<img src=\"{4}\" width=\"640\" height=\"80\" loading=\"lazy\" alt=\"Waveform of {0}: {1}\"><img src=\"{5}\" width=\"640\" height=\"128\" loading=\"lazy\" alt=\"Spectrogram of {0}, 0 to {6} Hz\"></figure>",
                         safe(sound.arm), says, safe(player), safe(id), safe(*wave), safe(*spectrum), sound.rate / 2, at(m, "lufs").is_number() ? quietest - at(m, "lufs").get<double>() : 0.0, marker);
    }
    for (size_t i = 1; i < sounds.size(); ++i) {
      const auto difference = static_cast<double>(sounds[i].x.size()) - static_cast<double>(sounds[0].x.size());
      if (sounds[i].rate != sounds[0].rate || std::abs(difference) > 0.02 * sounds[0].rate) continue;
      auto picture = placed(fmt::format("pictures/{}.{}.{}.difference.png", id, seed, sounds[i].arm), difference_png(sounds[0].spectrum, sounds[i].spectrum, sounds[0].rate, seconds), "image/png");
      if (!picture) return picture;
      out += fmt::format("<figure><figcaption>{0} less {1}, -20 (blue) to 20 dB (red)</figcaption><img src=\"{2}\" width=\"640\" height=\"128\" loading=\"lazy\" alt=\"Difference of the spectrograms of {0} and {1}\"></figure>", safe(sounds[i].arm), safe(baseline_), safe(*picture));
    }
    return out + "</div>";
  }

  core::Result<std::string> article(const Json& item) {
    const std::string id = text_of(item["id"]);
    std::string status = "same";
    for (const auto& [arm, d] : item["divergence"].items())
      if (!d["first_differs"].is_null()) status = "differs";
    for (const auto& [arm, s] : item["status"].items())
      if (s["ok"] != true) status = "failed";
    std::string out = fmt::format("<article data-status=\"{}\" id=\"text-{}\"><h3>{}</h3><p>{}</p>", status, safe(id), safe(id), safe(text_of(item["text"])));
    out += said(item);
    for (const auto& [arm, d] : item["divergence"].items())
      out += fmt::format("<p>{} parts from {} in: <strong>{}</strong>; beyond tolerance in: {}.</p>", safe(arm), safe(baseline_), d["first_differs"].is_null() ? "no stage" : safe(text_of(d["first_differs"])), d["first_beyond_tolerance"].is_null() ? "no stage" : safe(text_of(d["first_beyond_tolerance"])));
    auto shown = players(item);
    if (!shown) return shown;
    out += *shown;
    Table table("Measures of this text", {"measure", "arm", "value"});
    for (const auto& [arm, values] : item["pair"].items())
      for (const char* name : {"mcd_db", "lsd_db", "mrstft", "lag_samples", "f0_rmse_cents"})
        if (at(values, name).is_number()) table.row({name, safe(arm), number(values[name])});
    for (const auto& [arm, values] : item["metrics"].items())
      for (const std::string& name : shown_)
        if (at(values, name).is_number()) table.row({safe(name), safe(arm), number(values[name])});
    for (const auto& [arm, stages] : at(item, "timing").items())
      for (const auto& [stage, seconds] : stages.items()) table.row({"time of " + safe(stage), safe(arm), number(seconds) + " s"});
    return out + table.html() + "</article>\n";
  }

  const std::string& folder_;
  const Json& r_;
  const ReportOptions& options_;
  const std::string baseline_;
  std::vector<std::string> shown_;  // measures of one arm in the table of a text
};

}  // namespace

core::Result<std::string> report_texts(const std::string& folder, const Json& result, const ReportOptions& options) { return TextsReport(folder, result, options).texts(); }

}  // namespace syrinx::ab
