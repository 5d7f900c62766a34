// @NAME@/effect: changes audio on its way.
#include <cmath>
#include <syrinx/sdk.hpp>

namespace {

struct Options {
  double gain = -6;
  static auto describe() {
    return syrinx::options(syrinx::option("gain", &Options::gain).range(-60, 20).utterance().help("In dB."));
  }
};

class @CLASS@ final : public syrinx::Flow<Options> {
 public:
  // Whatever rate and channels come in go out.
  static syrinx::Ports ports(const Options&, const syrinx::Inputs& in) {
    syrinx::Audio audio;
    const auto given = in.get<syrinx::Audio>("audio");
    if (given.has("sample_rate")) audio.sample_rate(given.get<int>("sample_rate", 0));
    if (given.has("channels")) audio.channels(given.get<int>("channels", 1));
    return {{{"audio", audio}}, {{"audio", audio}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    offset_ = 0;
    return syrinx::ok;
  }
  // audio: f32 [channels, N].
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView from = item.tensor(0);
    if (!from) return syrinx::ok;
    if (!from.is<float>() || from.dims() != 2) return call.fail(syrinx::invalid, "audio must be f32 [channels, N]");
    const int64_t channels = from.size(0), n = from.size(1);
    syrinx::Tensor to = call.tensor<float>({channels, n});
    const auto factor = static_cast<float>(std::pow(10, options().gain / 20));
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < n; ++i) {
        const float x = from.data<float>()[c * from.stride(0) + i * from.stride(1)];
        // TODO: change the samples as your effect does; what it remembers is reset in begin.
        to.data<float>()[c * n + i] = factor * x;
      }
    const int64_t at = offset_;
    offset_ += n;
    return call.emit(0, syrinx::Out().tensor(std::move(to)).offset(at));
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    return call.emit(0, syrinx::Out().offset(offset_).last());
  }

 private:
  int64_t offset_ = 0;
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("effect", syrinx::kind::effect).summary("Louder or quieter.").streaming("exact"))
