// Points of an "embedding" capture as plain values: features, principal components, labels and
// names. Made on another thread by the Embedding view, shared by its parts.
#pragma once
#include <QStringList>
#include <memory>
#include <vector>

#include "views/embedding/principal_components.h"
#include "views/inspect/capture.h"

namespace warmstart {

struct EmbeddingScene {
  static constexpr std::size_t kAxes = 3;                         ///< principal components
  static constexpr std::size_t kAcross = kAxes, kUp = kAxes + 1;  ///< axes of `map`
  CapturePtr capture;
  std::size_t width = 0;        ///< features of a point
  std::vector<float> features;  ///< (points, width)
  std::vector<double> lengths;  ///< of each point's features
  PrincipalComponents axes;
  std::vector<double> map;                ///< UMAP's places (points, 2); empty = not asked for
  std::vector<std::int64_t> labels;       ///< of each point; empty = there are none, -1 = has none
  std::vector<std::int64_t> label_names;  ///< all labels that occur, rising
  QStringList classes;                    ///< names by label; may be shorter
  QStringList names, texts;               ///< of each point; texts may be empty
  std::vector<int> samples;               ///< the watched sample of each point
  QString problem;                        ///< why there is nothing to draw; "" = there is
  std::size_t points() const { return samples.size(); }
  /// `axis`: a principal component from 0, kAcross or kUp.
  double coordinate(std::size_t point, std::size_t axis) const {
    return axis < kAxes ? axes.score(point, axis) : map[2 * point + axis - kAxes];
  }
  QString labelName(std::int64_t label) const;
};
using EmbeddingScenePtr = std::shared_ptr<const EmbeddingScene>;

EmbeddingScenePtr embeddingScene(const CapturePtr& capture, const QStringList& classes,
                                 bool with_map);

struct Neighbour {
  int point = 0;
  double cosine = 0;
};
/// The points whose features lie at the smallest angle to those of `point`, itself left out;
/// nearest first. Points without a direction (all features 0) have none.
std::vector<Neighbour> nearestNeighbours(const EmbeddingScene& scene, int point, std::size_t count);

}  // namespace warmstart
