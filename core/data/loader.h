// Feeds the training loop: batches drawn by several threads into a bounded queue, in an order that
// is a function of (seed, batch number) alone, so that a resume starts at any batch without
// replaying the earlier ones.
#pragma once
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/data/dataset.h"

namespace warmstart {

struct LoaderConfig {
  std::int64_t batch_size = 2;
  std::int64_t workers = 1;      ///< threads
  std::int64_t first_batch = 0;  ///< where a resume goes on
  std::int64_t batches = 0;      ///< number to deliver in all, counted from batch 0
  std::uint64_t seed = 0;
};

/// Position `place` of the endless sample order: each epoch is its own permutation of 0..size-1.
std::int64_t sample_at(std::int64_t place, std::int64_t size, std::uint64_t seed);

class Loader {
 public:
  Loader(std::shared_ptr<const Source> source, LoaderConfig config);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  /// The next batch in order; rethrows what went wrong while it was drawn.
  Batch next();
  /// Seconds that next() has waited for a batch, in all.
  double waited_seconds() const { return waited_seconds_; }

 private:
  struct Slot {
    Batch batch;
    std::exception_ptr error;
  };
  void work();
  Batch draw_batch(std::int64_t number);

  std::shared_ptr<const Source> source_;
  LoaderConfig config_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Slot> ready_;
  std::int64_t next_to_draw_, next_to_give_;
  bool stopping_ = false;
  double waited_seconds_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace warmstart
