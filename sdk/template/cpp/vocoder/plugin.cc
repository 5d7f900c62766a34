// @NAME@/vocoder: acoustic codes to samples.
#include <cmath>
#include <syrinx/sdk.hpp>

namespace {

constexpr int kSampleRate = 24000, kFrame = 480;  // samples a code: 50 codes a second

struct Options {
  double gain = 0.3;
  static auto describe() {
    return syrinx::options(syrinx::option("gain", &Options::gain).range(0, 1).utterance().help("Amplitude of the loudest sample."));
  }
};

class @CLASS@ final : public syrinx::Flow<Options> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"codes", syrinx::Codes{}.heads(1).rate(double(kSampleRate) / kFrame)}},
            {{"audio", syrinx::Audio{}.sample_rate(kSampleRate).channels(1)}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    phase_ = 0;
    offset_ = 0;
    return syrinx::ok;
  }
  // codes: i32 [T, heads]. What came so far is heard before the rest is made.
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView codes = item.tensor(0);
    if (!codes) return syrinx::ok;
    if (!codes.is<int32_t>() || codes.dims() != 2) return call.fail(syrinx::invalid, "codes must be i32 [T, heads]");
    syrinx::Tensor audio = call.tensor<float>({1, codes.size(0) * kFrame});
    for (int64_t t = 0; t < codes.size(0); ++t)
      speak(codes.data<int32_t>()[t * codes.stride(0)], audio.data<float>() + t * kFrame);
    const int64_t at = offset_;
    offset_ += codes.size(0) * kFrame;
    return call.emit(0, syrinx::Out().tensor(std::move(audio)).offset(at));
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    return call.emit(0, syrinx::Out().offset(offset_).last());
  }

 private:
  // Writes kFrame samples.
  void speak(int32_t code, float* to) {
    // TODO: make your sound of a code; weights that sessions share belong into a Model (syrinx/sdk/flow.hpp).
    const double step = 110 * std::pow(2.0, code / 12.0) / kSampleRate;
    for (int i = 0; i < kFrame; ++i) {
      phase_ = std::fmod(phase_ + step, 1.0);
      to[i] = static_cast<float>(options().gain * (2 * phase_ - 1));
    }
  }

  double phase_ = 0;  // kept between pushes, so that how the codes were cut is not heard
  int64_t offset_ = 0;
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("vocoder", syrinx::kind::vocoder).summary("A buzz for each code.").streaming("exact"))
