// One file through an ITK ImageIO: its geometry, and its voxels as float. Only io/*.cpp include it
// (ITK is slow to compile).
#pragma once
#include <itkImageIOBase.h>

#include <vector>

#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// Geometry from LPS (ITK, DICOM) to RAS+; `io` has read its image information.
Grid grid_of(const itk::ImageIOBase& io);

/// Reads the whole region and converts. `io` has read its image information; one value a voxel.
std::vector<float> voxels_of(itk::ImageIOBase& io, const std::string& where);

}  // namespace warmstart::medical
