// What the process computes on: device names, the BLAS in use, and a self-test that refuses a
// broken one.
#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace warmstart {

/// "cpu", "cuda:0"; Error with what is there when the name is none of it.
at::Device parse_device(const std::string& name);
std::vector<std::string> device_names();

/// "OpenBLAS 0.3.21 ... Zen MAX_THREADS=64" as the library says it, or "reference BLAS".
std::string blas_name();
std::string torch_version();
/// Reference BLAS is about 40 times slower: true when the process runs on it.
bool blas_is_slow();

/// Multiplies and convolves integer matrices, whose result is exact in float32, and compares. Error
/// (kMachine) when the library at hand computes something else.
void numeric_self_test(at::Device device);

/// Sets intra-op threads of this process (and of BLAS, which follows OpenMP).
void set_threads(std::int64_t threads);

/// Free bytes of a GPU's memory; none for the CPU, or where the driver does not say.
std::optional<std::uint64_t> free_device_memory(at::Device device);

/// Versions, BLAS, devices, free space, warnings.
Json machine_report();

}  // namespace warmstart
