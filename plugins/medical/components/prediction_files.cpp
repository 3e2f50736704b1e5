#include "plugins/medical/components/prediction_files.h"

#include <torch/types.h>

#include <cmath>

#include "core/base/error.h"
#include "plugins/medical/components/volume_tensor.h"
#include "plugins/medical/io/nifti_write.h"

namespace warmstart::medical {
namespace {

// True when `size` is what resampling the grid to `spacing` gives (a voxel of rounding allowed).
bool is_resampled(at::IntArrayRef size, const Grid& ordered, const at::Tensor& spacing) {
  const Vector3 own = ordered.spacing();
  for (int a = 0; a < 3; ++a) {
    const double want =
        static_cast<double>(ordered.size[2 - a]) * own[2 - a] / spacing[a].item<double>();
    if (!(std::abs(want - static_cast<double>(size[a])) <= 1)) return false;
  }
  return true;
}

at::Tensor probabilities_on(const Grid& ordered, const Batch& outputs, const std::string& name) {
  const at::Tensor logits = outputs.get("logits").detach().to(at::kCPU, at::kFloat);
  if (logits.dim() != 4 || logits.size(0) < 2) {
    throw Error("the model's output is not one score a class and voxel", name,
                "predict with a segmentation model");
  }
  const at::Tensor probabilities = logits.softmax(0);
  const std::vector<std::int64_t> want{ordered.size[2], ordered.size[1], ordered.size[0]};
  const at::IntArrayRef have = logits.sizes().slice(1);
  if (have == at::IntArrayRef(want)) return probabilities;
  if (outputs.has("spacing") && is_resampled(have, ordered, outputs.get("spacing"))) {
    return resample_linear(probabilities, want);
  }
  throw Error("the prediction is " + by_x(Size3{have[0], have[1], have[2]}) + ", the input is " +
                  by_x(Size3{want[0], want[1], want[2]}),
              name, "crops and pads cannot be undone; use sliding_window inference instead");
}

template <class T>
std::vector<T> values_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<T>(), flat.data_ptr<T>() + flat.numel()};
}

}  // namespace

std::vector<std::filesystem::path> write_prediction(const std::string& name, const Grid& grid,
                                                    const Batch& outputs,
                                                    const std::filesystem::path& folder,
                                                    bool probabilities) {
  const at::Tensor scores = probabilities_on(canonical(grid), outputs, name);  // (K,D,H,W)
  std::filesystem::create_directories(folder);
  std::vector<std::filesystem::path> files{folder / (name + ".nii.gz")};
  const auto labels = values_of<std::int16_t>(scores.argmax(0).to(at::kShort));
  write_labels(files[0], grid, from_canonical(grid, labels));
  if (!probabilities) return files;
  std::vector<float> stored;
  for (std::int64_t k = 0; k < scores.size(0); ++k) {
    const std::vector<float> one = from_canonical(grid, values_of<float>(scores[k]));
    stored.insert(stored.end(), one.begin(), one.end());
  }
  files.push_back(folder / (name + "_probabilities.nii.gz"));
  write_volume(files[1], grid, stored, scores.size(0));
  return files;
}

}  // namespace warmstart::medical
