#include "core/run/devices.h"

#include <dlfcn.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <set>

#include "core/base/error.h"
#include "core/recipe/value.h"

namespace warmstart {
namespace {

/// The few calls of the management library that we need; the types are those of its stable C
/// interface.
struct ManagementLibrary {
  struct Memory {
    unsigned long long total, free, used;
  };
  int (*init)();
  int (*shutdown)();
  int (*count)(unsigned int*);
  int (*handle)(unsigned int, void**);
  int (*name)(void*, char*, unsigned int);
  int (*memory)(void*, Memory*);

  bool load(void* library) {
    const auto take = [library](auto& function, const char* symbol) {
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, symbol));
      return function != nullptr;
    };
    return take(init, "nvmlInit_v2") && take(shutdown, "nvmlShutdown") &&
           take(count, "nvmlDeviceGetCount_v2") && take(handle, "nvmlDeviceGetHandleByIndex_v2") &&
           take(name, "nvmlDeviceGetName") && take(memory, "nvmlDeviceGetMemoryInfo");
  }
};

Device cuda_device(std::int64_t index) {
  Device device;
  device.kind = "cuda";
  device.index = index;
  device.name = device.argument();
  return device;
}

std::vector<Device> devices_of(const ManagementLibrary& library) {
  std::vector<Device> devices;
  unsigned int count = 0;
  if (library.count(&count) != 0) return devices;
  for (unsigned int i = 0; i < count; ++i) {
    Device device = cuda_device(i);
    void* handle = nullptr;
    std::array<char, 96> name{};
    ManagementLibrary::Memory memory{};
    if (library.handle(i, &handle) != 0) continue;
    if (library.name(handle, name.data(), name.size()) == 0) device.description = name.data();
    if (library.memory(handle, &memory) == 0) {
      device.memory = static_cast<std::int64_t>(memory.total);
    }
    devices.push_back(device);
  }
  return devices;
}

std::vector<Device> devices_by_node() {
  std::vector<Device> devices;
  for (std::int64_t i = 0; std::filesystem::exists("/dev/nvidia" + std::to_string(i)); ++i) {
    devices.push_back(cuda_device(i));
  }
  return devices;
}

bool whole_number(const Value& value, std::int64_t low, std::int64_t& target) {
  const std::string& text = value.text;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), target);
  return value.is_scalar() && problem == std::errc() && end == text.data() + text.size() &&
         target >= low;
}

Device read_device(const Value& entry, const std::string& path, Problems& problems) {
  Device device;
  if (!entry.is_map()) {
    problems.add(path, entry, "a map with name, kind, slots, index");
    return device;
  }
  for (const auto& [key, value] : entry.members) {
    const std::string place = path + "." + key;
    if (key == "name") {
      device.name = value.text;
    } else if (key == "kind") {
      device.kind = value.text;
    } else if (key == "slots") {
      if (!whole_number(value, 1, device.places)) problems.add(place, value, "integer >= 1");
    } else if (key == "index") {
      if (!whole_number(value, 0, device.index)) problems.add(place, value, "integer >= 0");
    } else {
      problems.add(place, value, "name, kind, slots, index",
                   nearest_name(key, {"name", "kind", "slots", "index"}));
    }
  }
  if (device.kind != "cpu" && device.kind != "cuda")
    problems.add(path + ".kind", entry, "cpu, cuda");
  if (device.name.empty()) device.name = device.argument();
  return device;
}

}  // namespace

bool Device::accepts(const std::string& wanted) const {
  return wanted.empty() || wanted == kind || wanted == name || wanted == argument();
}

Json to_json(const Device& device) {
  return {{"name", device.name},    {"kind", device.kind},     {"index", device.index},
          {"slots", device.places}, {"memory", device.memory}, {"description", device.description}};
}

std::vector<Device> cuda_devices() {
  const std::unique_ptr<void, int (*)(void*)> library(
      dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL), dlclose);
  ManagementLibrary calls{};
  if (library == nullptr || !calls.load(library.get()) || calls.init() != 0)
    return devices_by_node();
  std::vector<Device> devices = devices_of(calls);
  calls.shutdown();
  return devices;
}

std::int64_t core_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

Device cpu_device(std::int64_t places) {
  Device device;
  device.name = device.kind = "cpu";
  device.places = places > 0 ? places : std::max<std::int64_t>(1, core_count() / 4);
  device.description = std::to_string(core_count()) + " cores";
  return device;
}

std::vector<Device> read_devices(const Path& file) {
  const Value tree = parse_yaml(read_file(file, 1 << 20), file.string());
  Problems problems(file.string());
  const Value* list = tree.is_map() ? tree.find("devices") : nullptr;
  if (list == nullptr || !list->is_list() || list->items.empty()) {
    problems.add("devices", tree, "a list such as [{name: cpu, kind: cpu, slots: 2}]");
    problems.throw_if_any();
  }
  std::vector<Device> devices;
  std::set<std::string> names;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const std::string path = "devices." + std::to_string(i);
    devices.push_back(read_device(list->items[i], path, problems));
    if (!names.insert(devices.back().name).second) {
      problems.add(path + ".name", list->items[i], "a name that no other device has");
    }
  }
  problems.throw_if_any();
  return devices;
}

std::vector<Device> find_devices(const Path& workspace, const DeviceOptions& options) {
  const Path file = workspace / "devices.yaml";
  if (std::filesystem::exists(file)) return read_devices(file);
  std::vector<Device> devices = options.use_cuda ? cuda_devices() : std::vector<Device>{};
  if (devices.empty()) return {cpu_device(options.places)};
  for (Device& device : devices) {
    if (options.places > 0) device.places = options.places;
  }
  return devices;
}

void record_devices(Workspace& workspace, const std::vector<Device>& devices) {
  Database& database = workspace.database();
  Transaction transaction(database);
  database.run("DELETE FROM devices");
  for (const Device& device : devices) {
    database.run(
        "INSERT INTO devices (name, kind, slots, memory, description, seen) VALUES (?,?,?,?,?,?)",
        device.name, device.kind, device.places, device.memory, device.description, now_seconds());
  }
  transaction.commit();
}

std::vector<Device> recorded_devices(Workspace& workspace) {
  std::vector<Device> devices;
  Statement rows = workspace.database().query(
      "SELECT name, kind, slots, memory, description FROM devices ORDER BY name");
  while (rows.next()) {
    Device device;
    device.name = rows.text(0);
    device.kind = rows.text(1);
    device.places = rows.integer(2);
    device.memory = rows.integer(3);
    device.description = rows.text(4);
    devices.push_back(device);
  }
  return devices;
}

}  // namespace warmstart
