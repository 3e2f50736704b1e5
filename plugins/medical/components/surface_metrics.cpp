#include "plugins/medical/components/surface_metrics.h"

#include <torch/types.h>

#include "core/metrics/segmentation_classes.h"

namespace warmstart::medical {
namespace {

std::vector<std::uint8_t> class_mask(const at::Tensor& labels, std::int64_t k) {
  const at::Tensor mask = (labels == k).to(at::kByte).contiguous();
  return {mask.data_ptr<std::uint8_t>(), mask.data_ptr<std::uint8_t>() + mask.numel()};
}

}  // namespace

std::vector<CaseValue> measure_surfaces(const std::string& metric, const std::string& sample,
                                        const std::vector<std::string>& class_names,
                                        const Batch& outputs, const Batch& fields,
                                        double (*measure)(const SurfaceDistances&)) {
  const auto classes = static_cast<std::int64_t>(class_names.size());
  const SegmentationPair pair = segmentation_pair(sample, outputs, fields, classes);
  const at::Tensor spacing = fields.get("spacing").to(at::kCPU, at::kDouble);
  if (pair.reference.dim() != 3 || spacing.numel() != 3) {
    throw Error("surface distances need a 3-D label and three spacings", sample,
                "measure " + metric + " on volumes");
  }
  const auto sizes = pair.reference.sizes();
  const Size3 size{sizes[2], sizes[1], sizes[0]};
  const Vector3 mm{spacing[2].item<double>(), spacing[1].item<double>(), spacing[0].item<double>()};
  std::vector<CaseValue> values;
  for (std::int64_t k = 1; k < classes; ++k) {
    const auto distances =
        surface_distances(class_mask(pair.predicted, k), class_mask(pair.reference, k), size, mm);
    values.push_back(
        {metric, class_names[static_cast<std::size_t>(k)], sample, measure(distances)});
  }
  return values;
}

}  // namespace warmstart::medical
