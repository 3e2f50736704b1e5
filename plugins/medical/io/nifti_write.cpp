#include "plugins/medical/io/nifti_write.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "plugins/medical/io/nifti_header.h"

namespace warmstart::medical {
namespace {

NiftiForms forms_of(const Grid& grid) {
  if (grid.forms) return *grid.forms;
  NiftiForms forms;
  forms.sform_code = 1;  // scanner coordinates
  const Vector3 spacing = grid.spacing();
  forms.pixdim = {1, static_cast<float>(spacing[0]), static_cast<float>(spacing[1]),
                  static_cast<float>(spacing[2])};
  for (int i = 0; i < 12; ++i) forms.srow[i] = static_cast<float>(grid.affine[i]);
  return forms;
}

NiftiHeader header_for(const Grid& grid, int datatype, int bits, std::int64_t channels) {
  NiftiHeader h{};
  h.sizeof_hdr = 348;
  const std::int16_t axes = channels > 1 ? 4 : 3;
  const std::int16_t dim[8] = {axes,
                               static_cast<std::int16_t>(grid.size[0]),
                               static_cast<std::int16_t>(grid.size[1]),
                               static_cast<std::int16_t>(grid.size[2]),
                               static_cast<std::int16_t>(channels),
                               1,
                               1,
                               1};
  std::memcpy(h.dim, dim, sizeof dim);
  h.datatype = static_cast<std::int16_t>(datatype);
  h.bitpix = static_cast<std::int16_t>(bits);
  const NiftiForms forms = forms_of(grid);
  const float pixdim[8] = {
      forms.pixdim[0], forms.pixdim[1], forms.pixdim[2], forms.pixdim[3], 1, 1, 1, 1};
  std::memcpy(h.pixdim, pixdim, sizeof pixdim);
  h.vox_offset = 352;
  h.scl_slope = 1;
  h.xyzt_units = forms.units;
  std::memcpy(h.descrip, "Warmstart", 9);
  h.qform_code = forms.qform_code, h.sform_code = forms.sform_code;
  std::memcpy(h.quatern, forms.quaternion.data(), sizeof h.quatern);
  std::memcpy(h.qoffset, forms.offset.data(), sizeof h.qoffset);
  std::memcpy(h.srow, forms.srow.data(), sizeof h.srow);
  std::memcpy(h.magic, "n+1", 4);
  return h;
}

std::vector<std::byte> gzip(std::span<const std::byte> data, const Path& path) {
  z_stream stream{};
  if (deflateInit2(&stream, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error("zlib could not start", path.string(), "free some memory", ErrorKind::kMachine);
  }
  std::vector<std::byte> packed(deflateBound(&stream, data.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(data.data()));
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  std::size_t in_left = data.size(), out_left = packed.size();
  int code = Z_OK;
  while (code == Z_OK) {  // zlib counts in 32 bits
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(in_left, 1u << 30));
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(out_left, 1u << 30));
    const uInt in_before = stream.avail_in, out_before = stream.avail_out;
    code = deflate(&stream, in_left <= stream.avail_in ? Z_FINISH : Z_NO_FLUSH);
    in_left -= in_before - stream.avail_in;
    out_left -= out_before - stream.avail_out;
  }
  packed.resize(packed.size() - out_left);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) {
    throw Error("compressing failed", path.string(), "write to a name ending in .nii",
                ErrorKind::kMachine);
  }
  return packed;
}

template <class T>
void write_nifti(const Path& path, const Grid& grid, std::span<const T> voxels, int datatype,
                 std::int64_t channels) {
  for (const std::int64_t length : {grid.size[0], grid.size[1], grid.size[2], channels}) {
    if (length < 1 || length > 32767) {
      throw Error("size " + by_x(grid.size) + " does not fit into NIfTI-1", path.string(),
                  "crop the volume to 32767 voxels an axis");
    }
  }
  if (static_cast<std::int64_t>(voxels.size()) != grid.voxels() * channels) {
    throw Error(std::to_string(voxels.size()) + " voxels do not fill size " + by_x(grid.size),
                path.string(), "hand over one value a voxel");
  }
  const NiftiHeader header = header_for(grid, datatype, sizeof(T) * 8, channels);
  std::vector<std::byte> bytes(352 + voxels.size_bytes());
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + 352, voxels.data(), voxels.size_bytes());
  if (path.extension() == ".gz") bytes = gzip(bytes, path);
  const std::span<const std::byte> parts[] = {bytes};
  write_atomically(path, parts);
}

}  // namespace

void write_volume(const Path& path, const Grid& grid, std::span<const float> voxels,
                  std::int64_t channels) {
  write_nifti(path, grid, voxels, 16, channels);
}

void write_labels(const Path& path, const Grid& grid, std::span<const std::int16_t> labels) {
  const bool small = std::all_of(labels.begin(), labels.end(),
                                 [](std::int16_t label) { return label >= 0 && label <= 255; });
  if (!small) return write_nifti(path, grid, labels, 4, 1);
  const std::vector<std::uint8_t> bytes(labels.begin(), labels.end());
  write_nifti(path, grid, std::span<const std::uint8_t>(bytes), 2, 1);
}

}  // namespace warmstart::medical
