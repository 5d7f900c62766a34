#include "core/ab/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <set>

#include "core/ab/level.h"
#include "core/ab/rng.h"
#include "core/ab/spectrum.h"

namespace syrinx::ab {
namespace {

constexpr std::string_view kAudioPrefix = "data:audio/wav;base64,";
constexpr std::string_view kModes[] = {"preference", "abx", "mushra", "cmos", "mos"};
constexpr std::string_view kKinds[] = {"test", "training", "catch", "repeat"};

bool among(std::string_view word, std::span<const std::string_view> words) { return std::find(words.begin(), words.end(), word) != words.end(); }

bool is_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-'; });
}

core::Error no_session(const std::string& file, std::string what, std::string help = {}) {
  core::Error error{"E0506", fmt::format("{} is no listening session: {}", file, what), {}, {}, {}};
  if (!help.empty()) error.help.push_back(std::move(help));
  return error;
}

std::string text_of(const Json& map, const char* name) {
  const auto found = map.find(name);
  return found != map.end() && found->is_string() ? found->get<std::string>() : "";
}

core::Result<SessionTrial> parse_trial(const Json& trial, const Session& session, const std::string& file) {
  SessionTrial out{text_of(trial, "id"), text_of(trial, "item"), text_of(trial, "kind"), {}, text_of(trial, "reference"), text_of(trial, "text")};
  const std::string where = out.id.empty() ? "a trial" : "trial " + out.id;
  if (out.id.empty() || out.item.empty()) return no_session(file, where + " needs an id and an item");
  if (!among(out.kind, kKinds)) return no_session(file, fmt::format("{} has the kind \"{}\"", where, out.kind), "kinds: test, training, catch, repeat");
  if (trial.contains("stimuli") && trial["stimuli"].is_array())
    for (const Json& stimulus : trial["stimuli"]) out.stimuli.push_back(stimulus.is_string() ? stimulus.get<std::string>() : "");
  const size_t least = session.mode == "mos" ? 1 : 2, most = session.mode == "mushra" ? 9 : least;
  if (out.stimuli.size() < least || out.stimuli.size() > most)
    return no_session(file, fmt::format("{} has {} sounds, and {} needs {}", where, out.stimuli.size(), session.mode, least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most)));
  if (session.mode == "mushra" && out.reference.empty())
    return no_session(file, where + " has no reference, and MUSHRA scores against one", "without recordings use --mode preference");
  std::vector<std::string> named = out.stimuli;
  if (!out.reference.empty()) named.push_back(out.reference);
  for (const std::string& stimulus : named)
    if (!session.seconds.count(stimulus)) return no_session(file, fmt::format("{} names the sound \"{}\", which is not there", where, stimulus));
  return out;
}

Json key_document(const SessionKey& key) {
  Json out = {{"arms", Json::object()}, {"catch", Json::object()}};
  for (const auto& [stimulus, arm] : key.arms) out["arms"][stimulus] = arm;
  for (const auto& [trial, stimulus] : key.expected) out["catch"][trial] = stimulus ? Json(*stimulus) : Json(nullptr);
  return out;
}

std::string veiled(std::string bytes, uint64_t seed, const std::string& name) {
  const Stream stream(seed, {"seal", name});
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(static_cast<uint8_t>(bytes[i]) ^ static_cast<uint8_t>(stream.u64(i >> 3) >> (8 * (i & 7))));
  return bytes;
}

double four_decimals(double v) { return std::round(v * 1e4) / 1e4; }

}  // namespace

core::Result<Session> parse_session(Json document, const std::string& file) {
  if (!document.is_object() || text_of(document, "schema") != "ab-session/1") return no_session(file, "it does not have schema: ab-session/1");
  Session out;
  out.name = text_of(document, "session");
  if (!is_name(out.name)) return no_session(file, fmt::format("its name is \"{}\"", out.name), "letters, digits, and _ . -");
  const std::string seed = text_of(document, "seed");
  const auto parsed = std::from_chars(seed.data(), seed.data() + seed.size(), out.seed);
  if (seed.empty() || parsed.ec != std::errc() || parsed.ptr != seed.data() + seed.size()) return no_session(file, fmt::format("its seed is \"{}\"", seed), "a 64-bit number as a string");
  out.mode = text_of(document, "mode");
  if (!among(out.mode, kModes)) return no_session(file, fmt::format("its mode is \"{}\"", out.mode), "modes: preference, abx, mushra, cmos, mos");
  if (text_of(document, "question").empty()) return no_session(file, "it has no question");
  if (!text_of(document, "lang").empty()) out.language = text_of(document, "lang");
  if (!document.contains("stimuli") || !document["stimuli"].is_object()) return no_session(file, "it has no stimuli");
  for (const auto& [name, stimulus] : document["stimuli"].items()) {
    const std::string audio = text_of(stimulus, "audio");
    if (!audio.starts_with(kAudioPrefix) || !stimulus.contains("gain_db") || !stimulus["gain_db"].is_number())
      return no_session(file, fmt::format("the sound {} needs audio (data:audio/wav;base64,...) and gain_db", name));
    auto bytes = from_base64(std::string_view(audio).substr(kAudioPrefix.size()));
    if (!bytes) return no_session(file, fmt::format("the sound {} is not base64", name));
    auto sound = parse_wav(*bytes, "the sound " + name);
    if (!sound) return std::move(sound).errors();
    out.seconds[name] = static_cast<double>(sound->length()) / sound->rate;
  }
  if (!document.contains("trials") || !document["trials"].is_array() || document["trials"].empty()) return no_session(file, "it has no trials");
  std::set<std::string> ids;
  for (const Json& trial : document["trials"]) {
    auto made = parse_trial(trial, out, file);
    if (!made) return std::move(made).errors();
    if (!ids.insert(made->id).second) return no_session(file, fmt::format("two trials have the id {}", made->id));
    out.trials.push_back(*std::move(made));
  }
  if (const std::string sealed = text_of(document, "sealed"); !sealed.empty()) {
    auto key = unseal(sealed, out.seed, out.name);
    if (!key) return no_session(file, "its key cannot be opened with its seed and name");
    out.key = *std::move(key);
  }
  out.document = std::move(document);
  return out;
}

