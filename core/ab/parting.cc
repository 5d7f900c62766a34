#include "core/ab/parting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ab/outputs.h"
#include "core/ab/text.h"

namespace syrinx::ab {
namespace {

constexpr int64_t kWordsAround = 24;   // code points
constexpr int64_t kFramesAround = 8;

// A port of both arms.
struct PortPair {
  const core::PlannedStage& stage;
  const core::PortSpec& spec;
  const PortContent& a;
  const PortContent& b;
};

PartingPoint point_of(const PortPair& port, const char* kind) {
  PartingPoint out;
  out.at = Json::object({{"stage", port.stage.name}, {"port", port.spec.name}, {"type", port.spec.type}, {"kind", kind}, {"time_s", nullptr}});
  out.text = fmt::format("{}: {} ", port.stage.name, port.spec.name);
  return out;
}

std::optional<double> frames_per_second(const core::PortSpec& spec) {
  const auto number = [&](const char* name) {
    const auto found = spec.attributes.find(name);
    return found != spec.attributes.end() && found->is_number() ? found->get<double>() : 0.0;
  };
  double rate = number("rate");
  if (spec.type == "audio") rate = number("sample_rate");
  else if (rate <= 0 && number("hop") > 0) rate = number("sample_rate") / number("hop");
  return rate > 0 ? std::optional(rate) : std::nullopt;
}

// " (1.234 s)" behind the place, and the time where it belongs.
std::string note_time(PartingPoint& point, const core::PortSpec& spec, int64_t frame) {
  const auto rate = frames_per_second(spec);
  if (!rate) return "";
  point.time_s = static_cast<double>(frame) / *rate;
  point.at["time_s"] = rounded(*point.time_s);
  return fmt::format(" ({:.3f} s)", *point.time_s);
}

bool is_blank(char32_t c) { return c == U' ' || c == U'\n' || c == U'\t' || c == U'\r' || c == U'\u3000'; }

// The words of `text` around `index`, whole where there are spaces; `from`: where they begin.
std::string words_around(const std::u32string& text, size_t from, size_t index) {
  const size_t most = std::min(text.size(), index + kWordsAround);
  size_t to = most;
  if (to < text.size()) {
    while (to > index + 1 && !is_blank(text[to])) --to;
    if (to == index + 1) to = most;  // one long word, or a script without spaces
  }
  return to_utf8(std::u32string_view(text).substr(from, to - from));
}

PartingPoint text_point(const PortPair& port) {
  const std::u32string a = code_points_of(port.a.text), b = code_points_of(port.b.text);
  const auto index = static_cast<size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin()).first - a.begin());
  size_t from = index > kWordsAround ? index - kWordsAround : 0;
  if (from > 0) {
    size_t word = from;
    while (word < index && !is_blank(a[word - 1])) ++word;
    if (word < index) from = word;
  }
  PartingPoint out = point_of(port, "text");
  const std::string words_a = words_around(a, from, index), words_b = words_around(b, from, index);
  out.at.update({{"index", index}, {"at", index - from}, {"a", words_a}, {"b", words_b}, {"length_a", a.size()}, {"length_b", b.size()}});
  out.text += fmt::format("from character {}: \"{}\" / \"{}\"", index, words_a, words_b);
  return out;
}

PartingPoint shape_point(const PortPair& port, Json a, Json b) {
  PartingPoint out = point_of(port, "shape");
  out.text += fmt::format("has the shape {} / {}", a.dump(), b.dump());
  out.at["a"] = std::move(a);
  out.at["b"] = std::move(b);
  return out;
}

Steps steps_of(const TensorContent& tensor) {
  Steps out(static_cast<size_t>(tensor.frames()));
  for (size_t t = 0; t < out.size(); ++t)
    for (int64_t h = 0; h < tensor.width(); ++h) out[t].push_back(static_cast<int64_t>(tensor.values[tensor.index(static_cast<int64_t>(t), h)]));
  return out;
}

