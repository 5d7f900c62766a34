// Every format, written by its stage and read back by the library.
#include <gmock/gmock.h>
#include <sndfile.h>

#include <cmath>
#include <filesystem>

#include "pipeline.h"

namespace {

using syrinx::testing::Pipeline;
namespace fs = std::filesystem;

struct Format {
  const char *plugin, *sample;
  double tolerance;  // RMS
};

class Writers : public ::testing::TestWithParam<Format> {};

std::string chain(const std::string& writer, const std::string& options) {
  return "stages:\n  tokenizer: { plugin: toy/tokenizer }\n  generator: { plugin: toy/generator, uses: { sampler: sampler } }\n"
         "  sampler: { plugin: basic/sampler }\n  vocoder: { plugin: toy/beep }\n" +
         (writer.empty() ? std::string() : "  writer: { plugin: " + writer + ", options: " + options + " }\n") + "flow: [tokenizer, generator, vocoder" +
         (writer.empty() ? "" : ", writer") + "]\n";
}

TEST_P(Writers, ReadsBack) {
  const auto& [plugin, sample, tolerance] = GetParam();
  const std::string path = ::testing::TempDir() + "/syrinx-writer-test." + fs::path(plugin).filename().string() + "." + sample;
  fs::remove(path);
  Pipeline pipeline(chain(plugin, std::string("{ path: \"") + path + "\", sample: " + sample + ", quality: 0.9 }"));
  ASSERT_TRUE(pipeline.engine) << syrinx::core::to_text(pipeline.errors, false);
  const auto spoken = pipeline.speak("a few words to write");
  ASSERT_TRUE(spoken->report.ok) << syrinx::core::to_text(spoken->report.errors, false);
  EXPECT_EQ(spoken->text, path);
  EXPECT_FALSE(fs::exists(path + ".part"));
  const auto want = Pipeline(chain("", "")).speak("a few words to write")->audio;
  SF_INFO info = {};
  if (std::string(plugin) == "basic/pcm") {
    info.samplerate = 24000;
    info.channels = 1;
    info.format = SF_FORMAT_RAW | SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE;
  }
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  ASSERT_TRUE(file) << sf_strerror(nullptr);
  EXPECT_EQ(info.samplerate, 24000);
  EXPECT_EQ(info.channels, 1);
  std::vector<float> got(static_cast<size_t>(info.frames));
  sf_readf_float(file, got.data(), info.frames);
  sf_close(file);
  ASSERT_GE(got.size(), want.size() * 95 / 100);
  // Lossy formats may shift a little and pad; energy is what they must keep.
  double a = 0, b = 0, difference = 0;
  for (size_t i = 0; i < want.size(); ++i) a += want[i] * want[i];
  for (float x : got) b += x * x;
  for (size_t i = 0; i < std::min(want.size(), got.size()); ++i) difference += std::pow(want[i] - got[i], 2);
  if (tolerance < 0.01) {
    EXPECT_LE(std::sqrt(difference / static_cast<double>(want.size())), tolerance);
  }
  EXPECT_NEAR(b / a, 1, 0.25);
}

INSTANTIATE_TEST_SUITE_P(Formats, Writers,
                         ::testing::Values(Format{"basic/wav", "s16", 2e-5}, Format{"basic/wav", "s24", 2e-7}, Format{"basic/wav", "f32", 1e-9},
                                           Format{"basic/flac", "s16", 2e-5}, Format{"basic/pcm", "s16", 2e-5}, Format{"basic/ogg", "s16", 1},
                                           Format{"basic/opus", "s16", 1}, Format{"basic/mp3", "s16", 1}),
                         [](const auto& info) { return std::string(info.param.plugin).substr(6) + "_" + info.param.sample; });

TEST(Writer, RefusesWhatTheFormatCannotHold) {
  Pipeline pipeline(chain("basic/flac", "{ path: \"/tmp/never.flac\", sample: f32 }"));
  const auto spoken = pipeline.speak("words");
  EXPECT_FALSE(spoken->report.ok);
  EXPECT_THAT(syrinx::core::to_text(spoken->report.errors, false), ::testing::HasSubstr("flac cannot hold f32"));
  EXPECT_FALSE(fs::exists("/tmp/never.flac"));
}

TEST(Writer, PathsAreFilledIn) {
  const std::string folder = ::testing::TempDir() + "/syrinx-writer-paths";
  fs::remove_all(folder);
  Pipeline pipeline(chain("basic/wav", "{ path: \"" + folder + "/{index:03}-{id}-{seed}.wav\" }"));
  ASSERT_TRUE(pipeline.engine);
  pipeline.submit({.text = "x", .id = "name", .index = 7, .seed = 5, .seed_given = true});
  pipeline.engine->drain();
  EXPECT_TRUE(fs::exists(folder + "/007-name-5.wav"));
}

}  // namespace
