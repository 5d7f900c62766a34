#include "normalizer_stage.h"

#include <dlfcn.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace wfst {
namespace {

using syrinx::Failure;
using syrinx::Json;

// The folder that this library was loaded from: grammars stand beside it.
std::string own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || !info.dli_fname) return ".";
  const std::string path = info.dli_fname;
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  if (in) out << in.rdbuf();
  if (!in) throw Failure(syrinx::not_found, "cannot read " + path);
  return out.str();
}

// A code point as text and number, for warnings.
std::string name_of(char32_t c) {
  char number[16];
  std::snprintf(number, sizeof number, "U+%04X", static_cast<unsigned>(c));
  return number;
}

// What lies between pieces: a line break if there was one, else a space if there was any.
std::string gap_behind(std::string_view piece) {
  const size_t end = piece.find_last_not_of(" \t\n\r");
  const std::string_view space = end == std::string_view::npos ? piece : piece.substr(end + 1);
  return space.empty() ? "" : space.find('\n') != std::string_view::npos ? "\n" : " ";
}

}  // namespace

ReadingOptions NormalizerOptions::readings() const {
  ReadingOptions out;
  out.traditional = traditional;
  out.width = width;
  out.erhua = erhua;
  out.interjections = interjections;
  out.remove_punctuation = remove_punctuation;
  out.tag_oov = tag_oov;
  out.negative = negative;
  out.decimal_zero = decimal_zero;
  out.date_order = date_order;
  out.hundred_and = hundred_and;
  return out;
}

syrinx::Status NormalizerModel::create(syrinx::Call& call, const NormalizerOptions& options, const syrinx::Create&, NormalizerModel& out) {
  auto parts = std::make_shared<ChainParts>();
  ChainOptions& chain = parts->options;
  chain.language = options.language;
  chain.default_language = options.default_language;
  chain.repair.keep_emoji = options.emoji;
  chain.strict = options.strict;
  chain.read = options.read;
  chain.tags = options.tags;
  chain.overrides = options.overrides;
  chain.reading = options.readings();
  std::string error;
  const std::string folder = options.grammars.empty() ? own_folder() : options.grammars;
  if (options.tagger.empty() != options.verbalizer.empty())
    return call.fail(syrinx::invalid, std::string("only one of tagger and verbalizer is given"), "both belong together; without either, the grammars of this plugin read");
  if (!options.tagger.empty()) {
    parts->foreign = ForeignGrammar::open(options.tagger, options.verbalizer, options.rewrite, options.style == "nested" ? TokenStyle::kNested : TokenStyle::kFlat, &error);
    if (!parts->foreign) return call.fail(syrinx::invalid, error, "FST files of type vector or const with standard arcs and bytes as labels can be read");
  } else if (options.read) {
    for (const std::string& language : options.languages) {
      parts->grammars[language] = Grammar::open(folder, language, chain.reading, &error);
      if (!parts->grammars[language]) return call.fail(syrinx::not_found, error, "wfst-compile makes a grammar from a rule file; the languages are zh, en and ja");
    }
  }
  if (!parts->lexicon.open(options.lexicon, &error)) return call.fail(syrinx::invalid, error, "a line is: written TAB spoken [TAB word,nocase,lang=zh,priority=1]");
  if (!options.homophones.empty()) {
    parts->homophones = HomophoneTable::parse(contents(options.homophones), &error);
    if (!parts->homophones) return call.fail(syrinx::invalid, options.homophones + ", " + error);
  }
  parts->profile = options.profile_file.empty() ? ModelProfile::named(options.profile) : ModelProfile::parse(contents(options.profile_file), &error);
  if (!parts->profile) return call.fail(syrinx::invalid, options.profile_file + ", " + error);
  out.parts = std::move(parts);
  return syrinx::ok;
}

syrinx::Status Normalizer::open(syrinx::Call&) {
  SplitOptions split;
  split.sentences = options().split;
  split.target = static_cast<uint32_t>(options().target);
  split.hard = static_cast<uint32_t>(std::max(options().hard, options().target));
  split.least = static_cast<uint32_t>(options().least);
  markup_ = std::make_unique<Markup>(options().tags, options().overrides);
  splitter_ = std::make_unique<Splitter>(split, markup_.get());
  chain_ = std::make_unique<Chain>(model().parts);
  return syrinx::ok;
}

