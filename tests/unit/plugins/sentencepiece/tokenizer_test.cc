// The tokenizer against the library itself, with a model trained here.
#include <gmock/gmock.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include "pipeline.h"

namespace {

using syrinx::testing::Pipeline;

std::string train(int vocabulary) {
  const std::string prefix = ::testing::TempDir() + "/syrinx-spm-" + std::to_string(vocabulary);
  std::ofstream text(prefix + ".txt");
  for (const char* a : {"the quick", "a lazy", "some brown", "every small", "that old"})
    for (const char* b : {"fox jumps", "dog sleeps", "bird sings", "cat waits", "horse runs"})
      for (const char* c : {"over the hill", "in the sun", "near a river", "by the house"}) text << a << ' ' << b << ' ' << c << '\n';
  text.close();
  const std::string arguments = "--input=" + prefix + ".txt --model_prefix=" + prefix + " --vocab_size=" + std::to_string(vocabulary) + " --minloglevel=2 --hard_vocab_limit=false";
  sentencepiece::SentencePieceTrainer::Train(arguments).IgnoreError();
  return prefix + ".model";
}

std::string chain(const std::string& model, const std::string& more = "") {
  return "stages: { tokenizer: { plugin: sentencepiece/tokenizer, options: { model: \"" + model + "\"" + more + " } } }\nflow: [tokenizer]\n";
}

std::vector<int> ids_of(Pipeline& pipeline, const std::string& text) {
  std::vector<int> out;
  syrinx::core::Listener listener;
  listener.on_output = [&](const syrinx::core::Output& output) {
    for (const syx_tensor* tensor : output.tensors) {
      const DLTensor& dl = tensor->dl->dl_tensor;
      const auto* from = reinterpret_cast<const int32_t*>(static_cast<const char*>(dl.data) + dl.byte_offset);
      out.insert(out.end(), from, from + dl.shape[0] * dl.shape[1]);
    }
  };
  pipeline.engine->submit({.text = text}, std::move(listener));
  pipeline.engine->drain();
  return out;
}

TEST(SentencePiece, EqualsTheLibrary) {
  const std::string model = train(80);
  sentencepiece::SentencePieceProcessor processor;
  ASSERT_TRUE(processor.Load(model).ok());
  Pipeline pipeline(chain(model)), marked(chain(model, ", bos: true, eos: true"));
  ASSERT_TRUE(pipeline.engine) << syrinx::core::to_text(pipeline.errors, false);
  for (const char* text : {"the quick brown fox", "unseen Words \xE4\xBD\xA0", "", "  spaces   here "}) {
    std::vector<int> want;
    ASSERT_TRUE(processor.Encode(text, &want).ok());
    EXPECT_EQ(ids_of(pipeline, text), want) << text;
    want.insert(want.begin(), processor.bos_id());
    want.push_back(processor.eos_id());
    EXPECT_EQ(ids_of(marked, text), want) << text;
  }
}

TEST(SentencePiece, AForeignFileIsRefused) {
  const std::string path = ::testing::TempDir() + "/syrinx-not-a-model";
  std::ofstream(path) << "this is no model";
  Pipeline pipeline(chain(path));
  EXPECT_FALSE(pipeline.engine);
  EXPECT_THAT(syrinx::core::to_text(pipeline.errors, false), ::testing::HasSubstr("no sentencepiece model"));
}

TEST(SentencePiece, AMissingFileIsRefusedBeforeItIsLoaded) {
  Pipeline pipeline(chain("/nowhere/x.model"));
  ASSERT_FALSE(pipeline.errors.empty());
  EXPECT_EQ(pipeline.errors[0].code, "E0401");
}

}  // namespace
