#include "core/train/machine.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/DeviceGuard.h>
#include <dlfcn.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <chrono>

#include "core/base/error.h"

namespace warmstart {

std::vector<std::string> device_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < torch::cuda::device_count(); ++i)
    names.push_back("cuda:" + std::to_string(i));
  names.emplace_back("cpu");
  return names;
}

at::Device parse_device(const std::string& name) {
  const std::vector<std::string> known = device_names();
  const std::string full = name == "cuda" ? "cuda:0" : name;
  for (const std::string& candidate : known) {
    if (candidate == full) return at::Device(full);
  }
  std::string list;
  for (const std::string& candidate : known) list += (list.empty() ? "" : ", ") + candidate;
  throw Error("there is no device '" + name + "'", "--device", "this machine has: " + list);
}

std::string blas_name() {
  using ConfigFunction = char* (*)();
  if (auto* symbol = dlsym(RTLD_DEFAULT, "openblas_get_config")) {
    std::string name = reinterpret_cast<ConfigFunction>(symbol)();
    while (!name.empty() && name.back() == ' ') name.pop_back();
    return name;
  }
  return at::hasMKL() ? "MKL" : "reference BLAS";
}

std::string torch_version() { return TORCH_VERSION; }

bool blas_is_slow() { return blas_name() == "reference BLAS"; }

void numeric_self_test(at::Device device) {
  // Small integers: every product and sum is below 2^24, so float32 has to be exact.
  const at::Tensor a = (at::arange(96 * 96, at::kLong) * 7 % 13 - 6).view({96, 96});
  const at::Tensor b = (at::arange(96 * 96, at::kLong) * 5 % 11 - 5).view({96, 96});
  const at::Tensor exact = (a.unsqueeze(2) * b.unsqueeze(0)).sum(1);
  const at::Tensor product = at::mm(a.to(device, at::kFloat), b.to(device, at::kFloat));
  const at::Tensor image = a.view({1, 1, 96, 96});
  const at::Tensor kernel = at::ones({1, 1, 3, 3}, at::kLong);
  const at::Tensor window = at::conv2d(image.to(device, at::kFloat), kernel.to(device, at::kFloat));
  at::Tensor window_exact = at::zeros({1, 1, 94, 94}, at::kLong);
  for (std::int64_t y = 0; y < 3; ++y) {
    for (std::int64_t x = 0; x < 3; ++x)
      window_exact += image.slice(2, y, y + 94).slice(3, x, x + 94);
  }
  const bool fine = product.to(at::kCPU, at::kLong).equal(exact) &&
                    window.to(at::kCPU, at::kLong).equal(window_exact);
  if (!fine) {
    throw Error("matrix products are wrong on this machine", "BLAS: " + blas_name(),
                "install libopenblas0-openmp of another version, or set OPENBLAS_CORETYPE to a "
                "kernel that passes",
                ErrorKind::kMachine);
  }
}

std::optional<std::uint64_t> free_device_memory(at::Device device) {
  if (!device.is_cuda()) return std::nullopt;
  // The driver's own function: LibTorch has the driver loaded, and no CUDA header is needed.
  using MemoryFunction = int (*)(std::size_t * free, std::size_t * total);
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  auto* ask = driver != nullptr ? reinterpret_cast<MemoryFunction>(dlsym(driver, "cuMemGetInfo_v2"))
                                : nullptr;
  const c10::DeviceGuard current(device);
  std::size_t free = 0, total = 0;
  if (ask == nullptr || ask(&free, &total) != 0) return std::nullopt;
  return free;
}

void set_threads(std::int64_t threads) {
  at::set_num_threads(static_cast<int>(std::max<std::int64_t>(1, threads)));
}

namespace {

double gemm_gflops() {
  const at::Tensor a = at::rand({512, 512});
  at::mm(a, a);
  const auto start = std::chrono::steady_clock::now();
  int count = 0;
  double seconds = 0;
  while (seconds < 0.1) {
    at::mm(a, a);
    ++count;
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return 2.0 * 512 * 512 * 512 * count / seconds * 1e-9;
}

}  // namespace

Json machine_report() {
  Json warnings = Json::array();
  if (blas_is_slow()) {
    warnings.push_back(
        "LibTorch runs on the reference BLAS, about 40 times slower; install libopenblas0-openmp");
  } else if (blas_name().find("OpenBLAS") != std::string::npos &&
             dlsym(RTLD_DEFAULT, "openblas_get_parallel") &&
             reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_parallel"))() == 1) {
    warnings.push_back(
        "OpenBLAS uses its own threads, which fight LibTorch's OpenMP; install libopenblas0-openmp "
        "and remove "
        "libopenblas0-pthread");
  }
  return {{"torch", torch_version()},     {"blas", blas_name()},
          {"gemm_gflops", gemm_gflops()}, {"threads", at::get_num_threads()},
          {"devices", device_names()},    {"warnings", warnings}};
}

}  // namespace warmstart
