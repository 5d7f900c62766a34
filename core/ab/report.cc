#include "core/ab/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "core/ab/metrics.h"
#include "core/ab/picture.h"
#include "core/ab/words.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

const Json& at(const Json& map, const std::string& name) {
  static const Json nothing;
  if (!map.is_object()) return nothing;
  const auto found = map.find(name);
  return found == map.end() ? nothing : *found;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump(); }

std::string safe(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

class Table {
 public:
  Table(const std::string& caption, const std::vector<std::string>& heads) {
    out_ = fmt::format("<div class=\"wide\"><table><caption>{}</caption><thead><tr>", safe(caption));
    for (const auto& head : heads) out_ += fmt::format("<th scope=\"col\">{}</th>", safe(head));
    out_ += "</tr></thead><tbody>";
  }
  // Cells are HTML; the first heads its row.
  void row(const std::vector<std::string>& cells) {
    out_ += "<tr>";
    for (size_t i = 0; i < cells.size(); ++i) {
      const bool numeric = !cells[i].empty() && (std::isdigit(static_cast<unsigned char>(cells[i][0])) || cells[i][0] == '-' || cells[i][0] == '[');
      out_ += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", cells[i]) : fmt::format("<td{}>{}</td>", numeric ? " class=\"n\"" : "", cells[i]);
    }
    out_ += "</tr>";
    any_ = true;
  }
  std::string html() const { return any_ ? out_ + "</tbody></table></div>\n" : ""; }

 private:
  std::string out_;
  bool any_ = false;
};

class Report {
 public:
  Report(const std::string& folder, const Json& result, const ReportOptions& options) : folder_(folder), r_(result), options_(options), baseline_(text_of(r_["arms"][0]["name"])) {}

  core::Result<std::string> body() {
    std::string out = fmt::format("<header><h1>{}</h1><nav aria-label=\"Sections\">", safe(title()));
    for (const auto& [id, name] : kSections) out += fmt::format("<a href=\"#{}\">{}</a>", id, name);
    out += "</nav></header>\n<main>\n";
    out += section("verdict", verdict()) + section("difference", difference()) + section("control", control()) + section("parting", parting());
    out += section("measures", measures("primary") + measures("secondary")) + section("time", times()) + section("swap", swaps());
    auto articles = texts();
    if (!articles) return std::move(articles).errors();
    out += section("texts", *articles) + section("failures", failures()) + section("definitions", definitions());
    return out + "</main>\n";
  }

 private:
  static constexpr std::pair<std::string_view, std::string_view> kSections[] = {
      {"verdict", "Verdict"}, {"difference", "What differs"}, {"control", "Control and pairing"}, {"parting", "Where they part"}, {"measures", "Measures"},
      {"time", "Time and memory"}, {"swap", "Swap matrix"}, {"texts", "Texts"}, {"failures", "Failures"}, {"definitions", "Definitions"}};

  static std::string section(std::string_view id, const std::string& content) {
    for (const auto& [name, heading] : kSections)
      if (name == id) return fmt::format("<section aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2>\n{2}</section>\n", id, heading, content.empty() ? "<p class=\"quiet\">None.</p>" : content);
    return {};
  }

  std::string title() const {
    std::string names;
    for (const Json& arm : r_["arms"]) names += (names.empty() ? "" : " against ") + text_of(arm["name"]);
    return names + ", " + text_of(r_["texts"]["count"]) + " texts";
  }

