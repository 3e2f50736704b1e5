// Decodes a volume: NIfTI by our own code (ITK's reader hangs or aborts on some headers, takes no
// sheared sform and does not notice a cut file), NRRD, MetaImage and DICOM with ITK. Called by the
// reader process for files never seen before, and in-process only for files that the gate has
// admitted; everyone else calls read_volume (gate.h).
#pragma once
#include "plugins/medical/io/header_check.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

/// Header check, then voxels as float (slope and intercept applied). Errors: those of check_header;
/// the decoder's own, rephrased; voxels that are not finite.
Volume decode_volume(const Path& path);

/// `header` is check_header's.
Volume decode_nifti(const Path& path, const VolumeHeader& header);

/// A folder with exactly one DICOM series, sorted along its normal. Errors: no DICOM in it, several
/// series (with their sizes), a missing or doubled slice (with the position), slices of unequal
/// size or direction.
Volume decode_dicom_series(const Path& folder);

}  // namespace warmstart::medical
