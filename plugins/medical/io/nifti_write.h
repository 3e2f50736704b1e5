// Writes NIfTI-1 files (.nii or, by name, .nii.gz) on a given grid; where the grid came from a
// NIfTI file, its qform and sform are written back bit for bit, so that viewers and nibabel place
// the result exactly on the input.
#pragma once
#include <cstdint>
#include <span>

#include "core/base/files.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// Voxels in the grid's stored order. `channels` > 1: a fourth axis, slowest. Errors as
/// write_atomically.
void write_volume(const Path& path, const Grid& grid, std::span<const float> voxels,
                  std::int64_t channels = 1);
/// Labels as uint8 when all fit, else int16.
void write_labels(const Path& path, const Grid& grid, std::span<const std::int16_t> labels);

}  // namespace warmstart::medical
