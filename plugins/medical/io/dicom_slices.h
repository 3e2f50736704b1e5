// DICOM slices put together to a volume: their headers, which belong to one series, their order
// along the normal. Only io/*.cpp include it (ITK is slow to compile).
#pragma once
#include <itkGDCMImageIO.h>

#include <string>
#include <vector>

#include "core/base/files.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

struct DicomSlice {
  Path file;
  itk::GDCMImageIO::Pointer io;  ///< has read its image information
  std::string series;            ///< series instance UID
  Grid grid;
  double place = 0;  ///< mm along the stack's normal
};

/// Errors: several frames, size, spacing. ITK's own exceptions for what is no image.
DicomSlice open_slice(const Path& file);

/// Text of a tag ("0008|103e") without the blanks and zeros that fill it; "" = not there.
std::string dicom_text(const itk::ImageIOBase& io, const char* tag);

/// Slices of one series, sorted along their normal, and the grid that they make together.
struct DicomStack {
  std::vector<DicomSlice> slices;
  Grid grid;
};
/// Two slices or more. Errors: slices of unequal size or direction, a missing or doubled one.
DicomStack stack_slices(std::vector<DicomSlice> slices, const Path& folder);

/// Error when the slice's file is cut: the decoder would fill up what it lacks.
void require_whole_pixels(const DicomSlice& slice);

}  // namespace warmstart::medical
