// Stage outputs that are kept: taken instead of made, the same to the bit, noticed when damaged.
#include "core/run/stage_store.h"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "core/report/sha256.h"
#include "core/run/kept_output.h"
#include "pipeline.h"

namespace syrinx::core {
namespace {

namespace fs = std::filesystem;

class Store : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("store-" + std::to_string(getpid()) + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    store_ = StageStore::open(folder_).value();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<fs::path> files() const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (entry.is_regular_file()) out.push_back(entry.path());
    return out;
  }

  fs::path folder_;
  std::unique_ptr<StageStore> store_;
};

TEST_F(Store, KeepsWhatItIsGiven) {
  const std::string digest = sha256("key");
  EXPECT_FALSE(store_->get(digest));
  store_->put(digest, std::string("a\0b", 3));
  EXPECT_EQ(store_->get(digest), std::string("a\0b", 3));
  EXPECT_EQ(store_->statistics().entries, 1u);
  const auto second = StageStore::open(folder_).value();
  EXPECT_EQ(second->get(digest), std::string("a\0b", 3));
  EXPECT_GT(store_->collect(0), 0u);
  EXPECT_FALSE(store_->get(digest));
}

TEST(KeptOutput, StridedTensorsAreKeptAsWhatTheyShow) {
  // Rows of three of five columns, and every second row: what a stage hands out that cuts a large tensor in pieces.
  float data[20];
  for (int i = 0; i < 20; ++i) data[i] = static_cast<float>(i);
  int64_t shape[] = {2, 3}, strides[] = {10, 1};
  DLManagedTensorVersioned managed = {};
  managed.dl_tensor.data = data;
  managed.dl_tensor.byte_offset = sizeof(float);
  managed.dl_tensor.device = {kDLCPU, 0};
  managed.dl_tensor.dtype = {kDLFloat, 32, 1};
  managed.dl_tensor.ndim = 2;
  managed.dl_tensor.shape = shape;
  managed.dl_tensor.strides = strides;
  StoredItem item;
  syx_tensor tensor = {};
  tensor.dl = &managed;
  item.tensors.push_back(tensor);
  std::string bytes;
  ASSERT_TRUE(append_item(bytes, 0, item));
  const auto items = items_of(bytes);
  ASSERT_TRUE(items && items->size() == 1);
  const DLTensor& read = items->front().item.tensors.at(0).dl->dl_tensor;
  EXPECT_EQ(read.shape[1], 3);
  const auto* values = static_cast<const float*>(read.data);
  EXPECT_EQ(std::vector<float>(values, values + 6), (std::vector<float>{1, 2, 3, 11, 12, 13}));
  item.tensors.clear();
}

TEST_F(Store, DamagedEntriesAreRemoved) {
  const std::string digest = sha256("key");
  for (const char* damage : {"", "syrinx-stage/1\nshort", "flip"}) {
    store_->put(digest, "content");
    const fs::path file = files().at(0);
    if (std::string(damage) == "flip") std::fstream(file, std::ios::in | std::ios::out | std::ios::ate).seekp(-1, std::ios::end).put('X');
    else std::ofstream(file) << damage;
    EXPECT_FALSE(store_->get(digest)) << damage;
    EXPECT_TRUE(files().empty());
  }
}

TEST_F(Store, TheLeastUsedGoFirst) {
  const auto small = StageStore::open(folder_, 4000).value();
  for (int i = 0; i < 20; ++i) {
    small->put(sha256(std::to_string(i)), std::string(400, 'x'));
    if (i == 0) fs::last_write_time(files().at(0), fs::file_time_type::clock::now() - std::chrono::hours(2));
  }
  EXPECT_LE(small->statistics().bytes, 4000u);
  EXPECT_FALSE(small->get(sha256("0")));
  EXPECT_TRUE(small->get(sha256("19")));
}

TEST_F(Store, TwoWritersOfOneEntry) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this] {
      const auto mine = StageStore::open(folder_).value();
      for (int i = 0; i < 100; ++i) {
        const std::string name = std::to_string(i % 10);
        mine->put(sha256(name), std::string(1000, name[0]));
        const auto found = mine->get(sha256(name));
        EXPECT_EQ(found.value_or(std::string(1000, name[0])), std::string(1000, name[0]));
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(store_->statistics().entries, 10u);
}

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  for (size_t cut = 0; cut < 130; ++cut) {
    Sha256 parts;
    parts.add(std::string(cut, 'x'));
    parts.add(std::string(130 - cut, 'x'));
    EXPECT_EQ(parts.hex(), sha256(std::string(130, 'x')));
  }
}

