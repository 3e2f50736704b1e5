// The data set of clips: samples, classes, windows, bad files among good ones, predictions.
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using testing::dataset;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;
using testing::save_tone;

Json clip_settings(const Path& root) {
  return {{"root", root.string()}, {"rate", 8000}, {"seconds", 0.5}};
}

TEST(Clips, GiveWavesOfOneLengthWithTheirClass) {
  const Folder folder;
  save_tone(folder / "high/a.wav", 2000, 8000, 0.3);
  save_tone(folder / "low/b.wav", 200, 8000, 1.2);
  const auto clips = dataset("audio.clips", clip_settings(folder.path()));
  ASSERT_EQ(clips->size(), 2);
  const Sample high = clips->get(0), low = clips->get(1);
  EXPECT_EQ(high.id, "high/a");
  EXPECT_EQ(high.fields.get("wave").size(0), 4000);
  EXPECT_EQ(high.fields.get("wave").narrow(0, 2400, 1600).abs().max().item<float>(), 0);
  EXPECT_EQ(low.fields.get("class").item<std::int64_t>(), 1);
  EXPECT_EQ(high.fields.get("samples").item<std::int64_t>(), 2400);
  EXPECT_EQ(low.fields.get("samples").item<std::int64_t>(), 4000);
  EXPECT_EQ(clips->facts()["class_names"], Json({"high", "low"}));
  Json settings = clip_settings(folder.path());
  settings["windows"] = true;
  const auto windows = dataset("audio.clips", settings);
  EXPECT_EQ(windows->size(), 4) << "three windows of the long clip";
  EXPECT_TRUE(at::allclose(
      windows->get(2).fields.get("wave"),
      at::tensor(testing::tone(200, 8000, 1.2), at::kFloat).narrow(0, 4000, 4000), 0, 1e-4));
}

TEST(Clips, GiveSeveralClassesOfOneClip) {
  const Folder folder;
  save_tone(folder / "a.wav");
  save_tone(folder / "b.wav", 300);
  Json settings = clip_settings(folder.file("t.csv", "file,label\na.wav,dog;rain\nb.wav,cat\n"));
  EXPECT_EQ(message_of([&] { dataset("audio.clips", settings); }), "no error");
  settings["label_separator"] = ";";
  EXPECT_THAT(message_of([&] { dataset("audio.clips", settings); }),
              HasSubstr("the clip has 2 classes, one is needed"));
  settings["multilabel"] = true;
  const Sample sample = dataset("audio.clips", settings)->get(0);
  EXPECT_TRUE(at::equal(sample.fields.get("target"), at::tensor({0.0F, 1.0F, 1.0F})));
}

TEST(Clips, LeaveOutAFewBadFilesAndListThem) {
  const Folder folder;
  for (int i = 0; i < 30; ++i)
    save_tone(folder / ("x/" + std::to_string(i) + ".wav"), 200 + 10.0 * i);
  std::filesystem::resize_file(folder / "x/7.wav", 1000);
  Json settings = clip_settings(folder.path());
  EXPECT_THAT(message_of([&] { dataset("audio.clips", settings); }),
              ::testing::AllOf(HasSubstr("the header says 8000 bytes of sound, the file holds 956"),
                               HasSubstr("x/7.wav")));
  settings["bad_share"] = 0.05;
  const auto clips = dataset("audio.clips", settings);
  EXPECT_EQ(clips->size(), 29);
  EXPECT_THAT(clips->facts()["skipped"][0].get<std::string>(), HasSubstr("7.wav: the header says"));
  std::filesystem::resize_file(folder / "x/8.wav", 1000);
  EXPECT_THAT(message_of([&] { dataset("audio.clips", settings); }),
              HasSubstr("2 of 30 files cannot be used; the first: "));
}

TEST(Clips, LeaveOutOneBadFileInAThousandAndShortOnes) {
  const Folder folder;
  for (int i = 0; i < 1000; ++i)
    save_tone(folder / ("x/" + std::to_string(i) + ".wav"), 200 + i, 8000, 0.02);
  std::filesystem::resize_file(folder / "x/7.wav", 100);
  const auto clips = dataset("audio.clips", clip_settings(folder.path()));
  EXPECT_EQ(clips->size(), 999) << "the default limit is one in a hundred";
  EXPECT_EQ(clips->facts()["skipped"].size(), 1U);
  // Too short for a mask of 7 frames of 10 ms: left out and counted like any other.
  save_tone(folder / "x/8.wav", 200, 8000, 0.005);
  Json settings = clip_settings(folder.path());
  settings["shortest"] = 0.02;
  const auto longer = dataset("audio.clips", settings);
  EXPECT_EQ(longer->size(), 998);
  EXPECT_THAT(longer->facts()["skipped"][1].get<std::string>(),
              HasSubstr("8.wav is 0.01 s long, the shortest wanted is 0.02"));
  settings["bad_share"] = 0;
  EXPECT_THAT(message_of([&] { dataset("audio.clips", settings); }),
              HasSubstr("2 of 1000 files cannot be used"));
}

TEST(Clips, DrawTheSameFewOfEachClass) {
  const Folder folder;
  for (int i = 0; i < 8; ++i) {
    save_tone(folder / ("a/" + std::to_string(i) + ".wav"), 200 + i);
    save_tone(folder / ("b/" + std::to_string(i) + ".wav"), 900 + i);
  }
  Json settings = clip_settings(folder.path());
  settings["per_class"] = 2;
  const auto first = dataset("audio.clips", settings), again = dataset("audio.clips", settings);
  settings["draw"] = 1;
  const auto other = dataset("audio.clips", settings);
  ASSERT_EQ(first->size(), 4);
  std::int64_t same = 0, of_a = 0;
  for (std::int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(first->get(i).id, again->get(i).id);
    same += first->get(i).id == other->get(i).id;
    of_a += first->get(i).fields.get("class").item<std::int64_t>() == 0;
  }
  EXPECT_LT(same, 4);
  EXPECT_EQ(of_a, 2);
}

TEST(Clips, WriteWhatAModelSaidOfFiles) {
  const Folder folder;
  save_tone(folder / "data/cat/a.wav");
  save_tone(folder / "data/dog/b.wav", 300);
  const Path unknown = save_tone(folder / "new, one.wav", 500, 8000, 0.9);
  const auto files =
      dataset("audio.clips", clip_settings(folder / "data"))->for_files({unknown.string()});
  ASSERT_EQ(files->size(), 2) << "windows of half a second";
  Batch outputs;
  outputs.set("logits", at::tensor({0.0F, std::log(3.0F)}));
  std::filesystem::create_directories(folder / "out");
  EXPECT_TRUE(files->save_prediction(0, outputs, folder / "out").empty());
  ASSERT_EQ(files->save_prediction(1, outputs, folder / "out").size(), 2U);
  EXPECT_EQ(read_file(folder / "out/predictions.csv"),
            "file,start_s,seconds,label,cat,dog\n\"" + unknown.string() +
                "\",0.000,0.500,dog,0.250000,0.750000\n\"" + unknown.string() +
                "\",0.500,0.500,dog,0.250000,0.750000\n");
  const Json line =
      Json::parse(read_file(folder / "out/predictions.jsonl")
                      .substr(0, read_file(folder / "out/predictions.jsonl").find('\n')));
  EXPECT_NEAR(line["probabilities"]["dog"].get<double>(), 0.75, 1e-6);
}

}  // namespace
}  // namespace warmstart::audio
