// Opens captures in the background and keeps the latest ones open, up to a budget of bytes (they
// are memory mapped, so the budget bounds address space and page cache, not the heap). GUI thread.
#pragma once
#include <QFutureWatcher>
#include <QObject>
#include <list>
#include <variant>

#include "core/base/error.h"
#include "views/inspect/capture.h"

namespace warmstart {

class CaptureStore : public QObject {
  Q_OBJECT
 public:
  explicit CaptureStore(std::size_t budget_bytes = std::size_t{1} << 30, QObject* parent = nullptr);
  ~CaptureStore() override;

  /// Answers with opened() or failed(), at once for a file that is open already. A newer request
  /// takes the place of one that has not begun; only the last one asked for is answered.
  void request(const Path& file);
  /// Opens the file, without an answer, when nothing else is to be done.
  void prefetch(const Path& file);
  /// Forgets all: another run was chosen.
  void clear();
  std::size_t openBytes() const { return open_bytes_; }
  bool busy() const { return !reading_.empty() || !wanted_.empty(); }

 signals:
  void opened(const CapturePtr& capture);
  void failed(const Path& file, const Error& error);

 private:
  using Outcome = std::variant<CapturePtr, Error>;
  static Outcome read(const Path& file);
  void startNext();
  void take();
  void keep(const CapturePtr& capture);
  CapturePtr known(const Path& file);
  std::size_t budget_, open_bytes_ = 0;
  std::list<CapturePtr> open_;  ///< latest used first
  Path wanted_, prefetch_, reading_;
  QFutureWatcher<Outcome> watcher_;
};

}  // namespace warmstart