  std::string verdict() const {
    std::string out = fmt::format("<p><strong>{}</strong>, exit code {}. ", safe(text_of(r_["verdict"])), text_of(r_["exit_code"]));
    for (const auto& [arm, stages] : r_["changed_stages"].items()) {
      std::string names;
      for (const Json& stage : stages) names += (names.empty() ? "" : ", ") + text_of(stage);
      out += fmt::format("{} differs from {} in <em>{}</em>", safe(arm), safe(baseline_), names.empty() ? "no stage" : safe(names));
      for (const Json& metric : r_["metrics"])
        for (const Json& c : metric["comparisons"])
          if (metric["family"] == "primary" && text_of(c["b"]) == arm && at(c, "ratio").is_number())
            out += fmt::format("; {} {}× {}, {}", text_of(metric["name"]), number(c["ratio"]), interval(at(c, "ratio_ci")), spoken(c));
      out += ". ";
    }
    out += "</p>\n";
    Table gates("Gates with the values put in", {"gate", "values", "result"});
    for (const Json& gate : r_["gates"]) gates.row({safe(text_of(gate["expr"])), safe(gate["values"].dump()), gate["result"].is_null() ? "undecided" : gate["result"] == true ? "true: the run fails" : "false"});
    out += gates.html();
    for (const Json& warning : r_["warnings"]) out += fmt::format("<p class=\"warn\">{}</p>\n", safe(text_of(warning["text"])));
    return out;
  }

  static std::string spoken(const Json& c) {
    if (at(c, "delta").is_number() && c["delta"] == 0 && at(c, "ci").is_array() && c["ci"][0] == 0 && c["ci"][1] == 0) return "identical output";
    const std::string conclusion = text_of(at(c, "conclusion"));
    return conclusion == "inconclusive" ? "not decided" : conclusion;
  }

  std::string difference() const {
    std::string out;
    for (const auto& [arm, changes] : r_["config_diff"].items()) {
      Table table(fmt::format("{} against {}", arm, baseline_), {"path", "change", baseline_, arm});
      for (const Json& change : changes) table.row({safe(text_of(change["path"])), text_of(change["op"]), safe(text_of(at(change, "a"))), safe(text_of(at(change, "b")))});
      out += table.html();
    }
    Table plan("Stage runs for a text when equal beginnings are shared", {"stage", "runs"});
    for (const auto& [stage, runs] : r_["plan"]["runs_per_item"].items()) plan.row({safe(stage), text_of(runs)});
    out += plan.html() + fmt::format("<p>{} stage runs for a text instead of {}.</p>", text_of(r_["plan"]["total"]), text_of(r_["plan"]["without_sharing"]));
    Table plugins("Plugins", {"plugin", "version", "digest"});
    for (const Json& plugin : at(r_["tool"], "plugins")) plugins.row({safe(text_of(plugin["id"])), safe(text_of(plugin["version"])), text_of(plugin["sha256"]).substr(0, 23)});
    Table environment("Environment", {"what", "value"});
    for (const auto& [name, value] : r_["environment"].items()) environment.row({name, safe(text_of(value))});
    return out + plugins.html() + environment.html();
  }

  std::string control() const {
    const Json& c = r_["pairing"]["control"];
    std::string out = c["ran"] == true ? fmt::format("<p>{} twice on {} texts, in another order, batch and without stored outputs: <strong>{}</strong>.</p>", safe(baseline_), text_of(c["items"]), c["identical"] == true ? "identical" : "not identical")
                                       : "<p class=\"warn\">The control was turned off.</p>";
    out += fmt::format("<p>Randomness: {}, seeds {}.</p>", safe(text_of(r_["pairing"]["mode"])), safe(r_["pairing"]["seeds"].dump()));
    Table gain("What pairing bought: how many times more texts an unpaired test would have needed", {"measure", "candidate", "rho", "gain"});
    for (const Json& metric : r_["metrics"])
      for (const Json& c2 : metric["comparisons"])
        if (metric["family"] == "primary" && at(c2, "pairing_gain").is_number()) gain.row({text_of(metric["name"]), safe(text_of(c2["b"])), number(at(c2, "rho")), number(c2["pairing_gain"])});
    return out + gain.html();
  }

