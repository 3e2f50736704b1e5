// The commands of the menu "Queue": each works on the jobs that are selected and is enabled only
// where one of them allows it. Owned by the queue panel.
#pragma once
#include <QObject>
#include <functional>
#include <vector>

#include "core/base/error.h"
#include "core/run/queue.h"
#include "views/desk/desk.h"

class QAction;
class QMenu;

namespace warmstart {

class QueueActions : public QObject {
  Q_OBJECT
 public:
  QueueActions(Desk& desk, QWidget* owner);

  /// The chosen jobs, in the order of the queue, and all waiting ones.
  void setJobs(std::vector<Job> chosen, std::vector<Job> waiting);
  void setRunner(bool at_work);
  void fillMenu(QMenu& menu) const;
  QAction* startRunner() const { return start_; }

  void moveTo(const std::vector<std::int64_t>& jobs, std::int64_t after);
  void extendBy(qint64 steps);

 signals:
  void extendWanted();
  void refused(const Error& error);

 private:
  using Allowed = bool (*)(const Job&);
  using Change = std::function<void(Queue&, std::int64_t)>;
  struct Entry {
    QAction* action;
    Allowed allowed;
  };
  void addChanges();
  void addMoves();
  void addOthers();
  /// A command that changes every chosen job that allows it.
  void addChange(const char* id, const QString& text, const QString& tip, const QString& icon,
                 const QKeySequence& key, Allowed allowed, Change change);
  void addCommand(const char* id, const QString& text, const QString& tip, const QString& icon,
                  const QKeySequence& key, Allowed allowed, std::function<void()> act);
  std::vector<std::int64_t> allowedJobs(Allowed allowed) const;
  void apply(std::vector<std::int64_t> jobs, Change change);
  void moveBy(int places);
  void changePriority(std::int64_t by);
  void copyAsCommand() const;
  void showRuns() const;
  void openFolder() const;

  Desk& desk_;
  QWidget* owner_;
  std::vector<Job> chosen_, waiting_;
  std::vector<Entry> entries_;
  QAction* start_ = nullptr;
};

}  // namespace warmstart
