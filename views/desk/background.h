// Reads without holding the window: `work` on another thread, then `done(result)` on the GUI
// thread, unless `context` has gone by then. (QFuture::then(context, ...) of Qt 6.4 is not safe
// against that.) `work` must not throw.
#pragma once
#include <QFutureWatcher>
#include <QtConcurrent>

namespace warmstart {

template <class Work, class Done>
void inBackground(QObject* context, Work work, Done done) {
  using Result = std::invoke_result_t<Work>;
  auto* watcher = new QFutureWatcher<Result>(context);
  QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                   [watcher, done = std::move(done)]() mutable {
                     watcher->deleteLater();
                     done(watcher->result());
                   });
  watcher->setFuture(QtConcurrent::run(std::move(work)));
}

}  // namespace warmstart
