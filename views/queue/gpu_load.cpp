#include "views/queue/gpu_load.h"

#include <algorithm>
#include <map>

#include "core/run/process_use.h"
#include "views/desk/background.h"

namespace warmstart {
namespace {

std::optional<double> numberIn(const Json& use, const char* key) {
  const auto found = use.find(key);
  return found == use.end() ? std::nullopt : std::optional(found->get<double>());
}

}  // namespace

/// The library stays open between two looks: opening it is what takes long.
class GpuLoad::Driver {
 public:
  QHash<QString, GpuUse> look(const std::vector<Device>& devices) {
    if (!here_) here_ = cuda_devices();
    QHash<QString, GpuUse> uses;
    for (const Device& device : devices) {
      const auto gpu = std::find_if(here_->begin(), here_->end(), [&](const Device& one) {
        return one.name == device.name && one.description == device.description &&
               one.memory == device.memory;
      });
      if (gpu == here_->end()) continue;
      const Json use =
          gpus_.try_emplace(gpu->index, static_cast<int>(gpu->index)).first->second.look();
      uses.insert(QString::fromStdString(device.name),
                  {numberIn(use, "gpu_share"), numberIn(use, "gpu_memory_gib")});
    }
    return uses;
  }

 private:
  std::optional<std::vector<Device>> here_;
  std::map<std::int64_t, ProcessUse> gpus_;
};

GpuLoad::GpuLoad(QObject* parent) : QObject(parent), driver_(std::make_shared<Driver>()) {}

void GpuLoad::read(const std::vector<Device>& devices) {
  std::vector<Device> gpus;
  std::copy_if(devices.begin(), devices.end(), std::back_inserter(gpus), [](const Device& device) {
    return device.kind == "cuda" && !device.description.empty();
  });
  if (at_work_ || gpus.empty()) return;
  at_work_ = true;
  inBackground(
      this, [gpus = std::move(gpus), driver = driver_] { return driver->look(gpus); },
      [this](const QHash<QString, GpuUse>& uses) {
        at_work_ = false;
        emit found(uses);
      });
}

}  // namespace warmstart
