// warmstart-volume-reader: decodes the files named on standard input (each ended by a zero byte)
// under limits of time and memory and prints one verdict line for each. Started by the gate; may
// die over any file without harm.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "core/base/error.h"
#include "plugins/medical/io/decode.h"
#include "plugins/medical/io/verdict.h"

namespace {

using warmstart::Error;
using warmstart::Path;
namespace medical = warmstart::medical;

void limit_cpu(int seconds) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  rlimit limit{};
  getrlimit(RLIMIT_CPU, &limit);
  const auto spent = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1);
  limit.rlim_cur = spent + static_cast<rlim_t>(seconds);
  setrlimit(RLIMIT_CPU, &limit);
}

std::uint64_t address_space_now() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  file >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Beyond what is mapped already: four times the voxels (as stored and as float) and half a
// gigabyte.
void limit_memory(std::uint64_t voxel_bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = address_space_now() + 4 * voxel_bytes + (std::uint64_t{512} << 20);
  if (limit.rlim_max != RLIM_INFINITY) limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
  setrlimit(RLIMIT_AS, &limit);
}

std::uint64_t needed_bytes(const medical::VolumeHeader& header, const Path& file) {
  if (header.format != medical::Format::kDicomSeries) {
    return std::max(header.data_bytes(), 4 * static_cast<std::uint64_t>(header.grid.voxels()));
  }
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(file)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return 8 * bytes;  // slices may be compressed
}

medical::Verdict judge(const Path& file, int cpu_seconds) {
  medical::Verdict verdict;
  try {
    limit_cpu(cpu_seconds);
    const medical::VolumeHeader header = medical::check_header(file);
    limit_memory(needed_bytes(header, file));
    medical::check_length(header, file);
    const medical::Volume volume = medical::decode_volume(file);
    verdict.grid = volume.grid;
    const auto [low, high] = std::minmax_element(volume.voxels.begin(), volume.voxels.end());
    verdict.low = *low, verdict.high = *high;
    verdict.whole = std::all_of(volume.voxels.begin(), volume.voxels.end(),
                                [](float value) { return value == std::floor(value); });
    verdict.good = true;
  } catch (const Error& error) {
    verdict.reason = error.problem(), verdict.hint = error.hint();
  } catch (const std::exception& exception) {
    verdict.reason = std::string("the decoder refused the file: ") + exception.what();
    verdict.hint = "check that it opens elsewhere";
  }
  return verdict;
}

}  // namespace

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // never outlives who asked
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const rlimit no_writing{0, 0};  // a decoder has nothing to write
  setrlimit(RLIMIT_FSIZE, &no_writing);
  const int cpu_seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
  std::string list{std::istreambuf_iterator<char>(std::cin), {}};
  std::size_t start = 0;
  while (start < list.size()) {
    const std::size_t end = std::min(list.find('\0', start), list.size());
    const medical::Verdict verdict = judge(list.substr(start, end - start), cpu_seconds);
    const std::string line =
        medical::to_json(verdict).dump(-1, ' ', false, warmstart::Json::error_handler_t::replace);
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    start = end + 1;
  }
  return 0;
}
