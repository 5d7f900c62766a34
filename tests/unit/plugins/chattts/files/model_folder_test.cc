#include "files/model_folder.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <syrinx/sdk.hpp>

#include "made_model.h"

namespace chattts {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace chattts::testing;

std::string failure_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const syrinx::Failure& failure) {
    return failure.what();
  }
  return "no failure";
}

Made& find(std::vector<Made>& tensors, const std::string& name) {
  for (Made& t : tensors)
    if (t.name == name) return t;
  throw std::out_of_range(name);
}

TEST(ExpectedTensors, ThePublishedModelHasTheNumbersThatItIsKnownFor) {
  const std::tuple<WeightFile, size_t, int64_t> known[] = {{WeightFile::kEmbed, 15, 36'399'234},
                                                           {WeightFile::kGpt, 181, 188'775'168},
                                                           {WeightFile::kDvae, 242, 15'083'472},
                                                           {WeightFile::kDecoder, 115, 25'920'740},
                                                           {WeightFile::kVocos, 83, 13'584'998}};
  for (const auto& [which, tensors, values] : known) {
    const auto table = expected_tensors(which, Dimensions());
    EXPECT_EQ(table.size(), tensors) << path_of(which);
    int64_t sum = 0;
    for (const ExpectedTensor& t : table) {
      int64_t n = 1;
      for (const int64_t extent : t.shape) n *= extent;
      sum += n;
    }
    EXPECT_EQ(sum, values) << path_of(which);
  }
}

TEST(ModelFolder, SizesAreReadOffTheShapes) {
  const Folder folder;
  write_model(folder, small());
  const ModelFolder model(folder.path().string());
  const Dimensions d = model.dimensions(), s = small();
  EXPECT_EQ(d.gpt.hidden, s.gpt.hidden);
  EXPECT_EQ(d.gpt.layers, s.gpt.layers);
  EXPECT_EQ(d.gpt.intermediate, s.gpt.intermediate);
  EXPECT_EQ(d.gpt.audio_tokens, s.gpt.audio_tokens);
  EXPECT_EQ(d.gpt.text_tokens, s.gpt.text_tokens);
  EXPECT_EQ(d.gpt.positions, 4096);
  EXPECT_EQ(d.decoder.layers, s.decoder.layers);
  EXPECT_EQ(d.dvae_encoder.input, s.dvae_encoder.input);
  EXPECT_EQ(d.dvae_decoder.output, s.dvae_decoder.output);
  EXPECT_EQ(d.quantizer.dim, s.quantizer.dim);
  EXPECT_EQ(d.vocos.intermediate, s.vocos.intermediate);
  EXPECT_EQ(d.mel.bands, s.mel.bands);
  EXPECT_EQ(d.mel.fft, s.mel.fft);
  EXPECT_EQ(d.speaker_statistics, "");
  for (const auto which : {WeightFile::kGpt, WeightFile::kEmbed, WeightFile::kDecoder,
                           WeightFile::kDvae, WeightFile::kVocos}) {
    EXPECT_TRUE(model.has(which));
    const Weights weights = model.weights(which);
    EXPECT_EQ(weights.tensors().size(), expected_tensors(which, s).size());
    weights.require_finite();
  }
}

TEST(ModelFolder, TakesTheFolderAroundAssetAsWell) {
  const Folder folder, outer;
  write_model(folder, small());
  std::filesystem::create_directory_symlink(folder.path(), outer.path() / "asset");
  EXPECT_EQ(ModelFolder(outer.path().string()).path(), (outer.path() / "asset").string());
}

TEST(ModelFolder, ConfigurationsComeBeforeShapes) {
  const Folder folder;
  write_model(folder, small());
  folder.write("model_config.json", R"({"vocos": {"backbone": {"dim": 8}}, "spk_stat": "愐"})");
  const ModelFolder model(folder.path().string());
  EXPECT_EQ(model.dimensions().speaker_statistics, "愐");
  EXPECT_THAT(
      failure_of([&] { model.weights(WeightFile::kVocos); }),
      AllOf(HasSubstr("Vocos.safetensors"),
            HasSubstr("\"backbone.embed.weight\" must have the shape [8, 5, 7], not [6, 5, 7]"),
            HasSubstr("more problems")));
}

TEST(ModelFolder, WrongMissingAndForeignTensorsAreNamed) {
  const Folder folder;
  write_model(folder, small());
  write_weights(folder, WeightFile::kDecoder, small(), [](std::vector<Made>& t) {
    find(t, "decoder.decoder_block.1.norm.bias").shape = {4};
    find(t, "out_conv.weight").dtype = "I32";
    find(t, "coef").name = "coefficient";
  });
  EXPECT_THAT(
      failure_of([&] { ModelFolder(folder.path().string()).weights(WeightFile::kDecoder); }),
      AllOf(HasSubstr((folder.path() / "Decoder.safetensors").string()),
            HasSubstr("the tensor \"coef\" [1, 5, 1] is missing"),
            HasSubstr("\"coefficient\" does not belong there"),
            HasSubstr("\"decoder.decoder_block.1.norm.bias\" must have the shape [5], not [4]"),
            HasSubstr("\"out_conv.weight\" must hold floating-point values, not I32")));
}

