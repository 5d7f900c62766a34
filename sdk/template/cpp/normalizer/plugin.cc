// @NAME@/normalizer: changes text before it is spoken.
#include <string>
#include <syrinx/sdk.hpp>

namespace {

struct Options {
  std::string ampersand = "and";
  static auto describe() {
    return syrinx::options(syrinx::option("ampersand", &Options::ampersand).utterance().help("The word for &."));
  }
};

// A session speaks one utterance at a time: begin, any number of push, finish, end.
class @CLASS@ final : public syrinx::Flow<Options> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    text_.clear();
    return syrinx::ok;
  }
  // Text may come in pieces that end anywhere, so it is collected first.
  syrinx::Status push(syrinx::Call&, syrinx::Item item) override {
    text_ += item.text();
    return syrinx::ok;
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    return call.emit(0, syrinx::Out().text(spoken(text_)).last());
  }

 private:
  std::string spoken(const std::string& text) const {
    // TODO: say here how your text is read aloud.
    std::string out;
    for (char c : text) out += c == '&' ? options().ampersand : std::string(1, c);
    return out;
  }

  std::string text_;
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("normalizer", syrinx::kind::normalizer).summary("Says & as a word."))
