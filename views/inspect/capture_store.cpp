#include "views/inspect/capture_store.h"

#include <QtConcurrent>

namespace warmstart {

CaptureStore::CaptureStore(std::size_t budget_bytes, QObject* parent)
    : QObject(parent), budget_(budget_bytes) {
  connect(&watcher_, &QFutureWatcherBase::finished, this, &CaptureStore::take);
}

CaptureStore::~CaptureStore() { watcher_.waitForFinished(); }

CaptureStore::Outcome CaptureStore::read(const Path& file) {
  try {
    return Capture::open(file);
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& exception) {
    return Error(exception.what(), file.string(), "check the disk", ErrorKind::kMachine);
  }
}

void CaptureStore::request(const Path& file) {
  if (const CapturePtr capture = known(file)) {
    wanted_.clear();
    emit opened(capture);
    return;
  }
  wanted_ = file;
  startNext();
}

void CaptureStore::prefetch(const Path& file) {
  if (known(file)) return;
  prefetch_ = file;
  startNext();
}

void CaptureStore::clear() {
  open_.clear();
  open_bytes_ = 0;
  wanted_.clear();
  prefetch_.clear();
}

void CaptureStore::startNext() {
  if (!reading_.empty()) return;
  reading_ = wanted_.empty() ? std::exchange(prefetch_, {}) : wanted_;
  if (reading_.empty()) return;
  watcher_.setFuture(QtConcurrent::run(&CaptureStore::read, reading_));
}

void CaptureStore::take() {
  const Path file = std::exchange(reading_, {});
  const Outcome outcome = watcher_.result();
  const bool answer = file == wanted_;
  if (answer) wanted_.clear();
  if (const auto* capture = std::get_if<CapturePtr>(&outcome)) {
    keep(*capture);
    if (answer) emit opened(*capture);
  } else if (answer) {
    emit failed(file, std::get<Error>(outcome));
  }
  startNext();
}

void CaptureStore::keep(const CapturePtr& capture) {
  open_.push_front(capture);
  open_bytes_ += capture->bytes();
  while (open_bytes_ > budget_ && open_.size() > 1) {
    open_bytes_ -= open_.back()->bytes();
    open_.pop_back();
  }
}

CapturePtr CaptureStore::known(const Path& file) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const CapturePtr& each) { return each->path() == file; });
  if (found == open_.end()) return nullptr;
  open_.splice(open_.begin(), open_, found);
  return open_.front();
}

}  // namespace warmstart
