// The tokens of a text as they are read, with the weights of one of them: arcs to the strongest,
// a background as strong as each weight, and the weight itself below. Queries that are other tokens
// than the keys stand above them. Used by the attention view.
#pragma once
#include <QWidget>

#include "views/inspect/matrix.h"

namespace warmstart {

class TokenArcs : public QWidget {
  Q_OBJECT
 public:
  enum class Side { kOutgoing, kIncoming };  ///< what a query looks at; which queries look at a key
  explicit TokenArcs(QWidget* parent = nullptr);
  /// Weights, a row a query. `self`: queries and keys are the same tokens.
  void setWeights(MatrixPtr weights, bool self);
  void setSide(Side side);
  void setActive(int token);
  int active() const { return active_; }
  /// Place of a token; `query` counts where queries are other tokens.
  QRect rectOf(int token, bool query) const;
  int heightForWidth(int width) const override;

 signals:
  void hovered(int token);  ///< a query of kOutgoing, a key of kIncoming
  void chosen(int token);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Other {
    int token = 0;
    double weight = 0;
  };
  int layOut(int width, std::vector<QRect>& queries, std::vector<QRect>& keys) const;
  int flow(int width, int top, int count, bool query, std::vector<QRect>& places) const;
  void refit();
  int tokenAt(const QPoint& place) const;
  int shownToken() const { return hovered_ >= 0 ? hovered_ : active_; }
  std::vector<Other> others(int token) const;
  void drawToken(QPainter& painter, const QRect& place, const QString& text, double share,
                 bool frame) const;
  void drawArc(QPainter& painter, const QRect& from, const QRect& to, double share) const;
  MatrixPtr weights_;
  bool self_ = true;
  Side side_ = Side::kOutgoing;
  int active_ = 0, hovered_ = -1;
  std::vector<QRect> queries_, keys_;
};

}  // namespace warmstart
