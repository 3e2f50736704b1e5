#include "medical_components.h"

namespace warmstart::medical {
namespace {

using testing::dataset;

TEST(SynthCtPhantom, IsAFunctionOfPoolSeedAndIndex) {
  const auto first = dataset("medical.synth_ct_phantom", {{"n", 4}}),
             again = dataset("medical.synth_ct_phantom", {{"n", 4}});
  const auto other = dataset("medical.synth_ct_phantom", {{"n", 4}, {"pool", "test"}});
  EXPECT_TRUE(first->get(2).fields.get("image").equal(again->get(2).fields.get("image")));
  EXPECT_FALSE(first->get(2).fields.get("image").equal(first->get(3).fields.get("image")));
  EXPECT_FALSE(first->get(2).fields.get("image").equal(other->get(2).fields.get("image")));
}

TEST(SynthCtPhantom, HoldsEveryOrganInEveryVolume) {
  const auto phantoms = dataset("medical.synth_ct_phantom", {{"n", 60}});
  for (std::int64_t i = 0; i < phantoms->size(); ++i) {
    const at::Tensor counts = phantoms->get(i).fields.get("label").flatten().bincount({}, 5);
    EXPECT_GE(counts.min().item<std::int64_t>(), 8) << "phantom " << i << ": " << counts;
  }
}

TEST(SynthCtPhantom, TargetIsTheGrownUterusWithoutTheBladder) {
  const auto organs = dataset("medical.synth_ct_phantom", {{"n", 10}});
  const auto targets = dataset("medical.synth_ct_phantom", {{"n", 10}, {"labels", "target"}});
  for (std::int64_t i = 0; i < 10; ++i) {
    const at::Tensor organ = organs->get(i).fields.get("label"),
                     target = targets->get(i).fields.get("label");
    EXPECT_TRUE((target == 1).equal(organ == 1));
    EXPECT_TRUE(target.masked_select(organ == 4).eq(4).all().item<bool>());
    const double grown = (target == 4).sum().item<double>() / (organ == 4).sum().item<double>();
    EXPECT_GT(grown, 1.3);
    EXPECT_LT(grown, 6);
  }
  EXPECT_EQ(targets->facts()["class_names"][4], "target");
  EXPECT_FALSE(
      dataset("medical.synth_ct_phantom", {{"labels", "none"}})->get(0).fields.has("label"));
}

TEST(SynthCtPhantom, ShowsTheAskedContrastAndNoise) {
  const Json settings{{"n", 1}, {"noise", 25}, {"bias", 0}, {"streak", 0}, {"contrast", {40, 40}}};
  const Sample sample = dataset("medical.synth_ct_phantom", settings)->get(0);
  const at::Tensor image = sample.fields.get("image")[0], label = sample.fields.get("label");
  const at::Tensor bladder = image.masked_select(label == 1),
                   uterus = image.masked_select(label == 4);
  EXPECT_NEAR((uterus.mean() - bladder.mean()).item<double>(), 80, 12);
  EXPECT_NEAR(bladder.std().item<double>(), 25, 6);
}

}  // namespace
}  // namespace warmstart::medical
