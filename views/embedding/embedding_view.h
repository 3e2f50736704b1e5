// Captures of kind "embedding": points on their principal components or as UMAP lays them, a lasso
// with the points in it as a table, and the nearest neighbours of a chosen point by the cosine of
// all features.
#pragma once
#include "views/embedding/embedding_scene.h"
#include "views/inspect/background.h"
#include "views/inspect/capture_view.h"

class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QTableView;

namespace warmstart {

class EmbeddingModel;
class EmbeddingPlot;

class EmbeddingView : public CaptureView {
  Q_OBJECT
 public:
  explicit EmbeddingView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;
  QWidget* picture() override;
  QByteArray csv() const override;
  bool settled() const override { return !projecting_.busy(); }
  EmbeddingPlot* plot() const { return plot_; }
  QTableView* table() const { return table_; }
  EmbeddingModel* model() const { return model_; }
  QComboBox* axes() const { return axes_; }
  const EmbeddingScenePtr& scene() const { return scene_; }
  QString readOut() const;

 public slots:
  void choose(int point);
  void select(const std::vector<int>& points);

 private:
  QWidget* makeSide();
  bool wantsMap() const;
  void project();
  void followSample();
  int pointOf(int sample) const;
  void take(const EmbeddingScenePtr& scene);
  void drawAxes();
  void showRows();
  void pickRow(const QModelIndex& index);
  void tellSample(int point);
  Background<EmbeddingScenePtr> projecting_;
  CapturePtr capture_;  ///< what is to be drawn; the scene may still be of another one
  QStringList classes_;
  EmbeddingScenePtr scene_;
  std::vector<int> selected_;  ///< in the lasso
  int chosen_ = -1, sample_ = -1;
  int told_ = -1;  ///< the sample that was chosen here last
  EmbeddingModel* model_;
  QSortFilterProxyModel* sorted_;
  EmbeddingPlot* plot_;
  QComboBox* axes_;
  QTableView* table_;
  QLabel *summary_, *title_, *read_out_;
};

}  // namespace warmstart