// ---- In the engine.

std::string toy(const std::string& rows, const std::string& sentences = "") {
  return R"(
stages:
  normalizer: { plugin: toy/lowercase }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler }, options: { rows: )" + rows + R"( } }
  sampler: { plugin: basic/sampler, options: { temperature: 0.7 } }
  vocoder: { plugin: toy/beep }
)" + (sentences.empty() ? "flow: [normalizer, tokenizer, generator, vocoder]\n" : sentences);
}

// As testing::Pipeline, with what is kept.
struct Kept {
  Kept(const std::string& yaml, Keeping keeping) {
    const std::string path = fs::path(::testing::TempDir()) / ("kept-" + std::to_string(getpid()) + ".yaml");
    std::ofstream(path) << "pipeline: 1\n" << yaml;
    auto config = load_pipeline({path, {}, {}, {}});
    std::remove(path.c_str());
    auto plan = make_plan(*config, PluginIndex::scan({{std::string(SYRINX_BINARY_DIR) + "/lib/syrinx/plugins", "test"}}));
    if (!plan) throw std::runtime_error(to_text(plan.errors()));
    auto made = Engine::create(*std::move(plan), std::move(keeping));
    if (!made) throw std::runtime_error(to_text(made.errors()));
    engine = std::move(*made);
  }

  std::vector<float> speak(const std::string& text) {
    std::vector<float> audio;
    Request request;
    request.text = request.id = text;
    Listener listener;
    std::mutex mutex;
    listener.on_output = [&](const Output& output) {
      for (const syx_tensor* tensor : output.tensors) {
        const DLTensor& dl = tensor->dl->dl_tensor;
        const auto* from = reinterpret_cast<const float*>(static_cast<const char*>(dl.data) + dl.byte_offset);
        audio.insert(audio.end(), from, from + dl.shape[dl.ndim - 1]);
      }
    };
    listener.on_stage = [&](const StageOutput& out) {
      const std::lock_guard lock(mutex);
      digests[std::string(out.stage) + " " + out.piece] = out.digest;
    };
    listener.on_end = [&](const Report& r) { ok = r.ok; };
    engine->submit(request, listener);
    engine->drain();
    return audio;
  }

  uint64_t run(const std::string& stage) const { return count(stage, false); }
  uint64_t taken(const std::string& stage) const { return count(stage, true); }
  uint64_t count(const std::string& stage, bool taken) const {
    for (const StageTimes& times : engine->times())
      if (times.stage == stage) return taken ? times.units_taken : times.units_run;
    return 99;
  }

  std::unique_ptr<Engine> engine;
  std::map<std::string, std::string> digests;
  bool ok = false;
};

TEST_F(Store, TheSameWithAndWithout) {
  Kept plain(toy("5"), {}), first(toy("5"), {store_.get(), true, {}}), second(toy("5"), {store_.get(), true, {}});
  for (const char* text : {"Hello World", "", "one more text"}) {
    const auto audio = plain.speak(text);
    EXPECT_EQ(first.speak(text), audio);
    EXPECT_EQ(second.speak(text), audio);
    EXPECT_TRUE(second.ok);
  }
  EXPECT_EQ(first.digests, second.digests);
  for (const char* stage : {"normalizer", "tokenizer", "generator", "vocoder"}) {
    EXPECT_EQ(first.run(stage), 3u) << stage;
    EXPECT_EQ(second.run(stage), 0u) << stage;
    EXPECT_EQ(second.taken(stage), 3u) << stage;
  }
}

