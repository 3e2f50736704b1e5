#include "views/desk/session_thread.h"

#include "core/run/serve_lock.h"

namespace warmstart {
namespace {

constexpr int kPollMilliseconds = 400;
constexpr int kTryAgainMilliseconds = 5000;

}  // namespace

void SessionThread::begin() {
  timer_ = new QTimer(this);
  timer_->setInterval(kPollMilliseconds);
  connect(timer_, &QTimer::timeout, this, [this] { look(false); });
  if (openWorkspace() && !trouble_) {
    try {
      workspace_->adopt_folders();
    } catch (const Error& error) {
      report(error);
    }
  }
  look(true);
  timer_->start();
}

/// Whether there is something to read. A workspace that cannot be written is tried again after a
/// while: the disk may have been full, or another program busy.
bool SessionThread::openWorkspace() {
  if (workspace_ && !trouble_) return true;
  if (trouble_ && !tried_.hasExpired(kTryAgainMilliseconds)) return workspace_ != nullptr;
  try {
    workspace_ = std::make_unique<Workspace>(Workspace::open(root_));
    trouble_.reset();
    seen_version_ = -1;
  } catch (const Error& error) {
    trouble_ = error;
    if (!workspace_) openToRead();
    if (!workspace_) report(error);
  }
  tried_.start();
  return workspace_ != nullptr;
}

void SessionThread::openToRead() {
  try {
    workspace_ = std::make_unique<Workspace>(Workspace::open_to_read(root_));
  } catch (const Error&) {
    // Nothing to show: what open() said is the reason to tell.
  }
}

void SessionThread::run(const std::function<void(Workspace&)>& work,
                        const std::function<void(const Error&)>& refused) {
  if (!openWorkspace()) return refused(*trouble_);
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
    if (!trouble_ && !problem_.isEmpty()) {
      problem_.clear();
      QMetaObject::invokeMethod(&session_, [&session = session_] { session.setProblem({}); });
    }
    QMetaObject::invokeMethod(&session_, [&session = session_, index] { session.setIndex(index); });
    if (trouble_) report(*trouble_);
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
