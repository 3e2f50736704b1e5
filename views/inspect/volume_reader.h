// A conversation with the medical plugin's reader program, which decodes volumes and makes surfaces
// for the window: a JSON line each way (plugins/medical/io/volume_stream.h, surface_stream.h) and
// memory that both share. Used by readVolume and makeSurfaces; not on the GUI thread.
#pragma once
#include <atomic>

#include "core/base/json.h"
#include "core/base/reader_stream.h"
#include "core/base/shared_memory.h"

namespace warmstart {

/// How far the reading is, and the wish to end it. Shared by two threads.
struct Loading {
  std::atomic<double> share{0};
  std::atomic<bool> stop{false};
};

/// Thrown where a wish to stop was seen.
struct LoadingStopped {};

/// What a conversation is about, for its errors.
struct ReaderTask {
  std::string service;    ///< the program's option: "--decode"
  std::string work;       ///< "decoding it"
  std::string where;      ///< the file, may be empty
  std::string when_gone;  ///< what to do when the program dies or falls silent
};

class VolumeReader {
 public:
  /// Starts the program. Error (machine) when it cannot be started.
  VolumeReader(const ReaderTask& task, Loading& loading);
  /// What the program finds as its shared file.
  SharedMemory& memory() { return memory_; }
  void ask(const Json& question);
  /// An empty line: what was announced may be done.
  void go();
  /// The next line that is no progress. Errors: the program's own; it died or fell silent.
  Json answer();
  /// Bytes behind the last answer. Error: they do not come.
  void receive(void* bytes, std::size_t size);

 private:
  std::string line();
  [[noreturn]] void failed();
  const ReaderTask task_;
  Loading& loading_;
  SharedMemory memory_;
  ReaderStream reader_;
};

/// What an answer with other fields or numbers than were agreed becomes.
[[noreturn]] void answerNotUnderstood(const std::string& where);

struct MemoryWish {
  std::string what, where, hint;  ///< "the volume needs"; the file; what to do
};
/// Error when `bytes` are more than `room` (0 = most of what is free).
void requireMemory(std::uint64_t bytes, std::uint64_t room, const MemoryWish& wish);

}  // namespace warmstart