  std::string parting() const {
    std::map<std::string, std::map<std::string, std::pair<int, int>>> counts;
    for (const Json& item : r_["items"])
      for (const auto& [arm, d] : item["divergence"].items()) {
        const auto name = [](const Json& stage) { return stage.is_string() ? stage.get<std::string>() : "none"; };
        ++counts[arm][name(d["first_differs"])].first;
        ++counts[arm][name(d["first_beyond_tolerance"])].second;
      }
    std::string out;
    for (const auto& [arm, stages] : counts) {
      Table table(fmt::format("{}: the first stage whose output differs", arm), {"stage", "texts", "texts, beyond tolerance", "share"});
      for (const auto& [stage, n] : stages) {
        const double share = static_cast<double>(n.first) / static_cast<double>(r_["items"].size());
        table.row({safe(stage), std::to_string(n.first), std::to_string(n.second), fmt::format("<svg width=\"200\" height=\"14\" role=\"img\" aria-label=\"{0:.0f} %\"><rect class=\"dot\" width=\"{1:.1f}\" height=\"14\"/></svg>", share * 100, share * 200)});
      }
      out += table.html();
    }
    return out;
  }

  // Differences with their intervals, in units of the standard deviation so that all share one zero line.
  static std::string drawn_interval(const Json& c) {
    if (!at(c, "ci").is_array() || !at(c, "delta").is_number()) return "";
    const double lo = c["ci"][0], hi = c["ci"][1], delta = c["delta"], most = std::max({std::abs(lo), std::abs(hi), 1e-300});
    const auto x = [&](double v) { return 80 + 70 * v / most; };
    return fmt::format("<svg width=\"160\" height=\"16\" role=\"img\" aria-label=\"difference {} in {}\"><line class=\"axis\" x1=\"80\" x2=\"80\" y1=\"0\" y2=\"16\"/><line class=\"bar\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"8\" y2=\"8\"/>"
                       "<circle class=\"dot\" cx=\"{:.1f}\" cy=\"8\" r=\"3\"/></svg>", number(c["delta"]), interval(c["ci"]), x(lo), x(hi), x(delta));
  }

  std::string measures(const std::string& family) const {
    Table table(family == "primary" ? "Primary measures, corrected together (Holm)" : "Secondary measures: exploratory, p uncorrected",
                {"measure", "candidate", baseline_, "candidate's", "difference", "interval", "", "p", "corrected", "conclusion", "smallest detectable", "n"});
    std::string dots;
    for (const Json& metric : r_["metrics"]) {
      if (metric["family"] != family) continue;
      for (const Json& c : metric["comparisons"]) {
        const bool pair = metric["scope"] == "pair", ratio = at(c, "ratio").is_number();
        const std::string conclusion = spoken(c);
        table.row({safe(text_of(metric["name"])), safe(text_of(c["b"])), number(at(c, "a_mean")), number(at(c, "b_mean")), pair ? "a distance" : ratio ? number(c["ratio"]) + "×" : number(at(c, "delta")),
                   ratio ? interval(at(c, "ratio_ci")) : interval(at(c, "ci")), pair ? "" : drawn_interval(c), number(at(c, "p")), number(at(c, "p_holm")),
                   pair ? "" : fmt::format("<span class=\"{0}\">{0}</span>", conclusion), number(at(c, "mde80")), text_of(c["n"])});
        if (family == "primary" && !pair) dots += paired_dots(metric, text_of(c["b"]));
      }
    }
    return table.html() + dots;
  }

  // One dot for each text, sorted.
  std::string paired_dots(const Json& metric, const std::string& arm) const {
    std::vector<std::pair<double, std::string>> d;
    const std::string name = text_of(metric["name"]);
    for (const Json& item : r_["items"]) {
      const Json &a = at(at(item["metrics"], baseline_), name), &b = at(at(item["metrics"], arm), name);
      if (a.is_number() && b.is_number()) d.emplace_back(b.get<double>() - a.get<double>(), text_of(item["id"]));
    }
    if (d.size() < 2) return "";
    std::sort(d.begin(), d.end());
    const double most = std::max({std::abs(d.front().first), std::abs(d.back().first), 1e-300});
    std::string out = fmt::format("<h3>{}: {} less {}, one dot a text</h3><svg viewBox=\"0 0 640 120\" width=\"640\" height=\"120\" role=\"img\" aria-label=\"paired differences of {}\" style=\"max-width:100%\"><line class=\"axis\" x1=\"0\" x2=\"640\" y1=\"60\" y2=\"60\"/>", name, safe(arm), safe(baseline_), name);
    for (size_t i = 0; i < d.size(); ++i)
      out += fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>{}: {:.4g}</title></circle>", 10 + 620.0 * static_cast<double>(i) / static_cast<double>(d.size() - 1), 60 - 52 * d[i].first / most, safe(d[i].second), d[i].first);
    return out + fmt::format("<text x=\"4\" y=\"12\">{:.3g}</text></svg>\n", most);
  }

