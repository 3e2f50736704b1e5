/* Plays the management library of the GPU driver: two GPUs, of which the second is busy. Only what
   Warmstart calls, with the types of the library's stable interface. */
#include <stdio.h>

#define EXPORT __attribute__((visibility("default")))

struct memory {
  unsigned long long total, free, used;
};
struct rates {
  unsigned int gpu, memory;
};

static char gpus[2];

EXPORT int nvmlInit_v2(void) { return 0; }
EXPORT int nvmlShutdown(void) { return 0; }

EXPORT int nvmlDeviceGetCount_v2(unsigned int* count) {
  *count = 2;
  return 0;
}

EXPORT int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void** handle) {
  if (index > 1) return 2;
  *handle = &gpus[index];
  return 0;
}

EXPORT int nvmlDeviceGetName(void* handle, char* name, unsigned int length) {
  snprintf(name, length, "Fake GPU %d", handle == &gpus[1]);
  return 0;
}

EXPORT int nvmlDeviceGetMemoryInfo(void* handle, struct memory* memory) {
  const unsigned long long gibibyte = 1ULL << 30;
  memory->total = 80 * gibibyte;
  memory->used = handle == &gpus[1] ? 63 * gibibyte / 2 : gibibyte;
  memory->free = memory->total - memory->used;
  return 0;
}

EXPORT int nvmlDeviceGetUtilizationRates(void* handle, struct rates* rates) {
  rates->gpu = handle == &gpus[1] ? 87 : 0;
  rates->memory = 40;
  return 0;
}
