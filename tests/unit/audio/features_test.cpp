// Spectra and features against torchaudio (tests/reference/torchaudio_features.py).
#include "plugins/audio/components/spectra.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using testing::transformed;
using warmstart::testing::relative_difference;
using warmstart::testing::torch_reference;

Sample noisy_sample(std::int64_t samples, std::int64_t rate) {
  std::vector<float> wave = testing::tone(700, rate, static_cast<double>(samples) / rate, 0.3);
  Random random(5);
  for (float& value : wave) value += static_cast<float>(0.05 * random.normal());
  Sample sample{"noisy", {}};
  sample.fields.set("wave", at::tensor(wave, at::kFloat));
  sample.fields.set("rate", at::scalar_tensor(rate, at::kLong));
  return sample;
}

Json feature_settings(std::int64_t rate, std::int64_t fft, const std::string& scale, bool area) {
  return {{"rate", rate}, {"window", 400}, {"fft", fft},     {"hop", 160},       {"mels", 40},
          {"low", 50.0},  {"high", 0.0},   {"scale", scale}, {"unit_area", area}};
}

class Features : public ::testing::TestWithParam<std::tuple<int, const char*, bool>> {};

TEST_P(Features, AreTorchaudiosTo1e4) {
  const auto& [fft, scale, area] = GetParam();
  const Sample sample = noisy_sample(16123, 16000);
  const Json settings = feature_settings(16000, fft, scale, area);
  Json asked = settings;
  asked["coefficients"] = 13;
  const auto theirs =
      torch_reference("torchaudio_features.py", {{"wave", sample.fields.get("wave")}}, asked);
  ASSERT_FALSE(theirs.empty());
  const StftOptions stft_options{.window = 400, .fft = fft, .hop = 160};
  const at::Tensor spectrum = stft(sample.fields.get("wave"), stft_options).t();
  EXPECT_LT(relative_difference(at::real(spectrum), theirs.at("spectrum_real")), 1e-5);
  EXPECT_LT(relative_difference(at::imag(spectrum), theirs.at("spectrum_imag")), 1e-5);
  EXPECT_LT(relative_difference(istft(spectrum, stft_options, 16123), theirs.at("inverse")), 1e-5);
  const Sample mel = transformed("audio.log_mel", settings, sample);
  const at::Tensor log_mel = theirs.at("mel").clamp_min(1e-6).log();
  EXPECT_LT((mel.fields.get("image")[0] - log_mel).abs().max().item<double>(), 1e-4);
  Json mfcc_settings = asked;
  const Sample mfcc = transformed("audio.mfcc", mfcc_settings, sample);
  EXPECT_LT(relative_difference(mfcc.fields.get("image")[0], theirs.at("mfcc")), 1e-4);
  EXPECT_TRUE(at::equal(mfcc.fields.get("stft"), mel.fields.get("stft"))) << "times of frames";
  const Sample cmvn = transformed("audio.cmvn", Json::object(), mel);
  EXPECT_LT((cmvn.fields.get("image")[0] - theirs.at("cmvn")).abs().max().item<double>(), 1e-3);
  EXPECT_LT(relative_difference(cmvn.fields.get("image")[0], theirs.at("cmvn")), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Settings, Features,
                         ::testing::Values(std::make_tuple(0, "htk", false),
                                           std::make_tuple(512, "slaney", true)));

TEST(Cmvn, OverAllKeepsTheShapeOfTheMeanSpectrum) {
  Sample sample{"clip", {}};
  sample.fields.set("image", at::tensor({1.0F, 3.0F, 5.0F, 7.0F}).view({1, 2, 2}));
  const at::Tensor image = transformed("audio.cmvn", {{"over", "all"}}, sample).fields.get("image");
  const double deviation = std::sqrt(5.0);  // of 1, 3, 5, 7 around 4
  EXPECT_NEAR(image[0][0][0].item<double>(), -3 / deviation, 1e-6);
  EXPECT_NEAR(image[0][1][1].item<double>(), 3 / deviation, 1e-6);
}

TEST(Features, InverseGivesTheWaveBack) {
  const at::Tensor wave = noisy_sample(8000, 8000).fields.get("wave");
  const StftOptions options{.window = 256, .fft = 512, .hop = 128, .window_sum = true};
  EXPECT_LT(relative_difference(istft(stft(wave, options).t(), options, 8000), wave), 1e-5);
}

TEST(Features, RefuseSettingsThatMakeNoSense) {
  const Sample sample = noisy_sample(1000, 16000);
  const auto said = [&](const char* type, const Json& settings) {
    return message_of([&] { transformed(type, settings, sample); });
  };
  EXPECT_THAT(said("audio.log_mel", {{"high", 14000}}), HasSubstr("high 14000 > rate/2 = 8000"));
  EXPECT_THAT(said("audio.log_mel", {{"rate", 8000}}),
              HasSubstr("the sound is 16000 Hz, the mel filters are made for 8000"));
  EXPECT_THAT(said("audio.stft_magnitude", {{"window", 1024}, {"fft", 256}}),
              HasSubstr("fft (256) must be >= window (1024)"));
  EXPECT_THAT(said("audio.stft_magnitude", {{"window", 256}, {"fft", 256}, {"hop", 300}}),
              HasSubstr("hop (300) must be <= window (256)"));
  EXPECT_THAT(said("audio.log_mel", {{"window", 4000}}), HasSubstr("needs 2001"));
  EXPECT_THAT(said("audio.mfcc", {{"coefficients", 99}}),
              HasSubstr("99 coefficients from 80 mel bands"));
}

TEST(Masks, FollowTheirDefinitions) {
  Sample sample{"mix", {}};
  sample.fields.set("voice_magnitude", at::tensor({3.0F, 1.0F, 2.0F}).view({1, 3}));
  sample.fields.set("song_magnitude", at::tensor({4.0F, 0.0F, 2.0F}).view({1, 3}));
  const at::Tensor binary =
      transformed("audio.ideal_binary_mask", Json::object(), sample).fields.get("mask");
  EXPECT_TRUE(at::allclose(binary, at::tensor({0.02F, 0.98F, 0.02F}).view({1, 3})));
  const at::Tensor ratio =
      transformed("audio.ideal_ratio_mask", Json::object(), sample).fields.get("mask");
  EXPECT_TRUE(at::allclose(ratio, at::tensor({0.6F, 1.0F, 0.70710678F}).view({1, 3})));
}

TEST(ContextWindows, CutTheSameFramesOfSpectrogramAndMask) {
  Sample sample{"mix", {}};
  const at::Tensor frames = at::arange(20, at::kFloat).view({1, 1, 20}) + 1;
  sample.fields.set("image", frames.expand({1, 3, 20}));
  sample.fields.set("mask", frames[0].expand({3, 20}).contiguous());
  bool padded = false;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sample window = transformed("audio.context_windows", {{"frames", 9}}, sample, seed);
    const at::Tensor image = window.fields.get("image"), mask = window.fields.get("mask");
    ASSERT_EQ(image.sizes(), at::IntArrayRef({1, 3, 9}));
    EXPECT_TRUE(at::equal(image[0], mask));
    EXPECT_GE(mask[0][4].item<float>(), 1) << "the centre is a frame of the clip";
    padded = padded || image[0][0][0].item<float>() == 1.0F;
  }
  EXPECT_TRUE(padded);
}

