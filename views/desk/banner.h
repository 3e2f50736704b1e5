// A line at the top of a panel for what is wrong there and what to do: shown in place, never a
// dialog.
#pragma once
#include <QFrame>
#include <functional>

#include "views/desk/notices.h"

class QLabel;
class QPushButton;

namespace warmstart {

class Banner : public QFrame {
  Q_OBJECT
 public:
  explicit Banner(QWidget* parent = nullptr);  ///< hidden
  void show(Notice::Level level, const QString& text, const QString& button = {},
            std::function<void()> act = {});
  void clear();
  QString text() const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Notice::Level level_ = Notice::Level::kInfo;
  QLabel* text_;
  QPushButton* button_;
  std::function<void()> act_;
};

}  // namespace warmstart