TEST(ModelFolder, TheLanguageModelMayHaveAPrefixAndATokenTable) {
  const Folder folder;
  write_model(folder, small());
  write_weights(folder, WeightFile::kGpt, small(), [](std::vector<Made>& t) {
    for (Made& tensor : t) tensor.name = "model." + tensor.name;
    t.push_back({"model.embed_tokens.weight", {32, 64}});
  });
  EXPECT_NE(ModelFolder(folder.path().string())
                .weights(WeightFile::kGpt)
                .find("layers.1.mlp.up_proj.weight"),
            nullptr);
  write_weights(folder, WeightFile::kGpt, small(), [](std::vector<Made>& t) {
    t.push_back({"model.norm.weight", {64}});
  });
  EXPECT_THAT(failure_of([&] { ModelFolder(folder.path().string()).weights(WeightFile::kGpt); }),
              HasSubstr("two names of one tensor"));
}

TEST(ModelFolder, OldNamesOfLayerScalesAreTaken) {
  const Folder folder;
  write_model(folder, small());
  for (const auto which : {WeightFile::kDecoder, WeightFile::kDvae}) {
    write_weights(folder, which, small(), [](std::vector<Made>& t) {
      find(t, "decoder.decoder_block.0.weight").name = "decoder.decoder_block.0.gamma";
    });
    EXPECT_EQ(ModelFolder(folder.path().string())
                  .weights(which)
                  .at("decoder.decoder_block.0.weight")
                  .name,
              "decoder.decoder_block.0.gamma");
  }
}

TEST(ModelFolder, HalfPrecisionIsTaken) {
  const Folder folder;
  write_model(folder, small());
  write_weights(folder, WeightFile::kVocos, small(), [](std::vector<Made>& t) {
    for (size_t i = 0; i < t.size(); ++i) t[i].dtype = i % 2 ? "F16" : "BF16";
  });
  EXPECT_EQ(
      ModelFolder(folder.path().string()).weights(WeightFile::kVocos).at("head.out.bias").bytes,
      2u * 18);
}

TEST(ModelFolder, SaysWhereANanIs) {
  const Folder folder;
  write_model(folder, small());
  write_weights(folder, WeightFile::kEmbed, small(), [](std::vector<Made>& t) {
    Made& tensor = find(t, "emb_code.2.weight");
    tensor.values.assign(6 * 64 * 4, '\0');
    const float nan = std::nanf("");
    std::memcpy(tensor.values.data() + (5 * 64 + 7) * 4, &nan, 4);
  });
  const Weights weights = ModelFolder(folder.path().string()).weights(WeightFile::kEmbed);
  EXPECT_THAT(failure_of([&] { weights.require_finite(); }),
              AllOf(HasSubstr("Embed.safetensors"), HasSubstr("\"emb_code.2.weight\""),
                    HasSubstr("at [5, 7]")));
}

TEST(ModelFolder, SaysWhatIsWrongWithAConfiguration) {
  const Folder folder;
  write_model(folder, small());
  const std::pair<const char*, const char*> cases[] = {
      {"{", "is not JSON"},
      {"[]", "must be an object"},
      {R"({"hidden_size": "many"})",
       R"("hidden_size" must be a whole number between 1 and 1048576, not "many")"},
      {R"({"hidden_size": 0})", "not 0"},
      {R"({"num_hidden_layers": 1e9})", "must be a whole number"},
      {R"({"hidden_size": 100, "num_attention_heads": 2})", "64 times"},
      {R"({"num_key_value_heads": 4})", R"("num_key_value_heads" must be 1)"},
      {R"({"hidden_act": "gelu"})",
       R"("hidden_act" must be "silu": no other form is implemented, not "gelu")"},
      {R"({"rope_scaling": {"type": "linear"}})", "rope_scaling"},
      {R"({"rms_norm_eps": 0})", "must be a number above 0"},
  };
  for (const auto& [text, said] : cases) {
    const std::string file = folder.write("gpt/config.json", text);
    EXPECT_THAT(failure_of([&] { ModelFolder(folder.path().string()); }),
                AllOf(HasSubstr(file), HasSubstr(said)))
        << text;
  }
  const Folder empty;
  EXPECT_THAT(failure_of([&] { ModelFolder(empty.path().string()); }),
              HasSubstr("gpt/config.json cannot be read"));
}

TEST(ModelFolder, FilesOfTwoModelsAreTold) {
  const Folder folder;
  Dimensions other = small();
  write_model(folder, other);
  other.decoder.input = 48;
  write_weights(folder, WeightFile::kDecoder, other);
  EXPECT_THAT(failure_of([&] { ModelFolder(folder.path().string()); }),
              HasSubstr("these files are not of one model"));
  std::filesystem::remove(folder.path() / "Decoder.safetensors");
  const ModelFolder model(folder.path().string());
  EXPECT_FALSE(model.has(WeightFile::kDecoder));
  EXPECT_THAT(failure_of([&] { model.weights(WeightFile::kDecoder); }),
              HasSubstr("Decoder.safetensors: No such file"));
}

}  // namespace
}  // namespace chattts
