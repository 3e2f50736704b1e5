// The slim title of a dock: its name, and buttons to float and to close it. Set by the main window.
#pragma once
#include <QDockWidget>

namespace warmstart {

class DockTitle : public QWidget {
  Q_OBJECT
 public:
  explicit DockTitle(QDockWidget* dock);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QDockWidget* dock_;
};

}  // namespace warmstart
