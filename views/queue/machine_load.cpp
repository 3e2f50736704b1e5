#include "views/queue/machine_load.h"

#include <QCoreApplication>
#include <fstream>
#include <string>

#include "views/runs/run_words.h"

namespace warmstart {
namespace {

struct MemoryUse {
  double total = 0, available = 0;  ///< bytes
};

MemoryUse readMemoryUse() {
  MemoryUse use;
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  double kibibytes = 0;
  while (file >> key >> kibibytes) {
    std::getline(file, unit);
    if (key == "MemTotal:") use.total = kibibytes * 1024;
    if (key == "MemAvailable:") use.available = kibibytes * 1024;
  }
  return use;
}

}  // namespace

QString MachineLoad::read() {
  // First line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks since boot.
  std::ifstream file("/proc/stat");
  std::string name;
  std::uint64_t ticks = 0, total = 0, idle = 0;
  file >> name;
  for (int field = 0; field < 8 && file >> ticks; ++field) {
    total += ticks;
    if (field == 3 || field == 4) idle += ticks;
  }
  QString text;
  if (total_ > 0 && total > total_) {
    const std::uint64_t busy = total - idle;
    const double share = static_cast<double>(busy - busy_) / static_cast<double>(total - total_);
    text = QCoreApplication::translate("QueueLane", "CPU %1 %").arg(qRound(share * 100));
  }
  busy_ = total - idle;
  total_ = total;
  const MemoryUse memory = readMemoryUse();
  if (memory.total > 0) {
    text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) +
            QCoreApplication::translate("QueueLane", "memory %1 of %2")
                .arg(bytesText(memory.total - memory.available), bytesText(memory.total));
  }
  return text;
}

}  // namespace warmstart
