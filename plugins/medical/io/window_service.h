// What the reader program's services for the window share: lines of JSON each way, the memory that
// the window has made, limits. Used by volume_stream.cpp and surface_stream.cpp.
#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "core/base/json.h"

namespace warmstart::medical {

/// Of the decoders and of ITK, beside the voxels.
constexpr std::uint64_t kHeadRoom = std::uint64_t{1} << 30;

/// Runs `serve` under limits; what it throws becomes a line that is not "good". The exit code of
/// the program.
int serve_window(int cpu_seconds, const std::function<void()>& serve);

void say(const Json& line);
/// The next line, an object. Error (machine) when it is none.
Json asked();
/// A progress function that says a line now and then.
std::function<void(double)> told_now_and_then();

/// The memory of the window, mapped as long as this lives.
class MappedMemory {
 public:
  /// Error (machine) when the file has not that length.
  MappedMemory(int file, std::uint64_t bytes);
  ~MappedMemory();
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;
  std::span<std::byte> bytes() const { return {static_cast<std::byte*>(memory_), bytes_}; }

 private:
  void* memory_;
  std::uint64_t bytes_;
};

}  // namespace warmstart::medical