  std::string times() const {
    Table table(fmt::format("Wall time of stages, {} repeats, order of arms shuffled", text_of(r_["timing"]["repeats"])), {"stage", "arm", "median s", "5 % to 95 %", "by second of sound", ""});
    double most = 1e-12;
    for (const Json& row : r_["timing"]["stages"]) most = std::max(most, row["wall_s"].is_object() ? row["wall_s"]["median"].get<double>() : 0);
    for (const Json& row : r_["timing"]["stages"]) {
      const Json& wall = row["wall_s"];
      if (!wall.is_object()) continue;
      table.row({safe(text_of(row["stage"])), safe(text_of(row["arm"])), number(wall["median"]), fmt::format("[{}, {}]", number(wall["p05"]), number(wall["p95"])), number(at(at(row, "rtf"), "median")),
                 fmt::format("<svg width=\"200\" height=\"14\" role=\"img\" aria-label=\"{} s\"><rect class=\"dot\" width=\"{:.1f}\" height=\"14\"/></svg>", number(wall["median"]), 200 * wall["median"].get<double>() / most)});
    }
    std::string out = table.html();
    if (r_["timing"].contains("load_s"))
      for (const auto& [arm, seconds] : r_["timing"]["load_s"].items()) out += fmt::format("<p>Loading {}: {} s, no part of the comparison.</p>", safe(arm), number(seconds));
    return out;
  }

  std::string swaps() const {
    Table table("Combinations", {"arm", "choices"});
    for (const Json& arm : r_["arms"])
      if (arm.contains("factors")) table.row({safe(text_of(arm["name"])), safe(arm["factors"].dump())});
    return table.html();
  }

