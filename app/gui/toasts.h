// Notices at the bottom right of the window: a passing word goes by itself, an error stays until it
// is closed. All of them are kept for the log.
#pragma once
#include <QWidget>
#include <vector>

#include "views/desk/notices.h"

namespace warmstart {

class Toasts : public QWidget {
  Q_OBJECT
 public:
  Toasts(Notices& notices, QWidget* window);
  const std::vector<Notice>& log() const { return log_; }
  /// The texts on the screen, oldest first.
  QStringList shown() const;

 signals:
  void logged();

 protected:
  bool event(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void add(const Notice& notice);
  void place();
  std::vector<Notice> log_;
};

}  // namespace warmstart
