#include "views/desk/session_thread.h"

#include "core/run/serve_lock.h"

namespace warmstart {
namespace {

constexpr int kPollMilliseconds = 400;

}  // namespace

void SessionThread::begin() {
  timer_ = new QTimer(this);
  timer_->setInterval(kPollMilliseconds);
  connect(timer_, &QTimer::timeout, this, [this] { look(false); });
  if (openWorkspace()) {
    try {
      workspace_->adopt_folders();
    } catch (const Error& error) {
      report(error);
    }
  }
  look(true);
  timer_->start();
}

bool SessionThread::openWorkspace() {
  if (workspace_) return true;
  try {
    workspace_ = std::make_unique<Workspace>(Workspace::open(root_));
    return true;
  } catch (const Error& error) {
    report(error);
    return false;
  }
}

void SessionThread::run(const std::function<void(Workspace&)>& work) {
  if (!openWorkspace()) return;
  work(*workspace_);
  look(true);
}

void SessionThread::look(bool always) {
  if (!openWorkspace()) return;
  try {
    Statement version = workspace_->database().query("PRAGMA data_version");
    const std::int64_t now = version.next() ? version.integer(0) : 0;
    const std::optional<std::string> runner = ServeLock::holder(root_);
    if (!always && now == seen_version_ && runner == seen_runner_) return;
    seen_version_ = now;
    seen_runner_ = runner;
    std::shared_ptr<const Index> index = readIndex();
    if (!problem_.isEmpty()) {
      problem_.clear();
      QMetaObject::invokeMethod(&session_, [&session = session_] { session.setProblem({}); });
    }
    QMetaObject::invokeMethod(&session_, [&session = session_, index] { session.setIndex(index); });
  } catch (const Error& error) {
    report(error);
  }
}

std::shared_ptr<const Index> SessionThread::readIndex() {
  auto index = std::make_shared<Index>();
  index->runs = workspace_->list_runs();
  index->jobs = Queue(*workspace_).list();
  index->claims = workspace_->list_claims();
  index->devices = recorded_devices(*workspace_);
  index->runner = seen_runner_;
  return index;
}

void SessionThread::report(const Error& error) {
  const QString text = QString::fromUtf8(error.what());
  if (text == problem_) return;
  problem_ = text;
  QMetaObject::invokeMethod(&session_, [&session = session_, text] { session.setProblem(text); });
}

}  // namespace warmstart
