// A panel is one dock of the main window. Each registers itself where it is defined:
//
//   const RegisteredPanel queue_panel{{.id = "queue", .title = QT_TRANSLATE_NOOP("Panel", "Queue"),
//                                      .icon = "queue", .order = 30, .shortcut = "Ctrl+3",
//                                      .create = [](Desk& desk) -> Panel* { return new
//                                      QueuePanel(desk); }}};
//
// A hidden panel does no work: it notes that it is stale and refreshes when shown.
#pragma once
#include <QWidget>
#include <functional>
#include <vector>

#include "views/desk/desk.h"

class QSettings;

namespace warmstart {

class Panel : public QWidget {
  Q_OBJECT
 public:
  using QWidget::QWidget;

  /// Whether a file or folder that was dropped on the window is this panel's to open.
  virtual bool accepts(const QString& /*path*/) const { return false; }
  virtual void open(const QString& /*path*/) {}

  /// What outlives the program: splitters, columns, chosen curves. Small values only.
  virtual void saveState(QSettings& /*settings*/) const {}
  virtual void restoreState(QSettings& /*settings*/) {}

  /// Screens that `--tour` photographs: the panel puts itself in order for each name, which is part
  /// of a file's name. Asked when the panel is shown and settled. The first is what it shows by
  /// itself.
  virtual QStringList tourStops() const { return {QStringLiteral("main")}; }
  virtual void showTourStop(const QString& /*stop*/) {}
  /// Whether the stop is fully drawn (nothing loads any more).
  virtual bool settled() const { return true; }

 signals:
  /// Asks the main window to bring this panel to the front.
  void wanted();
};

struct PanelCard {
  const char* id;        ///< of dock, settings and action: "queue"
  const char* title;     ///< context "Panel" for translation
  const char* icon;      ///< see look/icons.h
  int order;             ///< from left to right
  const char* shortcut;  ///< "Ctrl+3"
  Panel* (*create)(Desk&);
};

/// All registered panels by their order.
std::vector<PanelCard> panelCards();

struct RegisteredPanel {
  explicit RegisteredPanel(const PanelCard& card);
};

}  // namespace warmstart
