// The same work for many items on several threads: for what is done once and at length (encoding a
// corpus, distances of all pairs), not inside a training step, whose threads are torch's.
#pragma once
#include <cstddef>
#include <functional>

namespace warmstart {

/// Calls `work` once for each index below `count`, on `threads` threads with the caller's (0 = one
/// a core); which thread takes which index is open, so `work` may share nothing but what it reads.
/// When all have ended, the exception of the smallest index that threw is thrown on.
void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& work);

}  // namespace warmstart
