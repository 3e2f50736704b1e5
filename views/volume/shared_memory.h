// Memory that another process fills and this one then only reads. Used by readVolume.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

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
  /// Once nobody else has it: nobody can write it any more; lives as long as the pointer. Error
  /// (machine).
  std::shared_ptr<const std::byte> read() const;

 private:
  int file_ = -1;
  std::uint64_t bytes_ = 0;
};

}  // namespace warmstart
