// One variant of the vocoder's kernels. Included by dsp_*.cc inside a namespace of its own (why: see net/kernels.inl).
// Expects SYRINX_VARIANT_NAME and kLanes.

namespace {
#include "lanes.inl"

// What kissfft.hh needs of the standard library, for scalars that are vectors: the library is generic, std::complex is
// promised for built-in types only, and an instance of std::vector could leave this file (see above).
namespace std {
using ::std::size_t;

struct Lanes {
  V v;
  Lanes() = default;
  Lanes(V x) : v(x) {}
  Lanes(double x) : v(splat(static_cast<float>(x))) {}
  Lanes(float x) : v(splat(x)) {}
  Lanes(int x) : v(splat(static_cast<float>(x))) {}
  Lanes operator-() const { return -v; }
};
inline Lanes operator+(Lanes a, Lanes b) { return a.v + b.v; }
inline Lanes operator-(Lanes a, Lanes b) { return a.v - b.v; }
inline Lanes operator*(Lanes a, Lanes b) { return a.v * b.v; }
inline Lanes operator*(size_t a, Lanes b) { return b.v * static_cast<float>(a); }
inline Lanes operator*(int a, Lanes b) { return b.v * static_cast<float>(a); }
inline Lanes operator/(Lanes a, size_t b) { return a.v / static_cast<float>(b); }
inline Lanes acos(Lanes) { return 3.14159265358979324; }  // asked for -1 only

template <class T>
struct complex {
  T re, im;
  complex() = default;
  complex(T r, T i) : re(r), im(i) {}
  T real() const { return re; }
  T imag() const { return im; }
  void imag(T i) { im = i; }
  complex& operator+=(complex b) {
    re = re + b.re;
    im = im + b.im;
    return *this;
  }
  complex& operator*=(T b) {
    re = re * b;
    im = im * b;
    return *this;
  }
};
template <class T>
inline complex<T> operator+(complex<T> a, complex<T> b) { return {a.re + b.re, a.im + b.im}; }
template <class T>
inline complex<T> operator-(complex<T> a, complex<T> b) { return {a.re - b.re, a.im - b.im}; }
template <class T>
inline complex<T> operator*(complex<T> a, complex<T> b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
template <class T>
inline complex<T> operator*(complex<T> a, T b) { return {a.re * b, a.im * b}; }
template <class T>
inline complex<T> operator*(T a, complex<T> b) { return {a * b.re, a * b.im}; }
template <class T>
inline complex<T> conj(complex<T> a) { return {a.re, -a.im}; }
// Of i times an angle. kissfft adds up rounded angles; what it means is the nearest multiple of 2 pi / kFft.
template <class T>
inline complex<T> exp(complex<T> a) {
  const double step = 6.28318530717958648 / kFft, angle = __builtin_round(static_cast<double>(a.im.v[0]) / step) * step;
  return {T(__builtin_cos(angle)), T(__builtin_sin(angle))};
}
template <class T>
inline void swap(T& a, T& b) {
  T c = a;
  a = b;
  b = c;
}

// Fixed in capacity: enough for the two plans below.
template <class T>
class vector {
 public:
  void resize(size_t n) { size_ = n; }
  void push_back(const T& value) { values_[size_++] = value; }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return values_[i]; }
  const T& operator[](size_t i) const { return values_[i]; }
  T* begin() { return values_; }
  T* end() { return values_ + size_; }
  typedef T* iterator;

 private:
  T values_[kFft / 2];
  size_t size_ = 0;
};
}  // namespace std

#include "kissfft.hh"

using Scalar = std::Lanes;
using Complex = std::complex<Scalar>;
constexpr int kHalf = kFft / 2;

struct Plans {
  kissfft<Scalar> forward{kHalf, false}, inverse{kHalf, true};
  float window[kFft];
  float cosine[kHalf], sine[kHalf];  // of 2 pi k / kFft
  Plans() {
    for (int n = 0; n < kFft; ++n) window[n] = static_cast<float>(0.5 - 0.5 * __builtin_cos(6.28318530717958648 * n / kFft));
    for (int k = 0; k < kHalf; ++k) {
      cosine[k] = static_cast<float>(__builtin_cos(6.28318530717958648 * k / kFft));
      sine[k] = static_cast<float>(__builtin_sin(6.28318530717958648 * k / kFft));
    }
  }
};

const Plans& plans() {
  static const Plans* const kPlans = new Plans;
  return *kPlans;
}

struct Work {
  V* time;      // [kFft]
  V* spectrum;  // [kHalf][2], kissfft's packing: the real bins 0 and 600 share the first
};

Work split(float* work) {
  V* aligned = reinterpret_cast<V*>((reinterpret_cast<uintptr_t>(work) + 63) & ~uintptr_t{63});
  return {aligned, aligned + kFft + 8};
}

void forward(const FrameBlock& block, const Work& work) {
  const float* window = plans().window;
  for (int n = 0; n < kFft; ++n) {
    V x = V{};
    for (int i = 0; i < kLanes; ++i) x[i] = block.excitation[i < block.count ? i : 0][n];
    work.time[n] = x * (window[n] * (1.0f / kHop));
  }
  plans().forward.transform_real(reinterpret_cast<const Scalar*>(work.time), reinterpret_cast<Complex*>(work.spectrum));
}

// S of one bin: its real and imaginary parts, from E's.
template <bool whisper>
inline void filter(const V p[5], V n1, V n2, V* re, V* im) {
  const V seven = splat(7.0f);
  const V harmonic = exp(least(p[0], seven)), noise = exp(least(p[2], seven));
  if (whisper) {
    // A bin of the voiced spectrum holds about this share of a unit cosine's peak, spread over the bins between harmonics.
    const V level = square_root(noise * noise + 0.06f * harmonic * harmonic);
    *re = level * n1;
    *im = level * n2;
    return;
  }
  const V rest = exp(least(p[3], seven));
  V s, c, s2, c2;
  sincos(3.14159265358979324f * tanh(p[1]), &s, &c);
  sincos(p[4], &s2, &c2);
  const V er = *re, ei = *im;
  *re = harmonic * (c * er - s * ei) + noise * n1 + rest * c2;
  *im = harmonic * (c * ei + s * er) + noise * n2 + rest * s2;
}

// The parts of the next bins, kLanes at a time where frames are contiguous in bins.
struct Parts {
  V rows[5][kLanes];