std::string seal(const SessionKey& key, uint64_t seed, const std::string& name) { return base64(veiled(key_document(key).dump(), seed, name)); }

core::Result<SessionKey> unseal(const std::string& sealed, uint64_t seed, const std::string& name) {
  auto bytes = from_base64(sealed);
  if (!bytes) return std::move(bytes).errors();
  const Json opened = Json::parse(veiled(*std::move(bytes), seed, name), nullptr, false);
  if (!opened.is_object() || !opened.contains("arms") || !opened["arms"].is_object()) return core::Error{"E0506", "the key cannot be opened", {}, {}, {}};
  SessionKey key;
  for (const auto& [stimulus, arm] : opened["arms"].items())
    if (arm.is_string()) key.arms[stimulus] = arm;
  if (opened.contains("catch") && opened["catch"].is_object())
    for (const auto& [trial, stimulus] : opened["catch"].items()) key.expected[trial] = stimulus.is_string() ? std::optional(stimulus.get<std::string>()) : std::nullopt;
  return key;
}

std::string make_page(const std::string& page_template, const Session& session) {
  constexpr std::string_view kPlace = "@SESSION@";
  std::string text;
  // Nothing in the session may end the element that holds it.
  for (const char c : session.document.dump(-1, ' ', false, Json::error_handler_t::replace)) text += c == '<' ? "\\u003c" : std::string(1, c);
  std::string out = page_template;
  const size_t at = out.find(kPlace);
  if (at != std::string::npos) out.replace(at, kPlace.size(), text);
  return out;
}

std::vector<std::string> trial_order(const Session& session, const std::string& rater) {
  std::vector<std::string> ids;
  for (const SessionTrial& trial : session.trials) ids.push_back(trial.id);
  return shuffled(Stream(session.seed, {"page", "order", session.name, rater}), std::move(ids));
}

std::vector<std::string> sides(const Session& session, const SessionTrial& trial, const std::string& rater) {
  const Stream stream(session.seed, {"page", "side", session.name, rater, trial.id});
  if (session.mode == "mushra") return shuffled(stream, trial.stimuli);
  std::vector<std::string> out = trial.stimuli;
  if (out.size() == 2 && stream.bounded(0, 2) == 1) std::swap(out[0], out[1]);
  return out;
}

Audio low_passed(const Audio& audio, double cutoff_hz) {
  constexpr int kHalf = 75;
  const double f = std::min(cutoff_hz / audio.rate, 0.5);
  std::vector<double> taps(2 * kHalf + 1);
  double sum = 0;
  for (int k = -kHalf; k <= kHalf; ++k) {
    const double sinc = k == 0 ? 2 * f : std::sin(2 * std::numbers::pi * f * k) / (std::numbers::pi * k);
    taps[static_cast<size_t>(k + kHalf)] = sinc * (0.54 + 0.46 * std::cos(std::numbers::pi * k / (kHalf + 1.0)));
    sum += taps[static_cast<size_t>(k + kHalf)];
  }
  Audio out = audio;
  for (size_t c = 0; c < audio.channels.size(); ++c)
    for (size_t i = 0; i < audio.length(); ++i) {
      double v = 0;
      for (int k = -kHalf; k <= kHalf; ++k) {
        const auto from = static_cast<std::ptrdiff_t>(i) - k;
        if (from >= 0 && from < static_cast<std::ptrdiff_t>(audio.length())) v += taps[static_cast<size_t>(k + kHalf)] * audio.channels[c][static_cast<size_t>(from)];
      }
      out.channels[c][i] = v / sum;
    }
  return out;
}

