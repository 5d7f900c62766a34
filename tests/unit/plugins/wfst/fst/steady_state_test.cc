// What the decoder must not do: allocate once it has seen texts of the kind, or depend on the order of arcs on real text.
#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>

#include "fst/decoder.h"
#include "tokens/read_marks.h"

namespace {
std::atomic<size_t> allocations{0};
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const out = std::malloc(size > 0 ? size : 1)) return out;
  throw std::bad_alloc();
}
// std::stable_sort asks this one; the deletes below give it back, which sanitizers watch.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size > 0 ? size : 1);
}
void operator delete(void* what) noexcept { std::free(what); }
void operator delete(void* what, std::size_t) noexcept { std::free(what); }

namespace wfst {
namespace {

std::shared_ptr<const Machine> shipped(const std::string& language) {
  std::string error;
  auto out = Machine::open(std::string(WFST_GRAMMARS) + "/" + language + ".fst", {uint64_t{1} << 28, true}, &error);
  EXPECT_TRUE(out) << error;
  return out;
}

TEST(SteadyState, TheDecoderAllocatesNothing) {
  Decoder decoder(shipped("zh"));
  const std::string texts[] = {"今天是2024年5月6日，气温38°C，我花了￥13.5买iPhone 15 Pro。", "比分78:96，拨打13501234567。"};
  for (int warm = 0; warm < 3; ++warm)
    for (const std::string& text : texts) decoder.run(text);
  const size_t before = allocations;
  for (int i = 0; i < 100; ++i)
    for (const std::string& text : texts) decoder.run(text);
  EXPECT_EQ(allocations, before);
}

TEST(SteadyState, TheCorpusReadsTheSameWithArcsInAnyOrder) {
  const std::filesystem::path folder = std::string(SYRINX_SHARED_DIR) + "/tn/visible";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "needs " << folder;
  for (const std::string language : {"zh", "en", "ja"}) {
    const auto machine = shipped(language);
    Decoder decoder(machine), one(machine->shuffled(1)), two(machine->shuffled(2));
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (!entry.path().filename().string().starts_with(language + ".")) continue;
      std::ifstream lines(entry.path());
      std::string line;
      while (std::getline(lines, line)) {
        const std::string text = line.substr(0, line.find('\t'));
        ASSERT_EQ(decoder.run(text), Decoder::Outcome::kFound) << text;
        const std::vector<Event> expected(decoder.events().begin(), decoder.events().end());
        for (Decoder* other : {&one, &two}) {
          ASSERT_EQ(other->run(text), Decoder::Outcome::kFound);
          ASSERT_EQ(std::vector<Event>(other->events().begin(), other->events().end()), expected) << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace wfst