PartingPoint steps_point(const PortPair& port, const TensorContent& ta, const TensorContent& tb) {
  const Steps a = steps_of(ta), b = steps_of(tb);
  const StepsDifference d = compare_steps(a, b);
  const int64_t step = *d.first;
  const auto t = static_cast<size_t>(step);
  PartingPoint out = point_of(port, "steps");
  Json& at = out.at;
  at.update({{"step", step}, {"head", nullptr}, {"a", nullptr}, {"b", nullptr}, {"steps_a", d.steps_a}, {"steps_b", d.steps_b}, {"edit_distance", d.edit_distance}});
  at["agreement"] = d.agreement ? Json(rounded(*d.agreement)) : Json(nullptr);
  const std::string time = note_time(out, port.spec, step);
  if (t < a.size() && t < b.size()) {
    const auto head = static_cast<size_t>(std::mismatch(a[t].begin(), a[t].end(), b[t].begin()).first - a[t].begin());
    at.update({{"head", head}, {"a", a[t][head]}, {"b", b[t][head]}});
    out.text += fmt::format("part at step {}{}, head {}: {} / {}", step, time, head, a[t][head], b[t][head]);
  } else {
    out.text += fmt::format("end at step {}{} in arm {}", step, time, t < a.size() ? "B" : "A");
  }
  out.text += fmt::format("; {} / {} steps, edit distance {}", d.steps_a, d.steps_b, d.edit_distance);
  if (d.agreement) out.text += fmt::format(", agreement {:.1f} %", *d.agreement * 100);
  return out;
}

struct Place {
  int64_t frame = 0, element = 0;
};
// The first frame with a value outside tolerance, among those that both have.
std::optional<Place> first_apart(const TensorContent& a, const TensorContent& b, Tolerance tolerance) {
  for (int64_t t = 0; t < std::min(a.frames(), b.frames()); ++t)
    for (int64_t i = 0; i < a.width(); ++i) {
      const double x = a.values[a.index(t, i)], y = b.values[b.index(t, i)];
      if (!(std::abs(x - y) <= tolerance.absolute + tolerance.relative * std::abs(x))) return Place{t, i};
    }
  return std::nullopt;
}

Json number_or_null(double value) { return std::isfinite(value) ? Json(rounded(value)) : Json(nullptr); }

PartingPoint tensor_point(const PortPair& port, const TensorContent& a, const TensorContent& b) {
  PartingPoint out = point_of(port, "tensor");
  Json& at = out.at;
  at.update({{"frames_a", a.frames()}, {"frames_b", b.frames()}, {"a", nullptr}, {"b", nullptr}});
  const Tolerance tolerance = tolerance_of(port.spec.type);
  auto place = first_apart(a, b, tolerance);
  const bool outside = place || a.frames() != b.frames();
  if (!outside) place = first_apart(a, b, {});
  at["within"] = !outside;
  if (place) {
    const double x = a.values[a.index(place->frame, place->element)], y = b.values[b.index(place->frame, place->element)];
    double near = 0;
    for (int64_t t = std::max<int64_t>(0, place->frame - kFramesAround); t < std::min({a.frames(), b.frames(), place->frame + kFramesAround + 1}); ++t)
      for (int64_t i = 0; i < a.width(); ++i) {
        const double e = std::abs(a.values[a.index(t, i)] - b.values[b.index(t, i)]);
        near = e > near || std::isnan(e) ? e : near;
      }
    at.update({{"frame", place->frame}, {"element", place->element}, {"a", number_or_null(x)}, {"b", number_or_null(y)}, {"near_max_abs", number_or_null(near)}});
    const std::string time = note_time(out, port.spec, place->frame);
    out.text += fmt::format("{} at {} {}{}: {:.6g} / {:.6g}, nearby by at most {:.3g}", outside ? "parts" : "differs within tolerance", port.spec.type == "audio" ? "sample" : "frame",
                            place->frame, time, x, y, near);
  } else {
    const int64_t end = std::min(a.frames(), b.frames());
    at["frame"] = end;
    const std::string time = note_time(out, port.spec, end);
    out.text += fmt::format("is the same until {} ends at {}{}", a.frames() < b.frames() ? "A" : "B", end, time);
  }
  if (a.shape != b.shape) {
    out.text += fmt::format("; lengths {} / {}", a.frames(), b.frames());
    return out;
  }
  const auto d = compare_tensors(a.values, b.values, tolerance);
  at.update({{"apart", d->apart}, {"max_abs", number_or_null(d->max_abs)}, {"mean_abs", number_or_null(d->mean_abs)}});
  at["relative_l2"] = d->relative_l2 ? number_or_null(*d->relative_l2) : Json(nullptr);
  at["cosine"] = d->cosine ? number_or_null(*d->cosine) : Json(nullptr);
  out.text += fmt::format("; {} of {} values apart, by at most {:.3g}", d->apart, a.values.size(), d->max_abs);
  return out;
}

