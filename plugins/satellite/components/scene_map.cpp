#include "plugins/satellite/components/scene_map.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/label_colours.h"

namespace warmstart::satellite {
namespace {

std::vector<float> floats_of(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kFloat).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

}  // namespace

SceneMap::SceneMap(const Scene& scene, MapSettings settings, const Path& folder)
    : scene_(scene), settings_(std::move(settings)), folder_(folder) {
  const bool bytes = std::all_of(settings_.values.begin(), settings_.values.end(),
                                 [](std::int64_t value) { return value >= 0 && value < kNoClass; });
  if (!bytes) settings_.values.clear();
}

void SceneMap::open(std::int64_t channels) {
  const RasterInfo& info = scene_.info();
  WriterSettings wanted;
  wanted.width = info.width, wanted.height = info.height, wanted.place = info.place;
  wanted.notes = {{"SOURCE", scene_.file().filename().string()}};
  if (!info.place) wanted.notes["GEOREFERENCE"] = "the source has none";
  const bool classes = channels > 1;
  wanted.whole_numbers = classes;
  if (classes) describe_classes(wanted);
  const double none =
      classes ? static_cast<double>(kNoClass) : std::numeric_limits<double>::quiet_NaN();
  wanted.bands = {{classes ? "class" : "value", none}};
  files_.push_back(folder_ / (scene_.name() + (classes ? "_classes.tif" : "_values.tif")));
  map_ = std::make_unique<RasterWriter>(files_.back(), wanted);
  if (classes && settings_.confidence) {
    wanted.whole_numbers = false;
    wanted.classes.clear();
    wanted.bands = {{"confidence", std::numeric_limits<double>::quiet_NaN()}};
    files_.push_back(folder_ / (scene_.name() + "_confidence.tif"));
    confidence_ = std::make_unique<RasterWriter>(files_.back(), wanted);
  }
  blender_ = std::make_unique<MapBlender>(
      info.width, info.height,
      [this](std::int64_t row, const at::Tensor& values, const at::Tensor& has_data) {
        write_rows(row, values, has_data);
      });
}

void SceneMap::describe_classes(WriterSettings& wanted) const {
  constexpr LabelColour kGrey{0xd9, 0xd9, 0xd9};  // of 0, the background, which has none
  for (std::size_t k = 0; k < settings_.class_names.size(); ++k) {
    const int value = static_cast<int>(settings_.values.empty() ? static_cast<std::int64_t>(k)
                                                                : settings_.values[k]);
    wanted.notes["CLASS_" + std::to_string(value)] = settings_.class_names[k];
    wanted.classes[value] = {settings_.class_names[k], value > 0 ? label_colour(value) : kGrey};
  }
}

void SceneMap::check_channels(std::int64_t channels) const {
  const auto classes = static_cast<std::int64_t>(settings_.class_names.size());
  if (channels == 1 && settings_.confidence)
    throw Error("a map of numbers has no confidence", scene_.name(),
                "leave --confidence, or `confidence` of the data entry, out");
  if (channels == 1 || channels == classes) return;
  throw Error("the model gives " + std::to_string(channels) + " scores a pixel, the data has " +
                  (classes > 0 ? std::to_string(classes) + " classes" : "one number"),
              scene_.name(),
              classes > 0 ? "set the model's classes to ${data.classes}"
                          : "set the model's classes to ${data.targets}");
}

void SceneMap::add(const Window& window, const at::Tensor& scores_KHW,
                   const at::Tensor& has_data_HW) {
  check_channels(scores_KHW.size(0));
  if (!blender_) open(scores_KHW.size(0));
  const at::Tensor scores = scores_KHW.narrow(1, 0, window.height).narrow(2, 0, window.width);
  blender_->add(window, scores.size(0) > 1 ? scores.softmax(0) : scores,
                has_data_HW.narrow(0, 0, window.height).narrow(1, 0, window.width));
}

void SceneMap::write_rows(std::int64_t row, const at::Tensor& values_KHW,
                          const at::Tensor& has_data_HW) {
  const Window window{0, row, values_KHW.size(2), values_KHW.size(1)};
  if (values_KHW.size(0) == 1) {
    map_->write(0, window,
                floats_of(values_KHW[0].masked_fill(has_data_HW.logical_not(),
                                                    std::numeric_limits<double>::quiet_NaN())));
    return;
  }
  const auto [confidence, best] = values_KHW.max(0);
  at::Tensor classes = best;
  if (!settings_.values.empty()) classes = at::tensor(settings_.values, at::kLong).index({best});
  map_->write(0, window, floats_of(classes.masked_fill(has_data_HW.logical_not(), kNoClass)));
  if (!confidence_) return;
  confidence_->write(0, window,
                     floats_of(confidence.masked_fill(has_data_HW.logical_not(),
                                                      std::numeric_limits<double>::quiet_NaN())));
}

std::vector<Path> SceneMap::finish() {
  blender_->finish();
  map_->finish();
  if (confidence_) confidence_->finish();
  return files_;
}

}  // namespace warmstart::satellite