core::Result<Session> make_session(const std::vector<SessionItem>& items, const SessionWish& wish) {
  constexpr std::string_view kQuestions[][3] = {{"preference", "Which sounds more natural?", "哪一个听起来更自然？"},
                                                {"abx", "Which one is X?", "哪一个是 X？"},
                                                {"mushra", "How close is each sound to the reference?", "每个声音与参考有多接近？"},
                                                {"cmos", "How does the second sound compare to the first?", "第二个声音与第一个相比如何？"},
                                                {"mos", "How natural is this sound?", "这个声音有多自然？"}};
  const bool chinese = wish.language.starts_with("zh");
  std::string question = wish.question;
  for (const auto& row : kQuestions)
    if (question.empty() && row[0] == wish.mode) question = row[chinese ? 2 : 1];
  Json document = {{"schema", "ab-session/1"}, {"session", wish.name}, {"seed", std::to_string(wish.seed)}, {"mode", wish.mode}, {"lang", wish.language},
                   {"question", question}, {"allow_none", wish.mode == "preference" && wish.allow_none}, {"loop", wish.loop}, {"keep_position", wish.keep_position},
                   {"trials", Json::array()}};
  SessionKey key;
  std::vector<std::pair<std::string, Audio>> sounds;
  const auto add_sound = [&](const std::string& item, const std::string& kind, const std::string& arm, const Audio& audio) {
    std::string name;
    for (uint64_t attempt = 0; name.empty() || key.arms.count(name); ++attempt)
      name = fmt::format("s{:06x}", Stream(wish.seed, {"stimulus", wish.mode, item, kind, arm}).u64(attempt) >> 40);
    key.arms[name] = arm;
    sounds.emplace_back(name, audio);
    return name;
  };
  const auto add_trial = [&](const SessionItem& item, const std::string& kind, std::vector<std::string> stimuli, const std::string& reference) {
    const size_t number = document["trials"].size();
    Json trial = {{"id", fmt::format("t{:02}", number + 1)}, {"item", item.id}, {"kind", kind},
                  {"stimuli", shuffled(Stream(wish.seed, {"stimuli", wish.name, std::to_string(number)}), std::move(stimuli))}};
    if (!reference.empty()) trial["reference"] = reference;
    if (!item.text.empty()) trial["text"] = item.text;
    document["trials"].push_back(trial);
    return trial["id"].get<std::string>();
  };
  const auto arms_of = [&](const SessionItem& item, const std::string& kind) {
    std::vector<std::string> names;
    for (const auto& [arm, audio] : item.arms) names.push_back(add_sound(item.id, kind, arm, audio));
    return names;
  };
  for (const SessionItem& item : items) {
    if (wish.mode == "mushra") {
      if (!item.recording) return core::Error{"E0506", fmt::format("text {} has no recording, and MUSHRA scores against one", item.id), {}, {}, {"use --mode preference"}};
      std::vector<std::string> stimuli = arms_of(item, "test");
      const std::string reference = add_sound(item.id, "test", "reference", *item.recording);
      stimuli.push_back(reference);
      stimuli.push_back(add_sound(item.id, "test", "anchor_low", low_passed(*item.recording, 3500)));
      stimuli.push_back(add_sound(item.id, "test", "anchor_mid", low_passed(*item.recording, 7000)));
      add_trial(item, "test", std::move(stimuli), reference);
    } else if (wish.mode == "mos") {
      for (const std::string& name : arms_of(item, "test")) add_trial(item, "test", {name}, "");
    } else {
      add_trial(item, "test", arms_of(item, "test"), "");
    }
  }
  if (wish.mode == "preference" || wish.mode == "cmos") {
    for (int i = 0; i < wish.catches && i < static_cast<int>(items.size()); ++i) {
      const SessionItem& item = items[items.size() - 1 - static_cast<size_t>(i)];
      const std::string whole = add_sound(item.id, "catch", item.arms[0].first, item.arms[0].second);
      const std::string dull = add_sound(item.id, "catch", item.arms[0].first + " low-passed", low_passed(item.arms[0].second, 3500));
      key.expected[add_trial(item, "catch", {whole, dull}, "")] = whole;
    }
  }
  if (wish.mode != "mushra" && wish.mode != "mos")
    for (int i = 0; i < wish.repeats && i < static_cast<int>(items.size()); ++i) add_trial(items[static_cast<size_t>(i)], "repeat", arms_of(items[static_cast<size_t>(i)], "repeat"), "");
  std::vector<std::optional<double>> lufs;
  std::vector<double> peaks;
  for (const auto& [name, audio] : sounds) {
    lufs.push_back(loudness(audio).lufs);
    peaks.push_back(db_of_amplitude(true_peak(audio.mono())));
  }
  const SessionGains gains = session_gains(lufs, peaks);
  document["target_lufs"] = four_decimals(gains.target_lufs);
  document["stimuli"] = Json::object();
  // In the order of their names, which says nothing.
  std::map<std::string, Json> written;
  for (size_t i = 0; i < sounds.size(); ++i)
    written[sounds[i].first] = {{"audio", std::string(kAudioPrefix) + base64(wav_bytes(sounds[i].second))}, {"gain_db", four_decimals(gains.gain_db[i])}};
  for (auto& [name, stimulus] : written) document["stimuli"][name] = std::move(stimulus);
  if (wish.with_key) document["sealed"] = seal(key, wish.seed, wish.name);
  auto session = parse_session(std::move(document), "the session");
  if (session) session->key = std::move(key);
  return session;
}

}  // namespace syrinx::ab
