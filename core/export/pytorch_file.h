// PyTorch's zip files (`torch.save` since 1.6) as names and tensors, without executing anything: an
// own zip reader and an own reader of a few pickle opcodes, which can build containers, numbers,
// strings and tensors and nothing else.
#pragma once
#include "core/base/files.h"
#include "core/surgery/surgery.h"

namespace warmstart {

/// True when the file starts like a zip archive.
bool is_pytorch_file(const Path& path);

/// The state dict: the object itself, or its member "state_dict", "model" or "model_state_dict".
/// Errors: damage (the archive's CRC-32 are checked), compression or encryption, an opcode or a
/// global that is not on the list (both are named), a tensor that reaches beyond its storage.
StateDict read_pytorch_file(const Path& path);

}  // namespace warmstart
