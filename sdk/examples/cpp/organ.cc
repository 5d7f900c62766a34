// organ/vocoder: a chord of harmonics for each acoustic code.
#include <cmath>
#include <syrinx/sdk.hpp>

namespace {

constexpr int kSampleRate = 24000, kFrame = 480;  // samples a code: 50 codes a second
constexpr int kTable = 4096;

struct Options {
  int harmonics = 6;
  double low = 110, gain = 0.3;
  static auto describe() {
    return syrinx::options(
        syrinx::option("harmonics", &Options::harmonics).range(1, 64).help("How many a tone has."),
        syrinx::option("low", &Options::low).range(20, 2000).help("The tone of code 0, in Hz."),
        syrinx::option("gain", &Options::gain).range(0, 1).utterance().help("Amplitude."));
  }
};

// What all sessions of a stage share; a real vocoder reads its weights here.
struct Wave {
  std::vector<float> period;

  static syrinx::Status create(syrinx::Call&, const Options& options, const syrinx::Create&,
                               Wave& out) {
    out.period.assign(kTable, 0);
    double most = 0;
    for (int i = 0; i < kTable; ++i) {
      double sum = 0;
      for (int h = 1; h <= options.harmonics; ++h)
        sum += std::sin(6.283185307179586 * h * i / kTable) / h;
      out.period[static_cast<size_t>(i)] = static_cast<float>(sum);
      most = std::max(most, std::fabs(sum));
    }
    for (float& x : out.period) x = static_cast<float>(x / most);
    return syrinx::ok;
  }
};

class Organ final : public syrinx::Flow<Options, Wave> {
 public:
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) {
    return {{{"codes", syrinx::Codes{}.heads(1).rate(double(kSampleRate) / kFrame)}},
            {{"audio", syrinx::Audio{}.sample_rate(kSampleRate).channels(1)}}};
  }
  syrinx::Status begin(syrinx::Call&, const syrinx::Begin&) override {
    phase_ = 0;
    pitch_ = -1;
    offset_ = 0;
    return syrinx::ok;
  }
  // codes: i32 [T, heads].
  syrinx::Status push(syrinx::Call& call, syrinx::Item item) override {
    const syrinx::TensorView codes = item.tensor(0);
    if (!codes) return syrinx::ok;
    if (!codes.is<int32_t>() || codes.dims() != 2)
      return call.fail(syrinx::invalid, "codes must be i32 [T, heads]",
                       "a generator with one head, such as toy/generator");
    syrinx::Tensor audio = call.tensor<float>({1, codes.size(0) * kFrame});
    for (int64_t t = 0; t < codes.size(0); ++t) {
      if (call.cancelled()) return syrinx::cancelled;
      speak(codes.data<int32_t>()[t * codes.stride(0)], audio.data<float>() + t * kFrame);
    }
    const int64_t at = offset_;
    offset_ += codes.size(0) * kFrame;
    return call.emit(0, syrinx::Out().tensor(std::move(audio)).offset(at));
  }
  syrinx::Status finish(syrinx::Call& call, uint32_t, uint32_t) override {
    return call.emit(0, syrinx::Out().offset(offset_).last());
  }

 private:
  // Slides to the tone of the code; phase and pitch go on from the frame before, also in the next
  // push.
  void speak(int32_t code, float* to) {
    const double wanted = options().low * std::pow(2.0, code / 12.0) / kSampleRate;
    if (pitch_ < 0) pitch_ = wanted;
    for (int i = 0; i < kFrame; ++i) {
      pitch_ += (wanted - pitch_) * 0.01;
      phase_ = std::fmod(phase_ + pitch_, 1.0);
      to[i] =
          static_cast<float>(options().gain) * model().period[static_cast<size_t>(phase_ * kTable)];
    }
  }

  double phase_ = 0, pitch_ = -1;
  int64_t offset_ = 0;
};

}  // namespace

SYX_PLUGIN("org.example.organ", "0.1.0",
           syrinx::component<Organ>("vocoder", syrinx::kind::vocoder)
               .summary("A chord of harmonics for each code.")
               .streaming("exact"))
