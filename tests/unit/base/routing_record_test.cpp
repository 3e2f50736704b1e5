// A routing trace's file read back, what is drawn of it, and a run's course from its log.
#include "core/pathway/routing_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/pathway/grokking_timeline.h"
#include "tests/unit/test_folder.h"

namespace warmstart {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
Array record_array(const char* name, Dtype dtype, std::vector<std::int64_t> shape,
                   const std::vector<T>& values) {
  return {name, dtype, std::move(shape), std::as_bytes(std::span(values))};
}

constexpr std::uint16_t kHalf1 = 0x3c00, kHalf0 = 0, kHalf05 = 0x3800, kHalf025 = 0x3400;

/// Two samples, three layers, two experts; `hash` of the first sample.
Path write_record(const test::Folder& folder, const std::string& hash, std::int64_t step,
                  std::int64_t loss_count = 2) {
  const Path file = folder.path() / ("record-" + std::to_string(step) + ".safetensors");
  const std::vector<std::uint16_t> weights{kHalf1,  kHalf0,  kHalf05, kHalf05, kHalf0,   kHalf1,
                                           kHalf05, kHalf05, kHalf1,  kHalf0,  kHalf025, kHalf1};
  const std::vector<float> similarity{0.5F, 1, -1, -0.5F}, load{1, 0, 0.5F, 0.5F, 0.01F, 0.99F};
  const std::vector<float> loss(static_cast<std::size_t>(loss_count), 0.25F);
  const std::vector<std::int64_t> group{7, 3};
  const Json info{{"kind", "routing"},     {"step", step},
                  {"samples", {"a", "b"}}, {"sample_hashes", {hash, "2"}},
                  {"aggregate", "token"},  {"tau", 0.7},
                  {"state", "memorized"}};
  write_tensor_file(file, {{"capture", info.dump()}},
                    {record_array("weights.token", Dtype::kFloat16, {2, 3, 2}, weights),
                     record_array("similarity.token", Dtype::kFloat32, {2, 2}, similarity),
                     record_array("loss", Dtype::kFloat32, {loss_count}, loss),
                     record_array("load", Dtype::kFloat32, {3, 2}, load),
                     record_array("group", Dtype::kInt64, {2}, group)});
  return file;
}

TEST(RoutingRecord, IsReadBackAsPathwaysComplexityAndDistances) {
  const test::Folder folder;
  const RoutingRecord record = read_routing_record(write_record(folder, "1", 100));
  EXPECT_EQ(record.step, 100);
  EXPECT_EQ(record.state, "memorized");
  const StepPathways step = step_pathways(record, "token");
  EXPECT_THAT(step.texts, ElementsAre("0|0,1|1", "0,1|0|1"));
  EXPECT_NEAR(step.complexity[0], 0.25, 1e-7);
  EXPECT_TRUE(std::isnan(step.complexity[1]));
  EXPECT_DOUBLE_EQ(step.plain[1], 1.75);
  EXPECT_THAT(step.groups, ElementsAre(7, 3));
  EXPECT_THAT(step.order, ElementsAre(1, 0)) << "group 3 first";
  EXPECT_FLOAT_EQ(step.matrix[1], 2.0F / 6.0F);
  EXPECT_THAT(step.warnings,
              ElementsAre("layer 1: expert 0 receives 100% of tokens; distances are trivially low",
                          "layer 3: expert 1 receives 99% of tokens; distances are trivially low"));
  EXPECT_THAT(test::message_of([&] { step_pathways(record, "mean"); }),
              HasSubstr("the aggregate 'mean' was not recorded"));
}

TEST(RoutingRecord, OfOtherSamplesIsNotCompared) {
  const test::Folder folder;
  const RoutingRecord first = read_routing_record(write_record(folder, "1", 4000));
  const RoutingRecord other = read_routing_record(write_record(folder, "9", 8000));
  EXPECT_THAT(test::message_of([&] { require_same_samples(first, other); }),
              HasSubstr("routing traces of step 4000 and 8000 were taken on different samples"));
  EXPECT_EQ(test::message_of([&] { require_same_samples(first, first); }), "no error");
}

TEST(RoutingRecord, RefusesArraysThatDoNotFit) {
  const test::Folder folder;
  const Path file = write_record(folder, "1", 1, 3);
  EXPECT_THAT(test::message_of([&] { read_routing_record(file); }),
              HasSubstr("the arrays of the trace do not fit together; " + file.string()));
}

TEST(RoutingRecord, HalfPrecisionIsReadExactly) {
  // numpy.float16 values and their bits.
  EXPECT_EQ(half_to_float(0x3555), 0.333251953125F);
  EXPECT_EQ(half_to_float(0x0001), 5.960464477539063e-08F);
  EXPECT_EQ(half_to_float(0xc500), -5.0F);
  EXPECT_EQ(half_to_float(0x7bff), 65504.0F);
  EXPECT_TRUE(std::isinf(half_to_float(0x7c00)));
  EXPECT_TRUE(std::isnan(half_to_float(0x7e00)));
}

RunHistory course_history(int records) {
  RunHistory history;
  for (int i = 1; i <= records; ++i) {
    history.validations.push_back(
        {{"on", "test"}, {"global_step", 50 * i}, {"metrics", {{"accuracy", 0.1 * i}}}});
    history.validations.push_back({{"on", "train"},
                                   {"global_step", 50 * i},
                                   {"metrics",
                                    {{"routing_trace.memorized", i < 3 ? 0.2 : 1.0},
                                     {"routing_trace.loss", 1.0 / i},
                                     {"routing_trace.token.ratio", 1 - 0.05 * i},
                                     {"routing_trace.token.layer1", 0.5},
                                     {"routing_trace.token.layer2", nullptr}}}});
  }
  return history;
}

TEST(GrokkingTimeline, FindsTheTraceTheUnseenAccuracyAndTheStepOfMemorization) {
  const GrokkingTimeline timeline = grokking_timeline(course_history(5), "token");
  EXPECT_EQ(timeline.trace, "train.routing_trace");
  EXPECT_EQ(timeline.unseen, "test.accuracy");
  EXPECT_THAT(timeline.step, ElementsAre(50, 100, 150, 200, 250));
  EXPECT_EQ(timeline.memorized_at, 150);
  EXPECT_DOUBLE_EQ(timeline.find("ratio")->at(4), 0.75);
  EXPECT_EQ(timeline.layers.size(), 2U);
  EXPECT_TRUE(std::isnan(timeline.layers[1][0]));
  EXPECT_EQ(grokking_timeline({}, "token").trace, "");
}

TEST(GrokkingTimeline, CorrelatesFromMemorizationOnAndSaysWhenPointsAreTooFew) {
  const auto rows = timeline_correlations(grokking_timeline(course_history(5), "token"));
  ASSERT_EQ(rows.front().metric, "ratio");
  EXPECT_EQ(rows.front().pearson.n, 3);
  EXPECT_NEAR(rows.front().pearson.r, -1, 1e-12);
  EXPECT_EQ(
      timeline_correlations(grokking_timeline(course_history(4), "token")).front().pearson.text(),
      "not enough points (2)");
}

}  // namespace
}  // namespace warmstart
