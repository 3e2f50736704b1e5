// How long a volume of 512^3 16-bit voxels takes from the file to its first slices in the Volume
// panel's planes, and how many slices a second it scrolls. Usage: volume_file_bench [FILE]; without
// a file it writes one (.nii, 256 MiB) to the temporary folder.
#include <sys/resource.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <cstdio>
#include <fstream>

#include "plugins/medical/io/nifti_header.h"
#include "views/look/theme.h"
#include "views/volume/volume_panel.h"

namespace warmstart {
namespace {

constexpr int kEdge = 512;

void writeVolume(const Path& file) {
  medical::NiftiHeader header{};
  header.sizeof_hdr = 348;
  header.dim[0] = 3;
  for (int i = 1; i < 8; ++i) header.dim[i] = i < 4 ? kEdge : 1;
  header.datatype = 4, header.bitpix = 16;
  for (int i = 0; i < 8; ++i) header.pixdim[i] = 0.5F;
  header.vox_offset = 352;
  header.sform_code = 1;
  header.srow[0] = -0.5F, header.srow[5] = -0.5F, header.srow[10] = 0.5F;  // as scanners store
  std::memcpy(header.magic, "n+1", 4);
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(&header), sizeof header);
  stream.write("\0\0\0\0", 4);
  std::vector<std::int16_t> slice(std::size_t{kEdge} * kEdge);
  std::uint32_t noise = 1;
  for (int z = 0; z < kEdge; ++z) {
    for (int y = 0; y < kEdge; ++y) {
      for (int x = 0; x < kEdge; ++x) {
        noise = noise * 1664525 + 1013904223;
        const int ball = (x - 256) * (x - 256) + (y - 256) * (y - 256) + (z - 256) * (z - 256);
        slice[static_cast<std::size_t>(y) * kEdge + static_cast<std::size_t>(x)] =
            static_cast<std::int16_t>((ball < 200 * 200 ? 40 : -1000) + (noise >> 26));
      }
    }
    stream.write(reinterpret_cast<const char*>(slice.data()),
                 static_cast<std::streamsize>(slice.size() * sizeof slice[0]));
  }
}

double cpuSeconds(int who) {
  rusage used{};
  getrusage(who, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void measureScroll(VolumePlanes& planes, Plane plane, const char* what) {
  const auto axis = static_cast<std::size_t>(throughAxis(plane));
  const int slices = planes.scene().image().size.at(axis);
  const double before = cpuSeconds(RUSAGE_SELF);
  QElapsedTimer clock;
  clock.start();
  qint64 longest = 0;
  for (int slice = 0; slice < slices; ++slice) {
    QElapsedTimer one;
    one.start();
    Voxel cursor = planes.scene().cursor();
    cursor.at(axis) = slice;
    planes.scene().setCursor(cursor);
    planes.repaint();
    QApplication::processEvents();
    longest = std::max(longest, one.nsecsElapsed());
  }
  const double seconds = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
  std::printf("%s: %.0f frames/s, longest frame %.1f ms, %.2f ms of CPU a frame\n", what,
              slices / seconds, static_cast<double>(longest) * 1e-6,
              (cpuSeconds(RUSAGE_SELF) - before) / slices * 1e3);
}

int measure(const Path& file) {
  VolumePlanes planes;
  planes.resize(1280, 760);
  planes.show();
  QApplication::processEvents();
  const double before = cpuSeconds(RUSAGE_SELF);
  QElapsedTimer clock;
  clock.start();
  Loading loading;
  const OpenedVolume opened =
      openVolume({.role = VolumeRole::kImage,
                  .request = {.path = file, .series = {}, .grid = nullptr, .budget = 0},
                  .labels = nullptr},
                 loading);
  if (!opened.file) {
    std::printf("%s\n", qPrintable(opened.problem));
    return 1;
  }
  const double read = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
  SampleVolumes volumes;
  volumes.image = opened.file->at(0);
  planes.scene().setVolumes(volumes, opened.range);
  planes.repaint();
  QApplication::processEvents();
  std::printf(
      "first slices after %.2f s, of them reading %.2f s; CPU: window %.2f s, reader %.2f s\n",
      static_cast<double>(clock.nsecsElapsed()) * 1e-9, read, cpuSeconds(RUSAGE_SELF) - before,
      cpuSeconds(RUSAGE_CHILDREN));
  measureScroll(planes, Plane::kAxial, "axial slices");
  measureScroll(planes, Plane::kCoronal, "coronal slices");
  measureScroll(planes, Plane::kSagittal, "sagittal slices");
  return 0;
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  QApplication app(argc, argv);
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  if (argc > 1) return warmstart::measure(argv[1]);
  const QTemporaryDir folder;
  const warmstart::Path file = warmstart::Path(folder.path().toStdString()) / "volume.nii";
  warmstart::writeVolume(file);
  return warmstart::measure(file);
}