  void read(const FrameBlock& block, int bin, V p[5]) {
    const bool whole = block.bin == 1 && bin / kLanes * kLanes + kLanes <= kFftBins;
    if (whole && bin % kLanes == 0) {
      for (int part = 0; part < 5; ++part) {
        for (int i = 0; i < kLanes; ++i)
          __builtin_memcpy(&rows[part][i], block.frame[i < block.count ? i : 0] + part * block.part + bin, sizeof(V));
        transpose(rows[part]);
      }
    }
    for (int part = 0; part < 5; ++part) {
      if (whole) {
        p[part] = rows[part][bin % kLanes];
        continue;
      }
      for (int i = 0; i < kLanes; ++i) p[part][i] = block.frame[i < block.count ? i : 0][part * block.part + bin * block.bin];
    }
  }
};

template <bool whisper>
void apply(const FrameBlock& block, const Work& work) {
  V* const s = work.spectrum;
  V words[2][2] = {};  // second half of a counter's words
  Parts parts;
  for (int bin = 0; bin <= kHalf; ++bin) {
    V n1 = V{}, n2 = V{};
    if (block.noise.given) {
      for (int i = 0; i < kLanes; ++i) {
        const float* from = block.noise.given + (bin * block.noise.given_frames + block.first + (i < block.count ? i : 0)) * 2;
        n1[i] = from[0];
        n2[i] = from[1];
      }
    } else if (bin % 2 == 0) {
      U frames = U{};
      for (int i = 0; i < kLanes; ++i) frames[i] = static_cast<uint32_t>(block.first + i);
      U counter[4] = {U{} + static_cast<uint32_t>(bin / 2), frames, U{}, U{}};
      philox(counter, static_cast<uint32_t>(block.noise.key), static_cast<uint32_t>(block.noise.key >> 32));
      normals(counter[0], counter[1], &n1, &n2);
      words[0][0] = (V)counter[2];
      words[0][1] = (V)counter[3];
    } else {
      normals((U)words[0][0], (U)words[0][1], &n1, &n2);
    }
    V p[5] = {};
    parts.read(block, bin, p);
    V re = V{}, im = V{};
    if (bin == 0 || bin == kHalf) {  // real in, and only the real part goes out
      re = whisper ? V{} : s[bin == 0 ? 0 : 1];
      filter<whisper>(p, n1, n2, &re, &im);
      if (bin == 0) work.time[0] = re;
      else work.time[1] = re;
      continue;
    }
    if (!whisper) re = s[2 * bin], im = s[2 * bin + 1];
    filter<whisper>(p, n1, n2, &re, &im);
    s[2 * bin] = re;
    s[2 * bin + 1] = im;
  }
  s[0] = work.time[0];
  s[1] = work.time[1];
}

// Inverse real transform by a complex one of half the length, in place of `time`.
void backward(const FrameBlock& block, const Work& work) {
  const Plans& p = plans();
  V* const s = work.spectrum;
  const V first = s[0], last = s[1];
  s[0] = first + last;
  s[1] = first - last;
  for (int k = 1; 2 * k <= kHalf; ++k) {
    const int j = kHalf - k;
    const V ar = s[2 * k], ai = s[2 * k + 1], br = s[2 * j], bi = -s[2 * j + 1];
    const V er = ar + br, ei = ai + bi, dr = ar - br, di = ai - bi;
    const V c = splat(p.cosine[k]), w = splat(p.sine[k]);
    const V tr = dr * c - di * w, ti = dr * w + di * c;  // (a - b) e^{+2 pi i k / N}
    s[2 * k] = er - ti;
    s[2 * k + 1] = ei + tr;
    s[2 * j] = er + ti;
    s[2 * j + 1] = tr - ei;
  }
  p.inverse.transform(reinterpret_cast<const Complex*>(s), reinterpret_cast<Complex*>(work.time));
  for (int n = 0; n < kFft; ++n) {
    work.time[n] *= p.window[n] * (1.0f / kFft);
  }
  for (int i = 0; i < block.count; ++i)
    for (int n = 0; n < kFft; ++n) block.out[i][n] = work.time[n][i];
}

void pulses(const float* harmonics, const float* phase, int64_t n, float* e) {
  for (int64_t first = 0; first < n; first += kLanes) {
    const int count = n - first < kLanes ? static_cast<int>(n - first) : kLanes;
    V h = V{}, t = V{};
    __builtin_memcpy(&h, harmonics + first, sizeof(float) * count);
    __builtin_memcpy(&t, phase + first, sizeof(float) * count);
    V top, half, unused;
    sincos((h + 0.5f) * t, &top, &unused);
    sincos(0.5f * t, &half, &unused);
    const V below = 2.0f * half;
    const I near_zero = (below <= 0.002f) & (below >= -0.002f);
    const V value = pick(near_zero, h, top / pick(near_zero, splat(1.0f), below) - 0.5f);
    const V out = pick(h > 0.0f, value, V{});
    __builtin_memcpy(e + first, &out, sizeof(float) * count);
  }
}

void voice(const FrameBlock& block, float* floats) {
  const Work work = split(floats);
  forward(block, work);
  apply<false>(block, work);
  backward(block, work);
}

void whisper(const FrameBlock& block, float* floats) {
  const Work work = split(floats);
  apply<true>(block, work);
  backward(block, work);
}

void analyse(const FrameBlock& block, float* floats, float* spectra) {
  const Work work = split(floats);
  forward(block, work);
  for (int i = 0; i < block.count; ++i, spectra += 2 * kFftBins) {
    for (int k = 1; k < kHalf; ++k) {
      spectra[2 * k] = work.spectrum[2 * k][i];
      spectra[2 * k + 1] = work.spectrum[2 * k + 1][i];
    }
    spectra[0] = work.spectrum[0][i];
    spectra[2 * kHalf] = work.spectrum[1][i];
    spectra[1] = spectra[2 * kHalf + 1] = 0;
  }
}

}  // namespace

extern const DspKernels kDspKernels;
const DspKernels kDspKernels = {SYRINX_VARIANT_NAME, kLanes, pulses, voice, whisper, analyse};
