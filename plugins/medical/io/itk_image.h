// Files through an ITK ImageIO: their geometry and their voxels. Only io/*.cpp include it (ITK is
// slow to compile).
#pragma once
#include <itkImageIOBase.h>

#include <new>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "plugins/medical/io/header_check.h"

namespace warmstart::medical {

/// Geometry from LPS (ITK, DICOM) to RAS+; `io` has read its image information.
Grid grid_of(const itk::ImageIOBase& io);

/// An NRRD or MetaImage file with its image information read. Errors: another size than the
/// header's, the direction.
itk::ImageIOBase::Pointer open_image(const Path& path, const VolumeHeader& header);

/// "int16": of a stored number. Error: several values a voxel, a type that is none of numbers.
std::string number_type(const itk::ImageIOBase& io, const std::string& where);

/// Reads the whole region as stored. `io` has read its image information; one value a voxel.
void read_numbers(itk::ImageIOBase& io, std::span<std::byte> numbers, const std::string& where);
/// The same, converted.
std::vector<float> voxels_of(itk::ImageIOBase& io, const std::string& where);

/// Calls `read` and turns what ITK throws into Errors.
template <class Read>
auto rephrased(const Path& path, const Read& read) {
  try {
    return read();
  } catch (const itk::ExceptionObject& exception) {
    std::string reason = exception.GetDescription();
    for (char& c : reason) {
      if (c == '\n') c = ' ';
    }
    throw Error("the decoder refused the file: " + reason.substr(0, 200), path.string(),
                "check that it opens elsewhere, or write it again");
  } catch (const std::bad_alloc&) {
    throw Error("decoding needs more memory than there is", path.string(), "crop the volume");
  }
}

}  // namespace warmstart::medical
