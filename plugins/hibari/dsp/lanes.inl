// Vectors of kLanes floats and the functions on them. Included inside a variant's namespace.

typedef float V __attribute__((vector_size(4 * kLanes)));
typedef int32_t I __attribute__((vector_size(4 * kLanes)));
typedef uint32_t U __attribute__((vector_size(4 * kLanes)));
typedef uint64_t U2 __attribute__((vector_size(8 * kLanes)));

inline V splat(float x) { return x - V{}; }
inline I bits(V x) { return (I)x; }
inline V real(I x) { return (V)x; }
inline V pick(I mask, V yes, V no) { return real((mask & bits(yes)) | (~mask & bits(no))); }
inline V least(V a, V b) { return pick(a < b, a, b); }
inline V most(V a, V b) { return pick(a > b, a, b); }
inline V to_float(I x) { return __builtin_convertvector(x, V); }
inline I to_int(V x) { return __builtin_convertvector(x, I); }
// To nearest even, for |x| < 2^22.
inline V round_even(V x) { return (x + 12582912.0f) - 12582912.0f; }

// Relative error below 2e-7 (Cephes' polynomial); flushed at the ends of float's range.
inline V exp(V x) {
  x = most(least(x, splat(87.0f)), splat(-87.0f));
  const V n = round_even(x * 1.44269504088896341f);
  const V r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  V p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * real((to_int(n) + 127) << 23);
}

// Of a positive normal number.
inline V log(V x) {
  const I exponent = ((bits(x) - 0x3f3504f3) >> 23);  // so that the mantissa lies in [sqrt(1/2), sqrt(2))
  const V m = real(bits(x) - (exponent << 23)) - 1.0f;
  const V e = to_float(exponent), z = m * m;
  V p = splat(7.0376836292e-2f);
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  return (m + (p * m * z + e * -2.12194440e-4f - 0.5f * z)) + e * 0.693359375f;
}

// Absolute error below 3e-7 for |x| < 8192 (Cephes' reduction in three parts and polynomials).
inline void sincos(V x, V* sine, V* cosine) {
  const V n = round_even(x * 0.636619772367581343f);
  const V r = ((x - n * 1.5703125f) - n * 4.837512969970703125e-4f) - n * 7.54978995489188216e-8f;
  const V z = r * r;
  const V s = ((splat(-1.9515295891e-4f) * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
  const V c = ((splat(2.443315711809948e-5f) * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1.0f;
  const I q = to_int(n);
  const I swap = -(q & 1);
  *sine = real(bits(pick(swap, c, s)) ^ ((q & 2) << 30));
  *cosine = real(bits(pick(swap, s, c)) ^ (((q + 1) & 2) << 30));
}

inline V square_root(V x) {
  V out = V{};
  for (int i = 0; i < kLanes; ++i) out[i] = __builtin_sqrtf(x[i]);
  return out;
}

inline V tanh(V x) {
  x = most(least(x, splat(10.0f)), splat(-10.0f));
  return 1.0f - 2.0f / (exp(2.0f * x) + 1.0f);
}

// Rows and columns of kLanes vectors exchanged.
template <int step>
inline void exchange(V* rows) {
#if defined(__clang__)
  for (int i = 0; i < kLanes; ++i)
    for (int k = 0; k < i; ++k) {
      const float swapped = rows[i][k];
      rows[i][k] = rows[k][i];
      rows[k][i] = swapped;
    }
#else
  I low = I{}, high = I{};
  for (int k = 0; k < kLanes; ++k) {
    low[k] = k & step ? kLanes + k - step : k;
    high[k] = k & step ? kLanes + k : k + step;
  }
  for (int i = 0; i < kLanes; ++i) {
    if (i & step) continue;
    const V a = rows[i], b = rows[i + step];
    rows[i] = __builtin_shuffle(a, b, low);
    rows[i + step] = __builtin_shuffle(a, b, high);
  }
  if constexpr (step > 1) exchange<step / 2>(rows);
#endif
}
inline void transpose(V* rows) { exchange<kLanes / 2>(rows); }

// Philox4x32-10 (Salmon et al. 2011) with one counter in each lane.
inline void philox(U c[4], uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    const U2 a = __builtin_convertvector(c[0], U2) * uint64_t{0xD2511F53}, b = __builtin_convertvector(c[2], U2) * uint64_t{0xCD9E8D57};
    const U high_a = __builtin_convertvector(a >> 32, U), low_a = __builtin_convertvector(a, U);
    const U high_b = __builtin_convertvector(b >> 32, U), low_b = __builtin_convertvector(b, U);
    c[0] = high_b ^ c[1] ^ k0;
    c[1] = low_b;
    c[2] = high_a ^ c[3] ^ k1;
    c[3] = low_a;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

// Two independent standard normals from two words (Box and Muller 1958).
inline void normals(U a, U b, V* x, V* y) {
  const V u = (to_float((I)(a >> 8)) + 0.5f) * (1.0f / 16777216.0f);  // in (0, 1)
  const V angle = to_float((I)(b >> 8)) * (6.28318530717958648f / 16777216.0f);
  const V radius = square_root(-2.0f * log(u));
  sincos(angle, y, x);
  *x *= radius;
  *y *= radius;
}
