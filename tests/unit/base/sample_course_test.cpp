// The steps of memorization and the distances of memorized pairs, read from records on disk. All
// numbers are worked out by hand.
#include "core/pathway/sample_course.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/test_folder.h"

namespace warmstart {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kCourseSamples = 6;
constexpr const char* kLeftOut = "left out";

/// What differs from record to record: losses, and of each sample the expert of both layers.
struct WrittenRecord {
  std::int64_t step = 0;
  std::vector<float> loss;
  std::vector<std::size_t> experts;
};

const std::vector<WrittenRecord> kWritten{
    {10, {0.2F, 3, 3, 0.3F, 0.1F, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {20, {0.2F, 0.4F, 3, 0.9F, 0.1F, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {30, {0.22F, 0.4F, 0.3F, 0.3F, 0.1F, 0.1F}, {0, 1, 0, 1, 0, 1, 2, 1, 1, 2, 2, 2}},
    {100, {0.2F, 0.38F, 0.3F, 0.3F, 0.1F, 0.9F}, {0, 1, 0, 1, 2, 0, 2, 0, 1, 2, 2, 2}}};

Array course_array(const char* name, Dtype dtype, std::vector<std::int64_t> shape,
                   std::span<const std::byte> bytes) {
  return {name, dtype, std::move(shape), bytes};
}

/// Two layers, three experts; samples 0 to 3 are group 1, 4 and 5 group 2.
Path write_course(const test::Folder& folder, const WrittenRecord& record,
                  const Json& more = Json::object()) {
  const Path file =
      folder.path() / "captures" / std::to_string(record.step) / "routing_trace.safetensors";
  std::filesystem::create_directories(file.parent_path());
  std::vector<std::uint16_t> weights(kCourseSamples * 2 * 3, 0);
  for (std::size_t row = 0; row < record.experts.size(); ++row)
    weights[row * 3 + record.experts[row]] = 0x3c00;
  const std::vector<float> similarity(kCourseSamples, 1), load(6, 0.5F);
  const std::vector<std::int64_t> group{1, 1, 1, 1, 2, 2};
  Json info{{"kind", "routing"},
            {"step", record.step},
            {"samples", {"a", "b", "c", "d", "e", "f"}},
            {"sample_hashes", {"1", "2", "3", "4", "5", "6"}},
            {"eps", 0.5}};
  info.update(more);
  if (info["eps"] == kLeftOut) info.erase("eps");
  write_tensor_file(
      file, {{"capture", info.dump()}},
      {course_array("weights.mean", Dtype::kFloat16, {6, 2, 3}, std::as_bytes(std::span(weights))),
       course_array("similarity.mean", Dtype::kFloat32, {6, 1},
                    std::as_bytes(std::span(similarity))),
       course_array("loss", Dtype::kFloat32, {6}, std::as_bytes(std::span(record.loss))),
       course_array("load", Dtype::kFloat32, {2, 3}, std::as_bytes(std::span(load))),
       course_array("group", Dtype::kInt64, {6}, std::as_bytes(std::span(group)))});
  return file;
}

/// The last record's file.
Path write_all_courses(const test::Folder& folder) {
  Path last;
  for (const WrittenRecord& record : kWritten) last = write_course(folder, record);
  return last;
}

TEST(SampleCourse, FindsTheStepOfMemorizationOfEverySample) {
  const test::Folder folder;
  const SampleCourse course =
      read_sample_course(routing_record_files(write_all_courses(folder)), {}, 2);
  EXPECT_THAT(course.steps, ElementsAre(10, 20, 30, 100)) << "by number, not by name";
  EXPECT_EQ(course.eps, 0.5);
  // 3 spikes at step 20, 5 rises at the end.
  EXPECT_THAT(course.memorized_at, ElementsAre(10, 20, 30, 30, 10, -1));
  EXPECT_THAT(course.times, ElementsAre(10, 20, 30));
  EXPECT_THAT(course.memorized, ElementsAre(2.0 / 6, 3.0 / 6, 5.0 / 6, 5.0 / 6));
}

TEST(SampleCourse, MeasuresPairsOfOneGroupFromTheStepAtWhichBothAreMemorized) {
  const test::Folder folder;
  const SampleCourse course =
      read_sample_course(routing_record_files(write_all_courses(folder)), {}, 2);
  EXPECT_THAT(course.pairs, ElementsAre(0, 1, 6, 6));
  EXPECT_TRUE(std::isnan(course.distance[0]));
  EXPECT_TRUE(std::isnan(course.distance[1])) << "one pair is too few";
  // Step 30: 0|1, 0|1, 0|1, 2|1; of six pairs three differ in one of three symbols. Step 100: 0|1
  // twice, 2|0 twice; four pairs differ in two.
  EXPECT_NEAR(course.distance[2], 1.0 / 6, 1e-12);
  EXPECT_NEAR(course.distance[3], 4.0 / 9, 1e-12);
}

TEST(SampleCourse, AShareOfTheSamplesSetsEps) {
  const test::Folder folder;
  const std::vector<RecordFile> files = routing_record_files(write_all_courses(folder));
  const SampleCourse half = read_sample_course(files, {.share = 0.5});
  EXPECT_NEAR(half.eps, 0.3, 1e-6);
  EXPECT_THAT(half.memorized_at, ElementsAre(10, -1, 30, 30, 10, -1));
  const SampleCourse most = read_sample_course(files, {.share = 0.9});
  EXPECT_TRUE(std::isnan(most.eps)) << "sample 5 still moves";
  EXPECT_THAT(most.memorized_at, testing::Each(-1));
  EXPECT_THAT(most.memorized, testing::Each(0));
  EXPECT_TRUE(std::isnan(most.distance.back()));
}

TEST(SampleCourse, JoinsTheRunsCourseWhereTheStepsAreTheSame) {
  const test::Folder folder;
  const SampleCourse course =
      read_sample_course(routing_record_files(write_all_courses(folder)), {});
  GrokkingTimeline timeline;
  timeline.step = {20, 25, 100};
  add_sample_course(timeline, course, "token");
  EXPECT_EQ(timeline.find("memorized_distance"), nullptr) << "of the other aggregate";
  add_sample_course(timeline, course, "mean");
  EXPECT_EQ(timeline.find("memorized_samples")->at(0), 0.5);
  EXPECT_TRUE(std::isnan(timeline.find("memorized_samples")->at(1)));
  EXPECT_NEAR(timeline.find("memorized_distance")->at(2), 4.0 / 9, 1e-12);
}

TEST(SampleCourse, RefusesOtherSamplesADamagedFileAndAnAggregateThatIsNotThere) {
  const test::Folder folder;
  const Path last = write_all_courses(folder);
  const auto message = [&](const SampleCourseRules& rules) {
    return test::message_of([&] { read_sample_course(routing_record_files(last), rules); });
  };
  EXPECT_THAT(message({.share = 1.5}), HasSubstr("must be in [0,1], got 1.5"));
  EXPECT_THAT(message({.aggregate = "token"}), HasSubstr("the aggregate 'token' was not recorded"));
  write_course(folder, kWritten[3], {{"eps", nullptr}});
  EXPECT_THAT(message({}), HasSubstr("the file's own description is damaged"));
  write_course(folder, kWritten[1], {{"sample_hashes", {"1", "2", "3", "4", "5", "7"}}});
  write_course(folder, kWritten[3]);
  EXPECT_THAT(message({}), HasSubstr("routing traces of step 20 and 100 were taken on different"));
}

TEST(SampleCourse, AFileThatDoesNotTellEpsNeedsAShare) {
  const test::Folder folder;
  const Path last = write_all_courses(folder);
  write_course(folder, kWritten[3], {{"eps", kLeftOut}});
  const std::vector<RecordFile> files = routing_record_files(last);
  EXPECT_THAT(test::message_of([&] { read_sample_course(files, {}); }),
              HasSubstr("does not say up to which loss a sample counts as memorized"));
  EXPECT_NEAR(read_sample_course(files, {.share = 0.5}).eps, 0.3, 1e-6);
}

TEST(SampleCourse, LossesAreReadWithoutTheRouting) {
  const test::Folder folder;
  const RoutingRecord record = read_routing_losses(write_course(folder, kWritten[0]));
  EXPECT_EQ(record.eps, 0.5);
  EXPECT_TRUE(record.weights.empty());
  EXPECT_FLOAT_EQ(static_cast<float>(record.loss[3]), 0.3F);
}

TEST(SampleCourse, PathwaysOfSomeSamplesComeInTheOrderAskedFor) {
  const test::Folder folder;
  const Path file = write_course(folder, kWritten[3]);
  const std::vector<Pathway> pathways = read_pathways(file, "mean", {3, 0, 4});
  ASSERT_EQ(pathways.size(), 3U);
  EXPECT_EQ(pathway_text(pathways[0]), "2|0");
  EXPECT_EQ(pathway_text(pathways[1]), "0|1");
  EXPECT_EQ(pathway_text(pathways[2]), "1|2");
  EXPECT_THAT(test::message_of([&] { read_pathways(file, "mean", {6}); }),
              HasSubstr("there is no sample 6"));
}

}  // namespace
}  // namespace warmstart
