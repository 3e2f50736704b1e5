// The 348 bytes of a NIfTI-1 header as the standard lays them out (nifti1.h), used by check and
// writer alike.
#pragma once
#include <cstdint>

namespace warmstart::medical {

#pragma pack(push, 1)
struct NiftiHeader {
  std::int32_t sizeof_hdr;
  char unused1[35];
  char dim_info;
  std::int16_t dim[8];
  float intent_p[3];
  std::int16_t intent_code, datatype, bitpix, slice_start;
  float pixdim[8];
  float vox_offset, scl_slope, scl_inter;
  std::int16_t slice_end;
  char slice_code;
  std::uint8_t xyzt_units;
  float cal_max, cal_min, slice_duration, toffset;
  std::int32_t glmax, glmin;
  char descrip[80], aux_file[24];
  std::int16_t qform_code, sform_code;
  float quatern[3], qoffset[3];
  float srow[12];
  char intent_name[16];
  char magic[4];
};
#pragma pack(pop)
static_assert(sizeof(NiftiHeader) == 348);

}  // namespace warmstart::medical