TEST(SpecAugment, HidesStripesAndLeavesTheRest) {
  Sample sample{"clip", {}};
  sample.fields.set("image", at::ones({1, 40, 100}));
  double hidden = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const at::Tensor image =
        transformed("audio.spec_augment",
                    {{"time_width", 20}, {"time_stripes", 1}, {"frequency_stripes", 0}}, sample,
                    seed)
            .fields.get("image");
    const at::Tensor columns = image[0].sum(0);
    EXPECT_TRUE(columns.eq(0).logical_or(columns.eq(40)).all().item<bool>());
    hidden += columns.eq(0).sum().item<double>();
  }
  EXPECT_NEAR(hidden / 200, 9.5, 1.5) << "the mean width of 0..19";
  EXPECT_EQ(sample.fields.get("image").min().item<float>(), 1) << "the sample itself is untouched";
}

TEST(RandomNoise, HasTheLevelItSays) {
  Sample sample{"tone", {}};
  sample.fields.set("wave", at::tensor(testing::tone(440, 16000, 2), at::kFloat));
  const Sample noisy = transformed("audio.random_noise", {{"low", 20}, {"high", 20}}, sample);
  const at::Tensor noise = noisy.fields.get("wave") - sample.fields.get("wave");
  const double ratio =
      (sample.fields.get("wave").square().mean() / noise.square().mean()).item<double>();
  EXPECT_NEAR(10 * std::log10(ratio), 20, 0.2);
}

