#include <syrinx/sdk.hpp>
struct L : syrinx::Flow<> {
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) { return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}}}}; }
  std::string t;
  syrinx::Status push(syrinx::Call&, syrinx::Item i) override { t += i.text(); return 0; }
  syrinx::Status finish(syrinx::Call& c, uint32_t, uint32_t) override { std::string s; s.swap(t); return c.emit(0, syrinx::Out().text(s).last()); }
  void end(syrinx::Call&, uint32_t, uint32_t) override { t.clear(); }
};
SYX_PLUGIN("org.syrinx.toy", "0.1.0", syrinx::component<L>("lowercase", "normalizer").summary("x"))
