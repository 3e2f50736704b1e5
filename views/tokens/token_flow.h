// Tokens wrapped as a text, each on a ground of its own; what is hidden is framed, with a word
// below it. Used by the Token view. Arrows walk, Home and End jump.
#pragma once
#include <QColor>
#include <QWidget>
#include <vector>

namespace warmstart {

struct TokenChip {
  QString text, below;  ///< below: small, under the token; "" = nothing
  QColor ground;        ///< invalid = none
  bool apart = false;   ///< a space stands before it
  bool mark = false;    ///< in the accent's colour
  bool framed = false;
  QColor frame;                     ///< of a framed one, drawn thick; invalid = the text's, thin
  Qt::PenStyle line = Qt::DotLine;  ///< of its frame
  bool ends_line = false;
};

class TokenFlow : public QWidget {
  Q_OBJECT
 public:
  explicit TokenFlow(QWidget* parent = nullptr);
  void setChips(std::vector<TokenChip> chips);
  /// The chosen token; -1 = none.
  void setActive(int token);
  int active() const { return active_; }
  /// Marks a token without choosing it: the pointer is on it somewhere else. -1 = none.
  void setPointed(int token);
  QRect rectOf(int token) const;
  int heightForWidth(int width) const override;

 signals:
  void hovered(int token);  ///< -1 = the pointer left
  void chosen(int token);   ///< a click or a key

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QFont smallFont() const;
  int layOut(int width, std::vector<QRect>& places) const;
  void refit();
  int tokenAt(const QPoint& place) const;
  int neighbour(int by) const;
  int inNextLine(int direction) const;
  void draw(QPainter& painter, std::size_t token) const;
  std::vector<TokenChip> chips_;
  std::vector<QRect> places_;
  int active_ = -1, pointed_ = -1;
};

}  // namespace warmstart
