// How busy this machine is, from /proc: shown beside the CPU's lane. GUI thread; a reading takes
// well under a millisecond.
#pragma once
#include <QString>
#include <cstdint>

namespace warmstart {

class MachineLoad {
 public:
  /// "CPU 87 % · 3.1 of 15.6 GiB": the CPU since the last call; "" where /proc says nothing.
  QString read();

 private:
  std::uint64_t busy_ = 0, total_ = 0;
};

}  // namespace warmstart
