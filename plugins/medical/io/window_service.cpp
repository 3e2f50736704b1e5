#include "plugins/medical/io/window_service.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cstdio>
#include <iostream>

#include "core/base/error.h"
#include "core/base/file_guard.h"
#include "core/base/guarded_reader.h"

namespace warmstart::medical {
namespace {

constexpr double kProgressStep = 1.0 / 64;

}  // namespace

int serve_window(int cpu_seconds, const std::function<void()>& serve) {
  guard_process();
  limit_cpu(cpu_seconds);
  limit_memory(kHeadRoom);
  try {
    serve();
  } catch (const Error& error) {
    say(bad_verdict_line(error.problem(), error.hint()));
  } catch (const std::exception& exception) {
    say(bad_verdict_line(std::string("the decoder refused the file: ") + exception.what(),
                         "check that it opens elsewhere"));
  }
  return 0;
}

void say(const Json& line) {
  std::printf("%s\n", line.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  std::fflush(stdout);
}

Json asked() {
  std::string line;
  std::getline(std::cin, line);
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_object()) return json;
  throw Error("the request is not understood", "", "start the window again", ErrorKind::kMachine);
}

std::function<void(double)> told_now_and_then() {
  return [told = 0.0](double share) mutable {
    if (share < told + kProgressStep) return;
    told = share;
    say({{"progress", share}});
  };
}

MappedMemory::MappedMemory(int file, std::uint64_t bytes) : bytes_(bytes) {
  struct stat found {};
  const bool there = fstat(file, &found) == 0 && static_cast<std::uint64_t>(found.st_size) == bytes;
  memory_ = there ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
  if (memory_ != MAP_FAILED) return;
  throw Error("the memory for the voxels is not there", "", "free some memory",
              ErrorKind::kMachine);
}

MappedMemory::~MappedMemory() { munmap(memory_, bytes_); }

}  // namespace warmstart::medical
