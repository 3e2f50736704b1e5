#include "core/base/guarded_reader.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/base/error.h"
#include "core/base/file_guard.h"

namespace warmstart {
namespace {

std::uint64_t address_space_now() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

Json judge_guarded(const Path& file, int cpu_seconds, const JudgeFile& judge) {
  try {
    limit_cpu(cpu_seconds);
    return judge(file);
  } catch (const Error& error) {
    return bad_verdict_line(error.problem(), error.hint());
  } catch (const std::exception& exception) {
    return bad_verdict_line(std::string("the decoder refused the file: ") + exception.what(),
                            "check that it opens elsewhere");
  }
}

}  // namespace

void limit_cpu(int seconds) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  rlimit limit{};
  getrlimit(RLIMIT_CPU, &limit);
  const auto spent = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1);
  limit.rlim_cur = spent + static_cast<rlim_t>(seconds);
  setrlimit(RLIMIT_CPU, &limit);
}

void guard_process() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // never outlives who asked
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const rlimit no_writing{0, 0};  // a decoder has nothing to write
  setrlimit(RLIMIT_FSIZE, &no_writing);
}

void limit_memory(std::uint64_t more_bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = address_space_now() + more_bytes;
  if (limit.rlim_max != RLIM_INFINITY) limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
  setrlimit(RLIMIT_AS, &limit);
}

int run_guarded_reader(int count, char** arguments, const JudgeFile& judge) {
  guard_process();
  const int cpu_seconds = count > 1 ? std::max(1, std::atoi(arguments[1])) : 20;
  const std::string list{std::istreambuf_iterator<char>(std::cin), {}};
  std::size_t start = 0;
  while (start < list.size()) {
    const std::size_t end = std::min(list.find('\0', start), list.size());
    const Json verdict = judge_guarded(list.substr(start, end - start), cpu_seconds, judge);
    const std::string line = verdict.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    start = end + 1;
  }
  return 0;
}

}  // namespace warmstart