TEST(RandomGainAndShift, DoWhatTheySay) {
  Sample sample{"wave", {}};
  sample.fields.set("wave", at::arange(1, 6, at::kFloat));
  sample.fields.set("rate", at::scalar_tensor(10, at::kLong));
  EXPECT_TRUE(at::allclose(
      transformed("audio.random_gain", {{"low", 20}, {"high", 20}}, sample).fields.get("wave"),
      sample.fields.get("wave") * 10));
  EXPECT_TRUE(at::equal(
      transformed("audio.random_shift", {{"low", 0.2}, {"high", 0.2}}, sample).fields.get("wave"),
      at::tensor({0.0F, 0.0F, 1.0F, 2.0F, 3.0F})));
}

TEST(RandomSpeed, RaisesPitchWithTempo) {
  Sample sample{"tone", {}};
  sample.fields.set("wave", at::tensor(testing::tone(400, 16000, 1), at::kFloat));
  const at::Tensor fast =
      transformed("audio.random_speed", {{"low", 1.25}, {"high", 1.25}}, sample).fields.get("wave");
  const at::Tensor expected = at::tensor(testing::tone(500, 16000, 0.79), at::kFloat);
  EXPECT_LT((fast.narrow(0, 0, 12640) - expected).abs().max().item<double>(), 0.01);
  EXPECT_EQ(fast.narrow(0, 12801, 3199).abs().max().item<float>(), 0);
}

/// An image whose entries say where they come from: 100 band + frame.
Sample addressed(std::int64_t bands, std::int64_t frames) {
  Sample sample{"x", {}};
  sample.fields.set("image", (at::arange(bands, at::kFloat).mul(100).unsqueeze(1) +
                              at::arange(frames, at::kFloat))
                                 .unsqueeze(0));
  return sample;
}

TEST(RandomWarp, MovesBandsAndFramesApartFromEachOther) {
  const Sample still = addressed(41, 30);
  const at::Tensor before = still.fields.get("image")[0];
  EXPECT_TRUE(at::allclose(transformed("audio.random_warp", {{"frequency", 0}, {"tempo", 0}}, still)
                               .fields.get("image")[0],
                           before));
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    const at::Tensor faster =
        transformed("audio.random_warp", {{"frequency", 0}, {"tempo", 0.3}}, still, seed)
            .fields.get("image")[0];
    const double speed = faster[0][1].item<double>();
    EXPECT_GE(speed, std::exp(-0.3) - 1e-4);
    EXPECT_LE(speed, std::exp(0.3) + 1e-4);
    EXPECT_NEAR(faster[7][10].item<double>(), 700 + 10 * speed, 1e-2);
    if (speed > 1.1) {
      EXPECT_EQ(faster[7][29].item<float>(), 0) << "the lowest value where the clip has ended";
    }
    const at::Tensor moved =
        transformed("audio.random_warp", {{"frequency", 0.2}, {"tempo", 0}}, still, seed)
            .fields.get("image")[0];
    const double height = moved[10][0].item<double>() / 1000;
    EXPECT_GE(height, std::exp(-0.2) - 1e-4);
    EXPECT_LE(height, std::exp(0.2) + 1e-4);
    EXPECT_NEAR(moved[30][5].item<double>(), 3000 * height + 5, 1e-1) << "the knee";
    EXPECT_NEAR(moved[40][5].item<double>(), 4005, 1e-1) << "the end stays";
  }
}

}  // namespace
}  // namespace warmstart::audio
