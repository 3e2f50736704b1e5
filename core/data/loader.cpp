#include "core/data/loader.h"

#include <ATen/Parallel.h>
#include <omp.h>

#include <chrono>
#include <numeric>

#include "core/base/error.h"

namespace warmstart {
namespace {

/// The permutation of one epoch; the last one asked for is kept, since positions come in order.
const std::vector<std::int64_t>& epoch_order(std::int64_t epoch, std::int64_t size,
                                             std::uint64_t seed) {
  struct Kept {
    std::int64_t epoch = -1, size = -1;
    std::uint64_t seed = 0;
    std::vector<std::int64_t> order;
  };
  thread_local Kept kept;
  if (kept.epoch == epoch && kept.size == size && kept.seed == seed) return kept.order;
  kept = {epoch, size, seed, std::vector<std::int64_t>(static_cast<std::size_t>(size))};
  std::iota(kept.order.begin(), kept.order.end(), 0);
  Random random(mix_seed(seed, "order", static_cast<std::uint64_t>(epoch)));
  for (std::int64_t i = size - 1; i > 0; --i) {
    std::swap(kept.order[static_cast<std::size_t>(i)],
              kept.order[static_cast<std::size_t>(random.integer(0, i))]);
  }
  return kept.order;
}

/// Tensor operations of a loader thread stay on that thread: a second OpenMP team would fight the
/// trainer's.
void stay_single_threaded() {
  at::internal::lazy_init_num_threads();
  omp_set_num_threads(1);
}

}  // namespace

std::int64_t sample_at(std::int64_t place, std::int64_t size, std::uint64_t seed) {
  return epoch_order(place / size, size, seed)[static_cast<std::size_t>(place % size)];
}

Loader::Loader(std::shared_ptr<const Source> source, LoaderConfig config)
    : source_(std::move(source)),
      config_(config),
      next_to_draw_(config.first_batch),
      next_to_give_(config.first_batch) {
  if (source_->size() == 0) {
    throw Error("the data set is empty", "data", "check its folder, split and limit");
  }
  for (std::int64_t i = 0; i < std::max<std::int64_t>(1, config_.workers); ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Batch Loader::draw_batch(std::int64_t number) {
  std::vector<Sample> samples;
  for (std::int64_t i = 0; i < config_.batch_size; ++i) {
    const std::int64_t place = number * config_.batch_size + i;
    const std::int64_t index = sample_at(place, source_->size(), config_.seed);
    samples.push_back(
        source_->draw(index, mix_seed(config_.seed, "sample", static_cast<std::uint64_t>(place))));
  }
  return collate(samples);
}

void Loader::work() {
  stay_single_threaded();
  const std::int64_t ahead = std::max<std::int64_t>(1, config_.workers) + 2;
  while (true) {
    std::int64_t number = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || next_to_draw_ < next_to_give_ + ahead; });
      if (stopping_ || next_to_draw_ >= config_.batches) return;
      number = next_to_draw_++;
    }
    Slot slot;
    try {
      slot.batch = draw_batch(number);
    } catch (...) {
      slot.error = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      ready_.emplace(number, std::move(slot));
    }
    changed_.notify_all();
  }
}

Batch Loader::next() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ready_.count(next_to_give_) > 0; });
  waited_seconds_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Slot slot = std::move(ready_.extract(next_to_give_).mapped());
  ++next_to_give_;
  lock.unlock();
  changed_.notify_all();
  if (slot.error) std::rethrow_exception(slot.error);
  return std::move(slot.batch);
}

}  // namespace warmstart
