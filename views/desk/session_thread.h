// The side of a Session that lives on its own thread: owns the Workspace, reads the index when
// SQLite says that somebody changed it. Used by session.cpp alone.
#pragma once
#include <QTimer>

#include "views/desk/session.h"

namespace warmstart {

class SessionThread : public QObject {
  Q_OBJECT
 public:
  SessionThread(Session& session, Path root) : session_(session), root_(std::move(root)) {}

 public slots:
  void begin();
  void run(const std::function<void(Workspace&)>& work);

 private:
  bool openWorkspace();
  void look(bool always);
  std::shared_ptr<const Index> readIndex();
  void report(const Error& error);

  Session& session_;
  Path root_;
  std::unique_ptr<Workspace> workspace_;
  QTimer* timer_ = nullptr;
  std::int64_t seen_version_ = -1;
  std::optional<std::string> seen_runner_;
  QString problem_;
};

}  // namespace warmstart
