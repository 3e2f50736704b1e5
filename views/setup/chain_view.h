// The recipe's arms as rows of stages with arrows where weights are handed on. Click or arrow keys
// choose a stage; drag, or Ctrl+arrow keys, reorder; Delete takes a stage out of its arm. Every
// change goes through the draft and can be undone.
#pragma once
#include <QWidget>

#include "views/setup/draft.h"

namespace warmstart {

class ChainView : public QWidget {
  Q_OBJECT
 public:
  explicit ChainView(Draft& draft, QWidget* parent = nullptr);

  QString stage() const;  ///< selected; "" = none
  QString arm() const;    ///< of the selection
  void select(int arm, int place);
  void selectStage(const QString& stage);

  // Edits; names that exist get a number.
  void addArm();
  void addStage();  ///< a copy of the selected stage behind it, or a first one
  void removeStage();
  void removeArm();
  void rename();     ///< asks for the stage's new name
  void renameArm();  ///< asks for the arm's
  void renameStage(const QString& from, const QString& to);
  void renameArm(const QString& from, const QString& to);
  void moveStage(int by);
  void moveArm(int by);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {200, 48}; }

 signals:
  void stageChosen(const QString& stage);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Arm {
    QString name;
    QStringList stages;
  };
  void readDraft();
  bool hit(const QPoint& at, int* arm, int* place) const;
  QRectF block(int arm, int place) const;
  QString askName(const QString& title, const QString& from);
  QString freeName(const QString& base, const QStringList& taken) const;
  QString fromOf(const QString& stage) const;
  void setStages(const QString& label, int arm, const QStringList& stages);
  void paintArrow(QPainter& painter, int arm, int place) const;
  void paintBlock(QPainter& painter, int arm, int place) const;
  Draft& draft_;
  std::vector<Arm> arms_;
  QStringList stages_;
  int arm_ = 0, place_ = 0;
  bool dragging_ = false;
};

}  // namespace warmstart
