// Memory that this process and a reader program (see reader_stream.h) share: the one fills it, the
// other reads it. Used by the window's volumes and surfaces.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace warmstart {

class SharedMemory {
 public:
  /// Error (machine) when the system gives none.
  SharedMemory();
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  int file() const { return file_; }
  /// Once; the size can then not be changed by anyone. Error (machine).
  void resize(std::uint64_t bytes);
  /// Copies `bytes` to where they belong, within the size. Error (machine).
  void write(std::uint64_t at, std::span<const std::byte> bytes);
  /// Once nobody else has it: nobody can write it any more; lives as long as the pointer. Error
  /// (machine).
  std::shared_ptr<const std::byte> read() const;

 private:
  int file_ = -1;
  std::uint64_t bytes_ = 0;
};

}  // namespace warmstart
