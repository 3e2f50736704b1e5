#include "views/embedding/embedding_scene.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "views/embedding/umap.h"
#include "views/inspect/array_values.h"
#include "views/inspect/token_text.h"

namespace warmstart {
namespace {

/// One whole number a point; empty where the capture has no such array.
std::vector<std::int64_t> wholeNumbers(const Capture& capture, const char* name,
                                       std::int64_t points) {
  const Array* array = capture.find(name);
  if (!array || array->shape != std::vector<std::int64_t>{points}) return {};
  std::vector<double> values(static_cast<std::size_t>(points));
  readValues(*array, 0, std::span(values));
  return {values.begin(), values.end()};
}

void readNames(EmbeddingScene& scene, std::size_t points) {
  const Capture& capture = *scene.capture;
  QStringList of_samples;
  for (int sample = 0; sample < capture.samples().size(); ++sample)
    of_samples += sampleText(capture, sample);
  const auto own = capture.info().find("points");
  const bool tokens = own != capture.info().end() && own->is_array() && own->size() == points;
  for (std::size_t i = 0; i < points; ++i) {
    const int sample = scene.samples[i];
    const QString name = capture.samples().value(sample, QString::number(sample));
    if (tokens && (*own)[i].is_string()) {
      scene.names += pieceText(QString::fromStdString((*own)[i].get<std::string>()));
      scene.texts += name;
    } else {
      scene.names += name;
      scene.texts += of_samples.value(sample);
    }
  }
}

void readLabels(EmbeddingScene& scene, std::int64_t points) {
  scene.labels = wholeNumbers(*scene.capture, "label", points);
  for (std::int64_t& label : scene.labels) label = std::max<std::int64_t>(label, -1);
  const std::set<std::int64_t> names(scene.labels.begin(), scene.labels.end());
  scene.label_names.assign(names.begin(), names.end());
}

}  // namespace

QString EmbeddingScene::labelName(std::int64_t label) const {
  if (label < 0) return QStringLiteral("–");
  return label < classes.size() ? classes[static_cast<int>(label)] : QString::number(label);
}

EmbeddingScenePtr embeddingScene(const CapturePtr& capture, const QStringList& classes,
                                 bool with_map) {
  auto scene = std::make_shared<EmbeddingScene>();
  scene->capture = capture, scene->classes = classes;
  const Array* features = capture->find("features");
  if (!features || features->shape.size() != 2 || features->shape[0] < 2 ||
      features->shape[1] < 1) {
    scene->problem = QObject::tr("This capture has no features of two points or more.");
    return scene;
  }
  const std::int64_t points = features->shape[0];
  scene->width = static_cast<std::size_t>(features->shape[1]);
  scene->features.resize(static_cast<std::size_t>(valueCount(*features)));
  readValues(*features, 0, std::span(scene->features));
  if (!std::all_of(scene->features.begin(), scene->features.end(),
                   [](float value) { return std::isfinite(value); })) {
    scene->problem =
        QObject::tr("Some features are no finite numbers: look at them as arrays (V).");
    return scene;
  }
  scene->axes = principal_components(scene->features, scene->width, EmbeddingScene::kAxes);
  if (with_map) scene->map = umap(scene->features, scene->width, scene->axes);
  const std::vector<std::int64_t> samples = wholeNumbers(*capture, "sample", points);
  scene->samples.assign(samples.begin(), samples.end());
  if (samples.empty()) {
    scene->samples.resize(static_cast<std::size_t>(points));
    std::iota(scene->samples.begin(), scene->samples.end(), 0);
  }
  for (std::int64_t i = 0; i < points; ++i) {
    const float* row = &scene->features[static_cast<std::size_t>(i) * scene->width];
    scene->lengths.push_back(std::sqrt(std::inner_product(row, row + scene->width, row, 0.0)));
  }
  readLabels(*scene, points);
  readNames(*scene, static_cast<std::size_t>(points));
  return scene;
}

std::vector<Neighbour> nearestNeighbours(const EmbeddingScene& scene, int point,
                                         std::size_t count) {
  std::vector<Neighbour> all;
  const auto own = static_cast<std::size_t>(point);
  const float* row = &scene.features[own * scene.width];
  for (std::size_t i = 0; i < scene.points(); ++i) {
    const double lengths = scene.lengths[own] * scene.lengths[i];
    if (i == own || lengths == 0) continue;
    const float* other = &scene.features[i * scene.width];
    all.push_back(
        {static_cast<int>(i), std::inner_product(row, row + scene.width, other, 0.0) / lengths});
  }
  const std::size_t kept = std::min(count, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                    [](const Neighbour& a, const Neighbour& b) { return a.cosine > b.cosine; });
  all.resize(kept);
  return all;
}

}  // namespace warmstart
