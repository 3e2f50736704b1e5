#include "core/base/memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace warmstart {

void tune_allocator() {
#ifdef __GLIBC__
  // Both together: setting one switches off glibc's own adjustment of the other.
  constexpr int kKeep = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kKeep);
  mallopt(M_TRIM_THRESHOLD, kKeep);
#endif
}

}  // namespace warmstart