TEST_F(Store, OnlyWhatChangedRunsAgain) {
  Kept first(toy("5"), {store_.get(), true, {}});
  first.speak("Hello World");
  // Another option, the same output: what is behind does not run, since inputs count by content.
  Kept changed(toy("4"), {store_.get(), true, {}});
  changed.speak("Hello World");
  EXPECT_EQ(changed.run("normalizer"), 0u);
  EXPECT_EQ(changed.run("tokenizer"), 0u);
  EXPECT_EQ(changed.run("generator"), 1u);
  EXPECT_EQ(changed.run("vocoder"), 0u);
  // A stage that another one uses belongs to it.
  std::string hot = toy("5");
  hot.replace(hot.find("0.7"), 3, "5.0");
  Kept hotter(hot, {store_.get(), true, {}});
  hotter.speak("Hello World");
  EXPECT_EQ(hotter.run("tokenizer"), 0u);
  EXPECT_EQ(hotter.run("generator"), 1u);
  EXPECT_NE(hotter.digests["generator "], first.digests["generator "]);
  EXPECT_EQ(hotter.run("vocoder"), 1u);
  // The same input by another way: what follows an equal output does not run.
  Kept same(toy("5"), {store_.get(), true, {"normalizer"}});
  same.speak("Hello World");
  EXPECT_EQ(same.run("normalizer"), 1u);
  EXPECT_EQ(same.run("vocoder"), 0u);
  EXPECT_EQ(same.digests, first.digests);
}

TEST_F(Store, AnotherTextIdIsAnotherKey) {
  Kept first(toy("5"), {store_.get(), true, {}});
  first.speak("Hello World");
  first.speak("Hello World");
  EXPECT_EQ(first.taken("vocoder"), 1u);
  first.speak("hello world");  // the same text behind the normalizer, with another id
  EXPECT_EQ(first.run("tokenizer"), 2u);
}

TEST_F(Store, DamageIsMadeGood) {
  Kept first(toy("5"), {store_.get(), true, {}});
  const auto audio = first.speak("Hello World");
  for (const fs::path& file : files()) std::ofstream(file) << "rubbish";
  Kept second(toy("5"), {store_.get(), true, {}});
  EXPECT_EQ(second.speak("Hello World"), audio);
  EXPECT_EQ(second.run("vocoder"), 1u);
  Kept third(toy("5"), {store_.get(), true, {}});
  EXPECT_EQ(third.speak("Hello World"), audio);
  EXPECT_EQ(third.run("vocoder"), 0u);
}

TEST_F(Store, PiecesAreKeptOneByOne) {
  const std::string yaml = R"(
stages:
  splitter: { plugin: basic/normalizer }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler }, options: { rows: 5 } }
  sampler: { plugin: basic/sampler, options: { temperature: 0.7 } }
  vocoder: { plugin: toy/beep }
flow: [splitter, tokenizer, generator, vocoder]
)";
  Kept plain(yaml, {}), first(yaml, {store_.get(), true, {}}), second(yaml, {store_.get(), true, {}});
  const std::string text = "One sentence. Another one! And a third?";
  const auto audio = plain.speak(text);
  EXPECT_EQ(first.speak(text), audio);
  EXPECT_EQ(second.speak(text), audio);
  EXPECT_GT(first.run("tokenizer"), 1u);
  EXPECT_EQ(second.run("tokenizer"), 0u);
  EXPECT_EQ(second.taken("vocoder"), first.run("vocoder"));
}

}  // namespace
}  // namespace syrinx::core
