#include "views/map/raster_pieces.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr std::int64_t kRasterPiece = 64;  ///< values along an edge

RasterPart pieceOf(const RasterPart& whole, std::int64_t column, std::int64_t row) {
  const double across = whole.width / static_cast<double>(whole.columns),
               down = whole.height / static_cast<double>(whole.rows);
  RasterPart piece = whole;
  piece.columns = std::min(kRasterPiece, whole.columns - column);
  piece.rows = std::min(kRasterPiece, whole.rows - row);
  piece.left += static_cast<double>(column) * across;
  piece.top += static_cast<double>(row) * down;
  // Rounded numbers must not lead out of the raster.
  piece.width =
      std::min(static_cast<double>(piece.columns) * across, whole.left + whole.width - piece.left);
  piece.height =
      std::min(static_cast<double>(piece.rows) * down, whole.top + whole.height - piece.top);
  return piece;
}

/// A mean looks a little beyond its part: the nearest pixels may be good where it is not.
std::vector<float> readPiece(MapRaster& raster, const std::vector<int>& bands,
                             const RasterPart& piece) {
  try {
    return raster.read(bands, piece);
  } catch (const Error&) {
    if (piece.nearest) throw;
  }
  RasterPart plain = piece;
  plain.nearest = true;
  return raster.read(bands, plain);
}

void copyPiece(const std::vector<float>& values, const RasterPart& piece, std::int64_t column,
               std::int64_t row, const RasterPart& whole, std::vector<float>& out) {
  const auto bands = static_cast<std::int64_t>(out.size()) / (whole.columns * whole.rows);
  for (std::int64_t line = 0; line < bands * piece.rows; ++line) {
    const std::int64_t band = line / piece.rows, y = row + line % piece.rows;
    std::copy_n(values.begin() + line * piece.columns, piece.columns,
                out.begin() + (band * whole.rows + y) * whole.columns + column);
  }
}

}  // namespace

ReadPieces readPieces(MapRaster& raster, const std::vector<int>& bands, const RasterPart& part) {
  ReadPieces all;
  try {
    all.values = raster.read(bands, part);
    return all;
  } catch (const Error& error) {
    all.problem = error.problem();
  }
  all.values.assign(bands.size() * static_cast<std::size_t>(part.columns * part.rows),
                    std::numeric_limits<float>::quiet_NaN());
  for (std::int64_t row = 0; row < part.rows; row += kRasterPiece) {
    for (std::int64_t column = 0; column < part.columns; column += kRasterPiece) {
      const RasterPart piece = pieceOf(part, column, row);
      try {
        copyPiece(readPiece(raster, bands, piece), piece, column, row, part, all.values);
      } catch (const Error&) {
        all.unreadable.emplace_back(piece.left, piece.top, piece.width, piece.height);
        all.lost += piece.columns * piece.rows;
      }
    }
  }
  if (all.unreadable.empty()) all.problem.clear();  // only the whole was too much
  return all;
}

}  // namespace warmstart
