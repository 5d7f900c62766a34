// @NAME@/decoder: acoustic codes to a mel spectrogram.
#include <cmath>
#include <syrinx/sdk.hpp>

namespace {

constexpr int kBins = 80, kHop = 240, kFramesPerCode = 2, kSampleRate = 24000;

struct Options {
  double width = 3;
  static auto describe() {
    return syrinx::options(syrinx::option("width", &Options::width).range(0.5, 40).help("Width of a formant, in bins."));
  }
};

class @CLASS@ final : public syrinx::Flow<Options> {
 public:
  // A vocoder that was made for other bins, another hop or another scale is refused before anything runs.
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"codes", syrinx::Codes{}.heads(1).rate(double(kSampleRate) / kHop / kFramesPerCode)}},
            {{"mel", syrinx::Mel{}.bins(kBins).fft(1024).hop(kHop).sample_rate(kSampleRate).scale("ln")}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    offset_ = 0;
    return syrinx::ok;
  }
  // codes: i32 [T, heads]; emits f32 [bins, F].
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView codes = item.tensor(0);
    if (!codes) return syrinx::ok;
    if (!codes.is<int32_t>() || codes.dims() != 2) return call.fail(syrinx::invalid, "codes must be i32 [T, heads]");
    const int64_t frames = codes.size(0) * kFramesPerCode;
    syrinx::Tensor mel = call.tensor<float>({kBins, frames});
    for (int64_t f = 0; f < frames; ++f)
      decode(codes.data<int32_t>()[f / kFramesPerCode * codes.stride(0)], mel.data<float>() + f, frames);
    const int64_t at = offset_;
    offset_ += frames;
    return call.emit(0, syrinx::Out().tensor(std::move(mel)).offset(at));
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    return call.emit(0, syrinx::Out().offset(offset_).last());
  }

 private:
  // Writes kBins values, `stride` apart.
  void decode(int32_t code, float* to, int64_t stride) const {
    // TODO: run your model; weights that sessions share belong into a Model (syrinx/sdk/flow.hpp).
    const double formant = 8 + code % 56;
    for (int b = 0; b < kBins; ++b) {
      const double distance = (b - formant) / options().width;
      to[b * stride] = static_cast<float>(std::log(1e-5 + std::exp(-0.5 * distance * distance)));
    }
  }

  int64_t offset_ = 0;
};

}  // namespace

SYX_PLUGIN("@ID@", "0.1.0",
           syrinx::component<@CLASS@>("decoder", syrinx::kind::decoder).summary("A formant for each code.").streaming("exact"))
