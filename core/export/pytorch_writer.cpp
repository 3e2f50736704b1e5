#include "core/export/pytorch_writer.h"

#include <ATen/ATen.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickler.h>

namespace warmstart {

void write_pytorch_file(const NamedTensors& tensors, const Path& path) {
  c10::Dict<std::string, at::Tensor> state;
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor plain = tensor.detach().cpu().contiguous();
    // A part of a larger storage would be written with the place that it has in that.
    state.insert(name, plain.storage().nbytes() == plain.nbytes() ? plain : plain.clone());
  }
  std::string pickled, bytes;
  // Without the tags of container types, which only TorchScript's own reader knows.
  torch::jit::Pickler pickler(
      [&](const char* data, std::size_t size) { pickled.append(data, size); }, nullptr, nullptr,
      nullptr, nullptr, /*tag_aggregates=*/false);
  pickler.protocol();
  pickler.pushIValue(state);
  pickler.stop();
  {
    caffe2::serialize::PyTorchStreamWriter writer([&](const void* data, std::size_t size) {
      bytes.append(static_cast<const char*>(data), size);
      return size;
    });
    writer.writeRecord("data.pkl", pickled.data(), pickled.size());
    std::size_t number = 0;
    for (const at::Tensor& tensor : pickler.tensorData())
      writer.writeRecord("data/" + std::to_string(number++), tensor.data_ptr(), tensor.nbytes());
    writer.writeEndOfFile();
  }
  write_atomically(path, bytes);
}

}  // namespace warmstart
