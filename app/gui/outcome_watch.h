// Tells what came to an end: runs that are done or failed, claims that were checked. In the window
// as a notice; on the desktop too while the window is not the active one, unless switched off. So
// are warnings with a button, which lead to something that happened by itself: alerts of runs.
#pragma once
#include <QHash>
#include <QObject>
#include <functional>

#include "views/desk/desk.h"
#include "views/desk/notices.h"

namespace warmstart {

class OutcomeWatch : public QObject {
  Q_OBJECT
 public:
  /// Says a title and a text to the desktop.
  using Announce = std::function<void(const QString& title, const QString& text)>;
  OutcomeWatch(Desk& desk, QWidget* window, Announce announce);

 private:
  void look();
  void passOn(const Notice& notice);
  void announce(const QString& title, const QString& text);
  void tellRuns();
  void tellClaims();
  void say(const QString& title, const QString& text, bool good, const std::function<void()>& show);
  Desk& desk_;
  QWidget* window_;
  Announce announce_;
  QHash<QString, QString> states_;  ///< of the runs at the last look
  std::size_t claims_ = 0;
  bool first_ = true;
};

/// Whether the desktop is told at all; the user's choice, kept in the window's settings.
bool announcesOnDesktop();
void setAnnouncesOnDesktop(bool on);

/// Asks the desktop's notification service (org.freedesktop.Notifications over D-Bus); nothing
/// happens where there is none.
void announceOnDesktop(const QString& title, const QString& text);

}  // namespace warmstart
