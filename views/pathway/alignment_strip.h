// Two pathways one above the other, aligned by their shortest edits: what is kept, replaced,
// removed and inserted is marked by colour and sign.
#pragma once
#include <QWidget>

#include "views/pathway/pathway_map.h"

namespace warmstart {

class AlignmentStrip : public QWidget {
  Q_OBJECT
 public:
  explicit AlignmentStrip(QWidget* parent = nullptr);
  /// -1 = no sample; with one sample its pathway alone is shown.
  void setPair(const PathwayScenePtr& scene, int first, int second);
  /// "3 + 4 = 7: 3,1|5|0,2 · complexity 0.146", a line a sample, and the distance.
  QString text() const;
  const std::vector<Edit>& edits() const { return edits_; }
  QRectF boxOf(int row, std::size_t column) const;
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString lineOf(int sample) const;
  QString symbolText(std::uint16_t symbol) const;
  void drawBox(QPainter& painter, int row, std::size_t column, const Symbols& symbols,
               std::size_t place, const QColor& ground) const;
  PathwayScenePtr scene_;
  int first_ = -1, second_ = -1;
  Symbols a_, b_;
  std::vector<Edit> edits_;
};

}  // namespace warmstart
