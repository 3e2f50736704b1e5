#include "views/desk/session.h"

#include "core/run/detached_runner.h"
#include "core/run/process.h"
#include "core/run/serve_lock.h"
#include "views/desk/session_thread.h"

namespace warmstart {

const RunRecord* Index::findRun(const QString& id) const {
  const std::string wanted = id.toStdString();
  const auto found = std::find_if(runs.begin(), runs.end(),
                                  [&](const RunRecord& run) { return run.info.run == wanted; });
  return found == runs.end() ? nullptr : &*found;
}

Session::Session(Path workspace, QObject* parent) : QObject(parent), root_(std::move(workspace)) {
  worker_ = new SessionThread(*this, root_);
  worker_->moveToThread(&thread_);
  connect(&thread_, &QThread::started, worker_, &SessionThread::begin);
  connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
  thread_.setObjectName(QStringLiteral("session"));
  thread_.start();
}

Session::~Session() {
  thread_.quit();
  thread_.wait();
}

void Session::post(std::function<void(Workspace&)> work,
                   std::function<void(const Error&)> refused) {
  QMetaObject::invokeMethod(
      worker_, [worker = worker_, work = std::move(work), refused = std::move(refused)] {
        worker->run(work, refused);
      });
}

void Session::deliver(const QPointer<QObject>& context, std::function<void()> call) {
  QMetaObject::invokeMethod(qApp, [context, call = std::move(call)] {
    if (context) call();
  });
}

void Session::fail(const QPointer<QObject>& context, const Error& error,
                   const std::function<void(const Error&)>& failed) {
  if (failed) {
    deliver(context, [failed, error] { failed(error); });
  } else {
    QMetaObject::invokeMethod(this, [this, error] { emit actionFailed(error); });
  }
}

void Session::setIndex(std::shared_ptr<const Index> index) {
  index_ = std::move(index);
  ready_ = true;
  emit indexChanged();
}

void Session::setProblem(const QString& problem) {
  problem_ = problem;
  emit problemChanged(problem);
}

void Session::startRunner() {
  change(this, [](Workspace& workspace) {
    if (ServeLock::holder(workspace.root())) return;
    start_detached_runner(sibling_program("warmstart", "WARMSTART_PROGRAM"), workspace.root());
  });
}

}  // namespace warmstart