  // A file beside the page, or inside it.
  core::Result<std::string> placed(const std::string& name, const std::string& bytes, const char* type) const {
    if (options_.embed) return fmt::format("data:{};base64,{}", type, base64(bytes));
    if (auto written = write_whole((fs::path(folder_) / name).string(), bytes); !written) return std::move(written).errors();
    return name;
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
    out += "</p>\n";
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

  core::Result<std::string> article(const Json& item) {
    const std::string id = text_of(item["id"]);
    std::string status = "same";
    for (const auto& [arm, d] : item["divergence"].items())
      if (!d["first_differs"].is_null()) status = "differs";
    for (const auto& [arm, s] : item["status"].items())
      if (s["ok"] != true) status = "failed";
    std::string out = fmt::format("<article data-status=\"{}\" id=\"text-{}\"><h3>{}</h3><p>{}</p>", status, safe(id), safe(id), safe(text_of(item["text"])));
    for (const auto& [arm, d] : item["divergence"].items())
      out += fmt::format("<p>{} parts from {} in: <strong>{}</strong>; beyond tolerance in: {}.</p>", safe(arm), safe(baseline_), d["first_differs"].is_null() ? "no stage" : safe(text_of(d["first_differs"])), d["first_beyond_tolerance"].is_null() ? "no stage" : safe(text_of(d["first_beyond_tolerance"])));
    struct Sound {
      std::string arm;
      std::vector<double> x;
      int rate;
      Spectrum spectrum;
    };
    std::vector<Sound> sounds;
    double seconds = 0.01, top = 0;
    out += "<div class=\"sides\">";
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
    const std::string seed = text_of(at(item, "seed"));
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
      const std::string says = fmt::format("{} s, {} LUFS, median pitch {} Hz", number(at(m, "duration_s")), number(at(m, "lufs")), number(at(m, "median_hz")));
      out += fmt::format("<figure><figcaption><span class=\"arm-name\">{0}</span>: {1}</figcaption><audio controls preload=\"none\" src=\"{2}\" aria-label=\"{3}, {0}\"></audio><img src=\"{4}\" width=\"640\" height=\"80\" loading=\"lazy\" alt=\"Waveform of {0}: {1}\"><img src=\"{5}\" width=\"640\" height=\"128\" loading=\"lazy\" alt=\"Spectrogram of {0}, 0 to {6} Hz\"></figure>",
                         safe(sound.arm), says, safe(player), safe(id), safe(*wave), safe(*spectrum), sound.rate / 2);
    }
    for (size_t i = 1; i < sounds.size(); ++i) {
      const auto difference = static_cast<double>(sounds[i].x.size()) - static_cast<double>(sounds[0].x.size());
      if (sounds[i].rate != sounds[0].rate || std::abs(difference) > 0.02 * sounds[0].rate) continue;
      auto picture = placed(fmt::format("pictures/{}.{}.{}.difference.png", id, seed, sounds[i].arm), difference_png(sounds[0].spectrum, sounds[i].spectrum, sounds[0].rate, seconds), "image/png");
      if (!picture) return picture;
      out += fmt::format("<figure><figcaption>{0} less {1}, -20 (blue) to 20 dB (red)</figcaption><img src=\"{2}\" width=\"640\" height=\"128\" loading=\"lazy\" alt=\"Difference of the spectrograms of {0} and {1}\"></figure>", safe(sounds[i].arm), safe(baseline_), safe(*picture));
    }
    out += "</div>";
    Table table("Measures of this text", {"measure", "arm", "value"});
    for (const auto& [arm, values] : item["pair"].items())
      for (const char* name : {"mcd_db", "lsd_db", "mrstft", "lag_samples", "f0_rmse_cents"})
        if (at(values, name).is_number()) table.row({name, safe(arm), number(values[name])});
    for (const auto& [arm, values] : item["metrics"].items())
      for (const char* name : {"rtf", "first_chunk_s", "units_per_s", "longest_pause_s", "hnr_db"})
        if (at(values, name).is_number()) table.row({name, safe(arm), number(values[name])});
    return out + table.html() + "</article>\n";
  }

  std::string failures() const {
    Table table("Texts that failed", {"text", "arm", "stage", "error"});
    for (const Json& item : r_["items"])
      for (const auto& [arm, status] : item["status"].items())
        if (status["ok"] != true) table.row({safe(text_of(item["id"])), safe(arm), safe(text_of(at(status, "stage"))), safe(text_of(at(status, "error")))});
    return table.html();
  }

  std::string definitions() const {
    Table table("One line for each measure", {"measure", "unit", "better", "definition"});
    for (const Json& metric : r_["metrics"])
      if (const Metric* known = find_metric(text_of(metric["name"]))) table.row({std::string(known->name), safe(std::string(known->unit)), std::string(known->direction), safe(std::string(known->definition))});
    std::string command;
    for (const Json& word : r_["command"]) command += (command.empty() ? "" : " ") + text_of(word);
    return table.html() + fmt::format("<p>Seed {}. Command: <code>{}</code></p>", safe(text_of(r_["seed"])), safe(command));
  }

  const std::string& folder_;
  const Json& r_;
  const ReportOptions& options_;
  const std::string baseline_;
};

}  // namespace

core::Outcome write_report(const std::string& folder, const Json& result, const ReportOptions& options) {
  auto page = read_text(options.resources + "/report.html");
  if (!page) return std::move(page).errors();
  auto body = Report(folder, result, options).body();
  if (!body) return std::move(body).errors();
  std::string out = *std::move(page);
  const size_t place = out.find("@BODY@");
  if (place != std::string::npos) out.replace(place, 6, *body);
  if (options.blind)
    if (const size_t tag = out.find("<body>"); tag != std::string::npos) out.replace(tag, 6, "<body class=\"blind\">");
  return write_whole((fs::path(folder) / "index.html").string(), out);
}

}  // namespace syrinx::ab
