// Which sound files are admitted, what is said of bad ones, and what is read of good ones.
#include <array>

#include "core/base/reader_stream.h"
#include "plugins/audio/io/resampler.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;
using testing::save_tone;
using testing::tone;

SoundVerdict verdict_of(const Path& file) { return SoundGate().admit({file})[0].verdict; }

TEST(SoundGate, ReadsWavFlacOggAndMp3) {
  const Folder folder;
  const std::vector<float> sound = tone(440, 16000, 1);
  testing::save_with_sndfile(folder / "a.flac", sound, 1, 16000, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  testing::save_with_sndfile(folder / "a.ogg", sound, 1, 16000, SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  testing::save_with_sndfile(folder / "a.mp3", sound, 1, 16000,
                             SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
  save_tone(folder / "a.wav", 440, 16000, 1);
  for (const char* name : {"a.wav", "a.flac", "a.ogg", "a.mp3"}) {
    const SoundAdmission admission = SoundGate().admit({folder / name})[0];
    ASSERT_TRUE(admission.verdict.good) << name << ": " << admission.verdict.reason;
    EXPECT_EQ(admission.verdict.info.rate, 16000) << name;
    EXPECT_NEAR(admission.verdict.peak, 0.5, 0.05) << name;
    const auto window = read_window(admission, {.rate = 16000}, 4000, 8000);
    double worst = 0, power = 0;
    for (std::size_t i = 0; i < window.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(window[i]) - sound[4000 + i]));
      power += static_cast<double>(window[i]) * window[i] / static_cast<double>(window.size());
    }
    EXPECT_NEAR(std::sqrt(power), 0.5 / std::sqrt(2), 0.01) << name;
    if (std::string(name) == "a.mp3") continue;  // its encoder delays the sound
    EXPECT_LT(worst, std::string(name) == "a.ogg" ? 0.1 : 1e-4) << name;
  }
}

TEST(SoundGate, ReadsTheMiddleOfAnMp3AsItIsInTheWhole) {
  const Folder folder;
  std::vector<float> sound = tone(300, 16000, 4);
  for (std::size_t i = 0; i < sound.size(); ++i) sound[i] *= static_cast<float>(i) / 64000.0F;
  testing::save_with_sndfile(folder / "a.mp3", sound, 1, 16000,
                             SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
  const auto admission = SoundGate().admit({folder / "a.mp3"})[0];
  const auto whole = read_window(admission, {.rate = 16000}, 0, 64000);
  for (const std::int64_t start : {1, 20000, 33333, 60000}) {
    const auto window = read_window(admission, {.rate = 16000}, start, 3000);
    for (std::size_t i = 0; i < window.size(); ++i)
      ASSERT_NEAR(window[i], whole[static_cast<std::size_t>(start) + i], 1e-3) << start << " " << i;
  }
}

TEST(SoundGate, RemembersVerdictsByContent) {
  const Folder folder;
  save_tone(folder / "a.wav");
  EXPECT_TRUE(verdict_of(folder / "a.wav").good);
  std::filesystem::copy(folder / "a.wav", folder / "b.wav");
  SoundGate second;
  EXPECT_TRUE(second.admit({folder / "b.wav"})[0].verdict.good);
  EXPECT_EQ(second.guarded_reads(), 0);
}

TEST(SoundGate, RefusesATruncatedWav) {
  const Folder folder;
  save_tone(folder / "a.wav");  // 44 bytes of header, 8000 of sound
  std::filesystem::resize_file(folder / "a.wav", 5044);
  EXPECT_EQ(verdict_of(folder / "a.wav").reason,
            "the header says 8000 bytes of sound, the file holds 5000");
}

TEST(SoundGate, RefusesAHeaderThatLiesAboutItsLength) {
  const Folder folder;
  std::string bytes = read_file(save_tone(folder / "a.wav"));
  bytes[40] = 0x10, bytes[41] = 0;  // 16 bytes of sound instead of 8000
  folder.file("short.wav", bytes);
  EXPECT_EQ(verdict_of(folder / "short.wav").reason,
            "7984 bytes follow that the header does not know");
  for (int i = 40; i < 44; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<char>(0xff);
  folder.file("open.wav", bytes);
  EXPECT_THAT(verdict_of(folder / "open.wav").reason,
              HasSubstr("the header says 4294967295 bytes"));
}

TEST(SoundGate, RefusesEmptySilentAndMeaninglessFiles) {
  const Folder folder;
  folder.file("none.wav", "");
  EXPECT_EQ(verdict_of(folder / "none.wav").reason, "the file is empty");
  write_wav(folder / "zero.wav", {}, 1, 8000);
  EXPECT_EQ(verdict_of(folder / "zero.wav").reason, "it has no samples");
  folder.file("text.wav", "this is no sound at all, not even a header");
  EXPECT_THAT(verdict_of(folder / "text.wav").reason, HasSubstr("cannot be opened as sound"));
  EXPECT_EQ(verdict_of(folder / "gone.wav").reason, "there is no such sound file");
  std::vector<float> samples = tone(440, 8000, 0.1);
  samples[123] = std::nanf("");
  write_wav(folder / "nan.wav", samples, 1, 8000, WavSamples::kFloat32);
  EXPECT_EQ(verdict_of(folder / "nan.wav").reason, "frame 123 is not a number");
}

TEST(SoundGate, SaysWhereAFileDiffersFromWhatIsWanted) {
  const Folder folder;
  write_wav(folder / "stereo.wav", tone(440, 44100, 0.1), 2, 44100);
  save_tone(folder / "quiet.wav", 440, 8000, 0.1, 0);
  SoundGate gate;
  const auto admitted = gate.admit({folder / "stereo.wav", folder / "quiet.wav"});
  const auto said = [&](std::size_t i, const SoundWish& wish) {
    return message_of([&] { require_wish(admitted[i], wish); });
  };
  EXPECT_THAT(said(0, {.rate = 32000}),
              HasSubstr("stereo.wav is 44100 Hz, the recipe wants 32000"));
  EXPECT_THAT(said(0, {.rate = 32000}), HasSubstr("set resample: true"));
  EXPECT_THAT(said(0, {.rate = 44100}), HasSubstr("stereo.wav has 2 channels, mono is needed"));
  EXPECT_EQ(said(0, {.rate = 8000, .resample = true, .mix_down = true}), "no error");
  EXPECT_THAT(said(1, {.rate = 8000, .silence = false}), HasSubstr("quiet.wav is silent"));
}

TEST(SoundGate, RefusesAFileThatChangedAfterItWasJudged) {
  const Folder folder;
  const auto admitted = SoundGate().admit({save_tone(folder / "a.wav")});
  save_tone(folder / "a.wav", 440, 8000, 0.6);
  EXPECT_THAT(message_of([&] { read_window(admitted[0], {.rate = 8000}, 0, 10); }),
              HasSubstr("changed"));
}

TEST(SoundReader, HandsOutPiecesOnDemand) {
  const Folder folder;
  const Path file = save_tone(folder / "a.wav", 440, 8000, 0.5);
  ReaderStream reader(
      find_reader("warmstart-sound-reader", "audio", reinterpret_cast<const void*>(&judge_sound)),
      {"stream", file.string()});
  const Json said = Json::parse(reader.next_line(20).value_or("{}"));
  EXPECT_EQ(said, (Json{{"good", true}, {"rate", 8000}, {"channels", 1}, {"frames", 4000}}));
  const std::vector<float> whole = SoundFile(file).read(4000);
  for (const auto& [first, asked, got] : std::vector<std::array<std::int64_t, 3>>{
           {10, 5, 5}, {3998, 9, 2}, {0, 3, 3}, {-1, 3, 0}, {0, std::int64_t{1} << 40, 0}}) {
    const std::int64_t request[2] = {first, asked};
    ASSERT_TRUE(reader.send({reinterpret_cast<const char*>(request), sizeof request}));
    std::int64_t count = -1;
    ASSERT_TRUE(reader.receive_all(&count, sizeof count, 20));
    ASSERT_EQ(count, got);
    std::vector<float> samples(static_cast<std::size_t>(count));
    ASSERT_TRUE(reader.receive_all(samples.data(), samples.size() * sizeof(float), 20));
    for (std::size_t i = 0; i < samples.size(); ++i)
      EXPECT_EQ(samples[i], whole[static_cast<std::size_t>(first) + i]);
  }
}

TEST(SoundReader, SaysWhyItHandsOutNothing) {
  const Folder folder;
  const Path file = save_tone(folder / "a.wav", 440, 8000, 0.5);
  std::filesystem::resize_file(file, 3000);
  ReaderStream reader(
      find_reader("warmstart-sound-reader", "audio", reinterpret_cast<const void*>(&judge_sound)),
      {"stream", file.string()});
  const Json said = Json::parse(reader.next_line(20).value_or("{}"));
  EXPECT_FALSE(said.at("good").get<bool>());
  EXPECT_THAT(said.at("reason").get<std::string>(), HasSubstr("the file holds"));
}

TEST(Resampler, KeepsATonesPlaceInTime) {
  for (const auto& [from, to] : std::vector<std::pair<int, int>>{{44100, 16000}, {8000, 16000}}) {
    const auto result = resampled(tone(440, from, 1), from, to);
    const auto expected = tone(440, to, 1);
    ASSERT_EQ(result.size(), expected.size());
    for (std::size_t i = 1000; i + 1000 < expected.size(); ++i)
      ASSERT_NEAR(result[i], expected[i], 1e-4) << from << " " << i;
  }
}

TEST(Resampler, GivesTheSameInWindowsAsInOnePiece) {
  const Folder folder;
  std::vector<float> noise(44100 * 2);
  Random random(3);
  for (float& sample : noise) sample = static_cast<float>(random.uniform(-0.5, 0.5));
  write_wav(folder / "noise.wav", noise, 1, 44100, WavSamples::kFloat32);
  const auto admission = SoundGate().admit({folder / "noise.wav"})[0];
  const SoundWish wish{.rate = 16000, .resample = true};
  const auto whole = read_window(admission, wish, 0, 32000);
  for (const std::int64_t start : {0, 777, 15000, 31000}) {
    const auto window = read_window(admission, wish, start, 1000);
    for (std::size_t i = 0; i < window.size(); ++i)
      ASSERT_NEAR(window[i], whole[static_cast<std::size_t>(start) + i], 2e-4) << start << "+" << i;
  }
}

TEST(WavWriter, WritesWhatLibsndfileReads) {
  const Folder folder;
  write_wav(folder / "a.wav", {0.5F, -0.25F, 2.0F, -1.0F}, 2, 48000);
  SoundFile file(folder / "a.wav");
  EXPECT_EQ(file.info().channels, 2);
  EXPECT_EQ(file.info().frames, 2);
  const std::vector<float> samples = file.read(10);
  EXPECT_NEAR(samples[0], 0.5, 1e-4);
  EXPECT_NEAR(samples[2], 1.0, 1e-4) << "clipped";
}

}  // namespace
}  // namespace warmstart::audio
