// The side of a Session that lives on its own thread: owns the Workspace, reads the index when
// SQLite says that somebody changed it. Used by session.cpp alone.
#pragma once
#include <QElapsedTimer>
#include <QTimer>

#include "views/desk/session.h"

namespace warmstart {

class SessionThread : public QObject {
  Q_OBJECT
 public:
  SessionThread(Session& session, Path root) : session_(session), root_(std::move(root)) {}

  void begin();
  /// `refused` instead where there is no workspace to work on.
  void run(const std::function<void(Workspace&)>& work,
           const std::function<void(const Error&)>& refused);

 private:
  bool openWorkspace();
  void openToRead();
  void look(bool always);
  std::shared_ptr<const Index> readIndex();
  void report(const Error& error);

  Session& session_;
  Path root_;
  std::unique_ptr<Workspace> workspace_;
  std::optional<Error> trouble_;  ///< why it cannot be written; workspace_ may be there to be read
  QElapsedTimer tried_;           ///< since it was opened in vain
  QTimer* timer_ = nullptr;
  std::int64_t seen_version_ = -1;
  std::optional<std::string> seen_runner_;
  QString problem_;
};

}  // namespace warmstart
