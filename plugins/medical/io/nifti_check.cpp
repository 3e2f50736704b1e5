// The NIfTI-1 part of check_header: every number that a decoder will trust is looked at first.
#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "plugins/medical/io/header_check.h"
#include "plugins/medical/io/nifti_header.h"

namespace warmstart::medical {
namespace {

template <class T>
void swap_bytes(T& value) {
  char bytes[sizeof(T)], turned[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  for (std::size_t i = 0; i < sizeof(T); ++i) turned[i] = bytes[sizeof(T) - 1 - i];
  std::memcpy(&value, turned, sizeof(T));
}

template <class T, std::size_t n>
void swap_all(T (&values)[n]) {
  for (T& value : values) swap_bytes(value);
}

// Members are packed, so each is swapped through a copy of the block that holds it.
void swap_header(NiftiHeader& h) {
  std::int16_t dim[8], shorts[4] = {h.intent_code, h.datatype, h.bitpix, h.slice_start};
  float pixdim[8], scales[3] = {h.vox_offset, h.scl_slope, h.scl_inter}, placement[18];
  std::int16_t codes[2] = {h.qform_code, h.sform_code};
  std::memcpy(dim, h.dim, sizeof dim);
  std::memcpy(pixdim, h.pixdim, sizeof pixdim);
  std::memcpy(placement, h.quatern, sizeof placement);
  swap_all(dim), swap_all(shorts), swap_all(pixdim), swap_all(scales), swap_all(placement);
  swap_all(codes);
  std::memcpy(h.dim, dim, sizeof dim);
  std::memcpy(h.pixdim, pixdim, sizeof pixdim);
  std::memcpy(h.quatern, placement, sizeof placement);
  h.intent_code = shorts[0], h.datatype = shorts[1], h.bitpix = shorts[2];
  h.vox_offset = scales[0], h.scl_slope = scales[1], h.scl_inter = scales[2];
  h.qform_code = codes[0], h.sform_code = codes[1];
}

int nifti_voxel_bits(int datatype) {
  switch (datatype) {
    case 2:    // uint8
    case 256:  // int8
      return 8;
    case 4:    // int16
    case 512:  // uint16
      return 16;
    case 8:    // int32
    case 16:   // float32
    case 768:  // uint32
      return 32;
    case 64:    // float64
    case 1024:  // int64
    case 1280:  // uint64
      return 64;
    default:
      return 0;
  }
}

Size3 nifti_size(const NiftiHeader& h, TimeSteps steps, const Path& path) {
  const int axes = h.dim[0];
  if (axes < 3 || axes > 7) {
    throw Error("the file has " + std::to_string(axes) + " axes, a volume has 3", path.string(),
                "give a 3-D volume");
  }
  for (int axis = 4; axis <= axes; ++axis) {
    const bool time = axis == 4 && steps == TimeSteps::kMany && h.dim[4] >= 1;
    if (h.dim[axis] != 1 && !time) {
      throw Error("the file has " + std::to_string(h.dim[axis]) + " values along axis " +
                      std::to_string(axis) + ", a volume has one",
                  path.string(), "split it into 3-D volumes");
    }
  }
  const Size3 size{h.dim[1], h.dim[2], h.dim[3]};
  check_size(size, path);
  return size;
}

double step_seconds(const NiftiHeader& h) {
  const int unit = h.xyzt_units & 0x38;
  const double scale = unit == 8 ? 1 : unit == 16 ? 1e-3 : unit == 24 ? 1e-6 : 0;
  const double step = h.pixdim[4] * scale;
  return std::isfinite(step) && step > 0 ? step : 0;
}

void check_scale(const NiftiHeader& h, const Path& path) {
  const int bits = nifti_voxel_bits(h.datatype);
  if (bits == 0) {
    throw Error("voxel type " + std::to_string(h.datatype) + " is not supported", path.string(),
                "convert to an integer or real type (no colour, no complex numbers)");
  }
  if (h.bitpix != bits) {
    throw Error("the header gives " + std::to_string(h.bitpix) + " bits a voxel, its type has " +
                    std::to_string(bits),
                path.string(), "the header is damaged; write the file again");
  }
  const auto bounded = [](float value) { return std::abs(value) <= 1e12f; };  // NaN fails
  if (!bounded(h.scl_slope) || !bounded(h.scl_inter)) {
    throw Error("slope or intercept of the values is not finite", path.string(),
                "set scl_slope and scl_inter in the header");
  }
  if (!(h.vox_offset >= 352 && h.vox_offset <= 1 << 26) ||
      h.vox_offset != std::floor(h.vox_offset)) {
    throw Error("the voxels' place in the file (vox_offset) is not usable", path.string(),
                "the header is damaged; write the file again");
  }
}

NiftiForms nifti_forms(const NiftiHeader& h) {
  NiftiForms forms;
  forms.qform_code = h.qform_code, forms.sform_code = h.sform_code;
  std::memcpy(forms.pixdim.data(), h.pixdim, sizeof(float) * 4);
  std::memcpy(forms.quaternion.data(), h.quatern, sizeof(float) * 3);
  std::memcpy(forms.offset.data(), h.qoffset, sizeof(float) * 3);
  std::memcpy(forms.srow.data(), h.srow, sizeof(float) * 12);
  forms.units = h.xyzt_units;
  return forms;
}

void check_forms(const NiftiForms& forms, const Path& path) {
  for (int c = 1; c <= 3; ++c) check_spacing(forms.pixdim[c], path);
  bool usable = std::isfinite(forms.pixdim[0]);
  for (const float value : forms.srow) usable = usable && std::abs(value) <= 1e6f;
  for (const float value : forms.offset) usable = usable && std::abs(value) <= 1e6f;
  double squares = 0;
  for (const float value : forms.quaternion) squares += static_cast<double>(value) * value;
  if (forms.qform_code > 0) usable = usable && squares <= 1.001;
  if (usable && std::isfinite(squares)) return;
  throw Error("the placement of the volume is not finite or not a rotation", path.string(),
              "repair qform and sform in the header");
}

// Rotation by the unit quaternion (a,b,c,d), times the spacings; qfac turns the third axis.
void qform_affine(const NiftiForms& forms, std::array<double, 12>& affine) {
  const double b = forms.quaternion[0], c = forms.quaternion[1], d = forms.quaternion[2];
  const double a = std::sqrt(std::max(0.0, 1 - (b * b + c * c + d * d)));
  const double rotation[9] = {
      a * a + b * b - c * c - d * d, 2 * (b * c - a * d),           2 * (b * d + a * c),
      2 * (b * c + a * d),           a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
      2 * (b * d - a * c),           2 * (c * d + a * b),           a * a + d * d - c * c - b * b};
  const double turn = forms.pixdim[0] < 0 ? -1 : 1;
  for (int r = 0; r < 3; ++r) {
    for (int k = 0; k < 3; ++k) {
      affine[4 * r + k] = rotation[3 * r + k] * forms.pixdim[k + 1] * (k == 2 ? turn : 1);
    }
    affine[4 * r + 3] = forms.offset[r];
  }
}

// As the standard and nibabel choose: sform, else qform, else a left-to-right flipped box around
// zero.
std::array<double, 12> nifti_affine(const NiftiForms& forms, const Size3& size) {
  std::array<double, 12> affine{};
  if (forms.sform_code > 0) {
    for (int i = 0; i < 12; ++i) affine[i] = forms.srow[i];
  } else if (forms.qform_code > 0) {
    qform_affine(forms, affine);
  } else {
    for (int r = 0; r < 3; ++r) {
      affine[5 * r] = (r == 0 ? -1.0 : 1.0) * forms.pixdim[r + 1];
      affine[4 * r + 3] = -affine[5 * r] * 0.5 * static_cast<double>(size[r] - 1);
    }
  }
  const int unit = forms.units & 7;
  const double scale = unit == 1 ? 1000 : unit == 3 ? 0.001 : 1;  // metres, micrometres
  for (double& value : affine) value *= scale;
  return affine;
}

NiftiHeader load_nifti_header(const Path& path, bool packed, bool& swapped) {
  const std::string bytes = read_start(path, sizeof(NiftiHeader), packed);
  if (bytes.size() < sizeof(NiftiHeader)) {
    throw Error("the file is cut inside its header", path.string(), "copy or download it again");
  }
  NiftiHeader h;
  std::memcpy(&h, bytes.data(), sizeof h);
  const std::int32_t length = h.sizeof_hdr;
  if (length == 540 || length == 0x1c020000) {
    throw Error("a NIfTI-2 file", path.string(), "convert it to NIfTI-1 (nib-convert, c3d)");
  }
  swapped = length == 0x5c010000;
  if (swapped) {
    swap_header(h);
  } else if (length != 348) {
    throw Error("not a NIfTI-1 file", path.string(), "check what the file holds");
  }
  if (std::memcmp(h.magic, "n+1", 4) != 0) {
    throw Error("not a single-file NIfTI-1", path.string(), "convert .hdr and .img to .nii.gz");
  }
  return h;
}

}  // namespace

VolumeHeader check_nifti_header(const Path& path, TimeSteps steps) {
  const bool packed = path.extension() == ".gz" || path.extension() == ".GZ";
  if (packed && !read_start(path, 2, false).starts_with("\x1f\x8b")) {
    throw Error("not a gzip file", path.string(), "the name ends in .gz but the content does not");
  }
  VolumeHeader header;
  const NiftiHeader h = load_nifti_header(path, packed, header.swapped);
  header.format = Format::kNifti;
  header.grid.size = nifti_size(h, steps, path);
  if (h.dim[0] >= 4) header.steps = h.dim[4], header.step_seconds = step_seconds(h);
  header.description = std::string(h.descrip, strnlen(h.descrip, sizeof h.descrip));
  check_scale(h, path);
  header.grid.forms = nifti_forms(h);
  check_forms(*header.grid.forms, path);
  header.grid.affine = nifti_affine(*header.grid.forms, header.grid.size);
  const auto& a = header.grid.affine;
  check_direction({a[0], a[1], a[2], a[4], a[5], a[6], a[8], a[9], a[10]}, path);
  header.voxel_bytes = static_cast<std::uint64_t>(h.bitpix) / 8;
  header.nifti_type = h.datatype;
  header.slope = h.scl_slope, header.intercept = h.scl_inter;
  header.data_file = path;
  header.data_offset = static_cast<std::uint64_t>(h.vox_offset);
  header.packing = packed ? Packing::kDeflated : Packing::kRaw;
  return header;
}

}  // namespace warmstart::medical