syrinx::Status Normalizer::begin(syrinx::Call&, const syrinx::Begin&) {
  splitter_->reset();
  chain_->begin(options().language);
  whole_.clear();
  gap_.clear();
  meta_ = Json::object();
  return syrinx::ok;
}

syrinx::Status Normalizer::push(syrinx::Call& call, syrinx::Item item) {
  chain_->arrived(item.text());
  splitter_->push(item.text());
  return read_pieces(call);
}

syrinx::Status Normalizer::read_pieces(syrinx::Call& call) {
  std::string_view piece;
  while (splitter_->next(piece)) {
    if (call.cancelled()) return syrinx::cancelled;
    if (call.finish_early()) return syrinx::ok;
    if (!chain_->read(piece, reading_, options().explain)) return call.fail(syrinx::invalid, "the text is not UTF-8", "set strict to false to leave out what is damaged");
    const uint32_t shift = options().split ? 0 : static_cast<uint32_t>(whole_.size() + gap_.size());
    if (options().align || options().explain) {
      if (options().split) meta_ = Json::object();
      for (const Segment& segment : reading_.segments) {
        Json one{{"spoken", {segment.spoken.begin + shift, segment.spoken.end + shift}}, {"written", {segment.written.begin, segment.written.end}}};
        if (!segment.klass.empty()) one["class"] = segment.klass;
        if (!segment.rule.empty()) one["rule"] = segment.rule;
        if (segment.unread) one["unread"] = true;
        meta_["segments"].push_back(std::move(one));
      }
      for (const ExplainedToken& token : reading_.tokens) {
        Json fields = Json::array();
        for (const auto& [name, value] : token.fields) fields.push_back({{"name", name}, {"value", value}});
        meta_["tokens"].push_back({{"class", token.klass}, {"rule", token.rule}, {"weight", std::round(token.weight * 1e4) / 1e4}, {"written", {token.written.begin, token.written.end}}, {"fields", fields}});
      }
    }
    const std::string gap = gap_behind(piece);
    if (!options().split) {
      if (!reading_.text.empty() && !whole_.empty()) whole_ += gap_;
      whole_ += reading_.text;
      gap_ = gap;
      continue;
    }
    if (reading_.text.empty()) continue;
    syrinx::Out out;
    out.text(reading_.text).piece();
    if (!meta_.empty()) out.meta(meta_);
    const syrinx::Status status = call.emit(0, out);
    if (status != syrinx::ok) return status;
  }
  return syrinx::ok;
}

syrinx::Status Normalizer::finish(syrinx::Call& call, uint32_t, uint32_t) {
  splitter_->finish();
  const syrinx::Status status = read_pieces(call);
  if (status != syrinx::ok) return status;
  report(call);
  syrinx::Out out;
  out.text(options().split ? std::string() : whole_).last();
  if (!options().split && !meta_.empty()) out.meta(meta_);
  return call.emit(0, out);
}

// Once a request, what could not be read or said.
void Normalizer::report(syrinx::Call& call) const {
  const ChainReport& report = chain_->report();
  for (const std::string& warning : report.warnings) call.warn(warning);
  if (report.repair.bad_parts > 0) call.warn(std::to_string(report.repair.bad_parts) + " damaged parts of the text (no UTF-8) are left out");
  if (report.repair.shortened > 0) call.warn(std::to_string(report.repair.shortened) + " runs of one symbol or of more than 1,000 digits are shortened");
  for (const auto& [klass, count] : report.unread) call.warn(std::to_string(count) + " tokens of class " + (klass.empty() ? "?" : klass) + " have no reading; their written form goes on");
  if (!report.fit.dropped.empty()) {
    std::string text = "characters that the model does not know are left out:";
    size_t shown = 0;
    for (const auto& [c, count] : report.fit.dropped) {
      if (++shown > 12) {
        text += " and " + std::to_string(report.fit.dropped.size() - 12) + " more";
        break;
      }
      text += " " + name_of(c) + " (" + std::to_string(count) + ")";
    }
    call.warn(text);
  }
  if (report.fit.digits > 0) call.warn(std::to_string(report.fit.digits) + " digits have no reading, the first in \"" + report.fit.digits_context + "\"");
}

}  // namespace wfst
