// The open workspace, for the window: an index of runs, jobs and claims that is read again whenever
// another process changed it, and a way to ask and to change without waiting. All database work is
// done by one thread of its own, which owns the Workspace; results come back to the GUI thread.
#pragma once
#include <QObject>
#include <QPointer>
#include <QThread>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "core/base/error.h"
#include "core/run/devices.h"
#include "core/run/queue.h"
#include "core/run/workspace.h"

namespace warmstart {

/// What the index says, read at one moment.
struct Index {
  std::vector<RunRecord> runs;  ///< newest first
  std::vector<Job> jobs;        ///< running first, then in the order they would start, then ended
  std::vector<ClaimRecord> claims;    ///< newest last
  std::vector<Device> devices;        ///< the runner's places; empty before the first runner
  std::optional<std::string> runner;  ///< who holds the queue; none = nobody executes jobs
  const RunRecord* findRun(const QString& id) const;
};

class SessionThread;

class Session : public QObject {
  Q_OBJECT
 public:
  explicit Session(Path workspace, QObject* parent = nullptr);
  ~Session() override;

  const Path& root() const { return root_; }
  RunFolder runFolder(const QString& run) const { return {root_ / "runs" / run.toStdString()}; }
  /// The newest index. Empty until the first indexChanged.
  const Index& index() const { return *index_; }
  bool ready() const { return ready_; }
  /// Why the workspace cannot be used ("" = it can): newer schema, read-only disk. Where it can
  /// still be read, index() is what stands there, and changes are refused.
  const QString& problem() const { return problem_; }
  bool readOnly() const { return ready_ && !problem_.isEmpty(); }

  /// Runs `work(Workspace&)` on the session's thread, then `done(result)` on the GUI thread, unless
  /// `context` has gone. An Error goes to `failed`, or, where that is empty, to actionFailed. The
  /// index is read again afterwards.
  template <class Work, class Done>
  void ask(QObject* context, Work work, Done done, std::function<void(const Error&)> failed = {}) {
    using Result = std::invoke_result_t<Work, Workspace&>;
    QPointer<QObject> alive(context);
    const auto refused = [this, alive, failed](const Error& error) { fail(alive, error, failed); };
    post(
        [this, alive, work = std::move(work), done = std::move(done),
         refused](Workspace& workspace) mutable {
          try {
            if constexpr (std::is_void_v<Result>) {
              work(workspace);
              deliver(alive, [done = std::move(done)]() mutable { done(); });
            } else {
              auto result = std::make_shared<Result>(work(workspace));
              deliver(alive,
                      [done = std::move(done), result]() mutable { done(std::move(*result)); });
            }
          } catch (const Error& error) {
            refused(error);
          }
        },
        refused);
  }
  /// A change without a result.
  template <class Work>
  void change(QObject* context, Work work, std::function<void(const Error&)> failed = {}) {
    ask(
        context, [work = std::move(work)](Workspace& w) mutable { work(w); }, [] {},
        std::move(failed));
  }
  /// Starts `warmstart serve`, detached, unless a runner is at work.
  void startRunner();

 signals:
  void indexChanged();
  void problemChanged(const QString& problem);
  void actionFailed(const Error& error);

 private:
  void post(std::function<void(Workspace&)> work, std::function<void(const Error&)> refused);
  static void deliver(const QPointer<QObject>& context, std::function<void()> call);
  void fail(const QPointer<QObject>& context, const Error& error,
            const std::function<void(const Error&)>& failed);
  void setIndex(std::shared_ptr<const Index> index);
  void setProblem(const QString& problem);

  friend class SessionThread;
  Path root_;
  std::shared_ptr<const Index> index_ = std::make_shared<Index>();
  QString problem_;
  bool ready_ = false;
  QThread thread_;
  SessionThread* worker_ = nullptr;
};

}  // namespace warmstart
