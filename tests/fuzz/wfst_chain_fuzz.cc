// Any bytes through splitter and chain: pieces that join to the input, output that is UTF-8 and bounded, segments inside both texts.
#include <cstdlib>

#include "chain/chain.h"
#include "text/utf8.h"

namespace {

std::shared_ptr<wfst::ChainParts> parts(const char* profile) {
  auto out = std::make_shared<wfst::ChainParts>();
  out->options.tags = {"laugh", "oral"};
  out->profile = wfst::ModelProfile::named(profile);
  const char* const folder = std::getenv("WFST_GRAMMARS");
  for (const char* language : {"zh", "en", "ja"}) {
    std::string error;
    out->grammars[language] = wfst::Grammar::open(folder ? folder : ".", language, out->options.reading, &error);
    if (!out->grammars[language]) std::abort();
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wfst;
  static Chain plain(parts("none")), model(parts("chattts"));
  static const Markup markup({"laugh", "oral"}, true);
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (Chain* chain : {&plain, &model}) {
    SplitOptions options;
    options.target = 40;
    options.hard = 80;
    Splitter splitter(options, &markup);
    chain->begin();
    chain->arrived(text);
    splitter.push(std::string_view(text).substr(0, size / 2));
    std::string joined;
    uint64_t spoken = 0;
    const auto read = [&] {
      std::string_view piece;
      Reading out;
      while (splitter.next(piece)) {
        joined += piece;
        if (!chain->read(piece, out, true)) std::abort();
        if (first_bad_utf8(out.text) != std::string_view::npos) std::abort();
        spoken += out.text.size();
        for (const Segment& segment : out.segments)
          if (segment.spoken.begin > segment.spoken.end || segment.spoken.end > out.text.size() || segment.written.begin > segment.written.end || segment.written.end > size) std::abort();
      }
    };
    read();
    splitter.push(std::string_view(text).substr(size / 2));
    splitter.finish();
    read();
    if (joined != text || spoken > 64 * size) std::abort();
  }
  return 0;
}