// Whether they can be laid over each other along time.
bool comparable(const TensorContent& a, const TensorContent& b) {
  if (a.integers != b.integers) return false;
  if (a.values.empty() || b.values.empty()) return true;
  if (a.shape.size() != b.shape.size()) return false;
  std::vector<int64_t> shape = a.shape;
  (a.time_last ? shape.back() : shape.front()) = b.frames();
  return shape == b.shape;
}

std::optional<PartingPoint> port_point(const PortPair& port) {
  if (port.a.text != port.b.text) return text_point(port);
  if (!port.a.known || !port.b.known) {
    PartingPoint out = point_of(port, "unread");
    out.text += "differs, and is of a type that is not read";
    return out;
  }
  const auto &ta = port.a.tensors, &tb = port.b.tensors;
  if (ta.size() != tb.size()) return shape_point(port, Json(ta.size()), Json(tb.size()));
  // Ids say more than what was computed from them.
  for (const bool integers : {true, false})
    for (size_t i = 0; i < ta.size(); ++i) {
      if (ta[i].integers != integers) continue;
      const bool empty = ta[i].values.empty() && tb[i].values.empty();
      if (empty || (ta[i].shape == tb[i].shape && ta[i].values == tb[i].values)) continue;
      if (!comparable(ta[i], tb[i])) return shape_point(port, Json(ta[i].shape), Json(tb[i].shape));
      return integers ? steps_point(port, ta[i], tb[i]) : tensor_point(port, ta[i], tb[i]);
    }
  return std::nullopt;
}

}  // namespace

std::optional<PartingPoint> find_point(const StageResult& a, const StageResult& b, const core::PlannedStage& stage) {
  if (a.digest == b.digest) return std::nullopt;
  const auto ca = content_of(a.pieces, stage.out), cb = content_of(b.pieces, stage.out);
  const core::PortSpec unnamed{"output", "", Json::object()};
  static const PortContent kNothing;
  for (uint32_t port = 0; port < stage.out.size() || port == 0; ++port) {
    const auto in_a = ca.find(port), in_b = cb.find(port);
    const PortPair pair{stage, port < stage.out.size() ? stage.out[port] : unnamed, in_a == ca.end() ? kNothing : in_a->second, in_b == cb.end() ? kNothing : in_b->second};
    if (auto point = port_point(pair)) return point;
  }
  const PortPair whole{stage, stage.out.empty() ? unnamed : stage.out[0], kNothing, kNothing};
  PartingPoint out = point_of(whole, "pieces");
  out.at.update({{"a", a.pieces.size()}, {"b", b.pieces.size()}});
  out.text += fmt::format("is the same, cut otherwise: {} / {} pieces", a.pieces.size(), b.pieces.size());
  return out;
}

Audio excerpt(const Audio& audio, double time_s, double around_s) {
  Audio out;
  out.rate = audio.rate;
  const auto sample = [&](double seconds) { return static_cast<std::ptrdiff_t>(std::clamp(std::round(seconds * audio.rate), 0.0, static_cast<double>(audio.length()))); };
  const std::ptrdiff_t from = sample(time_s - around_s), to = sample(time_s + around_s);
  for (const std::vector<double>& channel : audio.channels) out.channels.emplace_back(channel.begin() + from, channel.begin() + to);
  return out;
}

core::Outcome write_excerpts(const Audio& a, const Audio& b, double time_s, const std::string& path_a, const std::string& path_b, double around_s) {
  if (auto outcome = write_whole(path_a, wav_bytes(excerpt(a, time_s, around_s))); !outcome) return outcome;
  return write_whole(path_b, wav_bytes(excerpt(b, time_s, around_s)));
}

}  // namespace syrinx::ab
