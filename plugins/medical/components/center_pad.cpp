// Pads a volume equally on both sides until its size suits the model.
#include <torch/types.h>

#include "core/data/dataset.h"
#include "plugins/medical/components/volume_tensor.h"

namespace warmstart::medical {

class CenterPad final : public Transform {
 public:
  struct Config {
    std::vector<std::int64_t> size;
    std::int64_t multiple = 1;
    std::string mode = "reflect";
    double value = 0;
    void describe(Fields& fields) {
      fields.field("size", size, "least size along D, H, W; empty: no least")
          .at_least(1)
          .unit("voxels");
      fields
          .field("multiple", multiple, "sizes become multiples of this (the model's total stride)")
          .at_least(1);
      fields.field("mode", mode, "what the padding shows").one_of({"reflect", "constant"});
      fields.field("value", value, "of constant padding");
    }
  };
  explicit CenterPad(const Config& config) : config_(config) {
    if (config.size.empty() || config.size.size() == 3) return;
    throw Error("size has " + std::to_string(config.size.size()) + " numbers", "medical.center_pad",
                "give three, along D, H, W");
  }

  /// Padded label voxels mirror the label in mode reflect and are background in mode constant.
  void apply(Sample& sample, Random&) const override {
    const at::Tensor image = sample.fields.get("image");
    std::array<double, 3> first{};
    for (int a = 0; a < 3; ++a) first[a] = -static_cast<double>(before(image.size(a + 1), a));
    move_origin(sample, first);
    sample.fields.set("image", padded(image, 1, config_.value));
    if (sample.fields.has("label")) {
      sample.fields.set("label", padded(sample.fields.get("label"), 0, 0));
    }
  }
  bool is_random() const override { return false; }

 private:
  std::int64_t wanted(std::int64_t length, std::int64_t axis) const {
    const std::int64_t least = config_.size.empty() ? length : std::max(length, config_.size[axis]);
    return (least + config_.multiple - 1) / config_.multiple * config_.multiple;
  }
  std::int64_t before(std::int64_t length, std::int64_t axis) const {
    return (wanted(length, axis) - length) / 2;
  }

  at::Tensor padded(const at::Tensor& tensor, std::int64_t first_axis, double value) const {
    at::Tensor result = tensor;
    for (std::int64_t a = 0; a < 3; ++a) {
      const std::int64_t axis = first_axis + a, length = tensor.size(axis);
      const std::int64_t want = wanted(length, a), before = this->before(length, a);
      if (want == length) continue;
      if (config_.mode == "constant") {
        auto shape = result.sizes().vec();
        shape[axis] = want;
        const at::Tensor wider = torch::full(shape, value, result.options());
        wider.narrow(axis, before, length).copy_(result);
        result = wider;
      } else {
        result = result.index_select(axis, reflected(length, before, want));
      }
    }
    return result;
  }

  // -2 -1 | 0 1 2 | 3 4 of length 3 becomes 2 1 | 0 1 2 | 1 0; goes on to and fro when more is
  // wanted than there is.
  static at::Tensor reflected(std::int64_t length, std::int64_t before, std::int64_t want) {
    const std::int64_t period = std::max<std::int64_t>(1, 2 * (length - 1));
    const at::Tensor place = (torch::arange(want, at::kLong) - before).remainder(period);
    return torch::minimum(place, period - place).clamp(0, length - 1);
  }

  Config config_;
};

const Registered<Transform, CenterPad> center_pad{Card{
    .name = "center_pad",
    .summary = "pad on both sides to a least size and a multiple",
    .needs = {"image"},
    .yields = {},
    .papers = {1},
}};

}  // namespace warmstart::medical
