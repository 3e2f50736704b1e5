// A volume of any size through a model of a fixed patch: overlapping windows, averaged with a
// Gaussian that trusts the middle of each (nnU-Net, Isensee et al., 2021; seed card 01).
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/metrics/metric.h"

namespace warmstart {
namespace {

using WindowSizes = std::vector<std::int64_t>;

/// First voxels of windows along one axis: from edge to edge in equal steps of at most patch * (1 -
/// overlap).
WindowSizes window_starts(std::int64_t length, std::int64_t patch, double overlap) {
  const double step = std::max(1.0, static_cast<double>(patch) * (1 - overlap));
  const std::int64_t rest = length - patch;
  const auto count = static_cast<std::int64_t>(std::ceil(static_cast<double>(rest) / step)) + 1;
  WindowSizes starts;
  for (std::int64_t i = 0; i < count; ++i) {
    const double place =
        count > 1 ? static_cast<double>(rest * i) / static_cast<double>(count - 1) : 0;
    starts.push_back(std::llround(place));
  }
  return starts;
}

/// All combinations of the axes' starts.
std::vector<WindowSizes> window_corners(const WindowSizes& length, const WindowSizes& patch,
                                        double overlap) {
  std::vector<WindowSizes> corners{{}};
  for (std::size_t axis = 0; axis < length.size(); ++axis) {
    std::vector<WindowSizes> longer;
    for (const WindowSizes& corner : corners) {
      for (const std::int64_t start : window_starts(length[axis], patch[axis], overlap)) {
        longer.push_back(corner);
        longer.back().push_back(start);
      }
    }
    corners = std::move(longer);
  }
  return corners;
}

/// Product over the axes of exp(-(i - centre)^2 / (2 (patch/8)^2)).
at::Tensor window_weights(const WindowSizes& patch, bool gaussian,
                          const at::TensorOptions& options) {
  at::Tensor weights = at::ones({}, options);
  for (std::size_t axis = 0; axis < patch.size(); ++axis) {
    const double length = static_cast<double>(patch[axis]);
    const at::Tensor away = at::arange(patch[axis], options) - (length - 1) / 2;
    const at::Tensor line = gaussian ? (away / (length / 8)).square().mul(-0.5).exp()
                                     : at::ones({patch[axis]}, options);
    weights = weights.unsqueeze(-1) * line;
  }
  return weights;
}

at::Tensor window_of(const at::Tensor& tensor, const WindowSizes& corner,
                     const WindowSizes& patch) {
  at::Tensor window = tensor;  // the axis before the spatial ones is 0
  for (std::size_t axis = 0; axis < corner.size(); ++axis) {
    window = window.narrow(static_cast<std::int64_t>(axis) + 1, corner[axis], patch[axis]);
  }
  return window;
}

/// Repeats the outermost voxels until every axis holds a patch; `before` says how many were put in
/// front.
at::Tensor padded_to(const at::Tensor& image, const WindowSizes& patch, WindowSizes& before) {
  at::Tensor result = image;
  for (std::size_t axis = 0; axis < patch.size(); ++axis) {
    const auto dim = static_cast<std::int64_t>(axis) + 1;
    const std::int64_t length = image.size(dim),
                       missing = std::max<std::int64_t>(0, patch[axis] - length);
    before.push_back(missing / 2);
    if (missing == 0) continue;
    const at::Tensor index =
        (at::arange(length + missing, image.device()) - missing / 2).clamp(0, length - 1);
    result = result.index_select(dim, index);
  }
  return result;
}

}  // namespace

class SlidingWindow final : public Inference {
 public:
  struct Config {
    std::vector<std::int64_t> patch;
    double overlap = 0.5;
    std::int64_t batch = 1;
    std::string importance = "gaussian";
    void describe(Fields& fields) {
      fields.field("patch", patch, "size of a window, [D, H, W] or [H, W]").at_least(1).required();
      fields.field("overlap", overlap, "least share of a window that its neighbour covers too")
          .within(0, 0.95);
      fields.field("batch", batch, "windows that go through the model together").at_least(1);
      fields
          .field("importance", importance, "how much a window's voxels count by their place in it")
          .one_of({"gaussian", "constant"});
    }
  };
  explicit SlidingWindow(const Config& config) : config_(config) {}

  /// Softmax probabilities are averaged, not scores; "logits" are their logarithms, so that softmax
  /// gives them back.
  Batch infer(const at::Tensor& image,
              const std::function<at::Tensor(const at::Tensor&)>& run) const override {
    const WindowSizes& patch = config_.patch;
    if (static_cast<std::int64_t>(patch.size()) != image.dim() - 1) {
      throw Error("the window has " + std::to_string(patch.size()) + " axes, the image " +
                      std::to_string(image.dim() - 1),
                  "sliding_window.patch", "give one length an axis");
    }
    WindowSizes before;
    const at::Tensor padded = padded_to(image, patch, before);
    const at::Tensor mean = average(padded, run);
    at::Tensor inner = mean;
    for (std::size_t axis = 0; axis < patch.size(); ++axis) {
      const auto dim = static_cast<std::int64_t>(axis) + 1;
      inner = inner.narrow(dim, before[axis], image.size(dim));
    }
    Batch outputs;
    outputs.set("logits", inner.clamp_min(1e-30).log());
    outputs.set("probabilities", inner.contiguous());
    return outputs;
  }

 private:
  at::Tensor average(const at::Tensor& padded,
                     const std::function<at::Tensor(const at::Tensor&)>& run) const {
    const WindowSizes length = padded.sizes().slice(1).vec();
    const auto corners = window_corners(length, config_.patch, config_.overlap);
    const auto options = padded.options().dtype(at::kFloat);
    const at::Tensor weights =
        window_weights(config_.patch, config_.importance == "gaussian", options);
    at::Tensor sum;
    const at::Tensor total = at::zeros(length, options).unsqueeze(0);
    for (std::size_t first = 0; first < corners.size();
         first += static_cast<std::size_t>(config_.batch)) {
      const std::size_t end =
          std::min(corners.size(), first + static_cast<std::size_t>(config_.batch));
      std::vector<at::Tensor> windows;
      for (std::size_t i = first; i < end; ++i)
        windows.push_back(window_of(padded, corners[i], config_.patch));
      const at::Tensor probabilities = checked(run(at::stack(windows)), windows.front()).softmax(1);
      if (!sum.defined()) {
        WindowSizes shape = length;
        shape.insert(shape.begin(), probabilities.size(1));
        sum = at::zeros(shape, options);
      }
      for (std::size_t i = first; i < end; ++i) {
        const at::Tensor one = probabilities[static_cast<std::int64_t>(i - first)];
        window_of(sum, corners[i], config_.patch).addcmul_(one, weights);
        window_of(total, corners[i], config_.patch).add_(weights);
      }
    }
    return sum / total;
  }

  static at::Tensor checked(const at::Tensor& scores, const at::Tensor& window) {
    const bool fits = scores.dim() == window.dim() + 1 && scores.size(1) >= 2 &&
                      scores.sizes().slice(2) == window.sizes().slice(1);
    if (fits) return scores.to(at::kFloat);
    throw Error("the model does not give class scores on the window's own grid", "sliding_window",
                "use it with a segmentation model of two classes or more");
  }

  Config config_;
};

const Registered<Inference, SlidingWindow> sliding_window{Card{
    .name = "sliding_window",
    .summary = "overlapping windows, probabilities averaged with Gaussian weights",
    .needs = {"image"},
    .yields = {"logits", "probabilities"},
    .papers = {1},
}};

}  // namespace warmstart
