#include "core/base/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/error.h"

namespace warmstart {
namespace {

[[noreturn]] void no_memory(const char* what) {
  throw Error(
      std::string("memory for a volume could not be had: ") + what + ": " + std::strerror(errno),
      "", "close other programs", ErrorKind::kMachine);
}

}  // namespace

SharedMemory::SharedMemory()
    : file_(memfd_create("warmstart-volume", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  if (file_ < 0) no_memory("memfd_create");
}

SharedMemory::~SharedMemory() { close(file_); }

void SharedMemory::resize(std::uint64_t bytes) {
  bytes_ = bytes;
  if (ftruncate(file_, static_cast<off_t>(bytes)) != 0) no_memory("ftruncate");
  if (fcntl(file_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) no_memory("seals");
}

void SharedMemory::write(std::uint64_t at, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) no_memory("pwrite");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
}

std::shared_ptr<const std::byte> SharedMemory::read() const {
  if (fcntl(file_, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL) != 0) no_memory("seals");
  // Older kernels refuse a shared mapping of sealed memory, even for reading.
  void* memory = mmap(nullptr, bytes_, PROT_READ, MAP_PRIVATE, file_, 0);
  if (memory == MAP_FAILED) no_memory("mmap");
  return {static_cast<const std::byte*>(memory), [bytes = bytes_](const std::byte* place) {
            munmap(const_cast<std::byte*>(place), bytes);
          }};
}

}  // namespace warmstart
