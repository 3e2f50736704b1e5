// Writes a model's output over a volume as NIfTI on the input's own grid. Used by datasets'
// save_prediction.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/data/batch.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// `outputs`: "logits" (K,D,H,W) in canonical order, at the input's size or, when "spacing" (3) is
/// there, resampled to that spacing over the same field of view. Writes NAME.nii.gz (class numbers)
/// and, if asked, NAME_probabilities.nii.gz (K volumes along the fourth axis). Error when the size
/// fits neither: cropping and padding cannot be undone.
std::vector<std::filesystem::path> write_prediction(const std::string& name, const Grid& grid,
                                                    const Batch& outputs,
                                                    const std::filesystem::path& folder,
                                                    bool probabilities);

}  // namespace warmstart::medical
