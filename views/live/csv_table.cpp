#include "views/live/csv_table.h"

#include <algorithm>

#include "views/desk/waiting_file.h"

namespace warmstart::live {
namespace {

constexpr std::size_t kRowsAtOnce = 8192;  ///< rows

void appendRows(QByteArray& text, const CsvTable::Part& part, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    text += part.begin + QByteArray::number(static_cast<qint64>(part.series.step[i])) + ',' +
            QByteArray::number(part.series.time[i], 'f', 6) + ',' +
            QByteArray::number(part.series.value[i], 'g', 17) + '\n';
  }
}

}  // namespace

std::size_t CsvTable::rows() const {
  std::size_t count = 0;
  for (const Part& part : parts) count += part.series.size();
  return count;
}

QByteArray CsvTable::text() const {
  QByteArray text = head;
  for (const Part& part : parts) appendRows(text, part, 0, part.series.size());
  return text;
}

bool writeCsv(const CsvTable& table, const Path& file, CsvProgress& progress) {
  WaitingFile out(file, "the table could not be written");
  out.write(table.head.toStdString());
  for (const CsvTable::Part& part : table.parts) {
    for (std::size_t at = 0; at < part.series.size(); at += kRowsAtOnce) {
      if (progress.stop) return false;
      const std::size_t last = std::min(part.series.size(), at + kRowsAtOnce);
      QByteArray text;
      appendRows(text, part, at, last);
      out.write(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
      progress.rows += last - at;
    }
  }
  if (progress.stop) return false;
  out.finish();
  return true;
}

}  // namespace warmstart::live
