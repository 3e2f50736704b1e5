// Capture files and pictures that the tests of the Inspect panel share.
#pragma once
#include <QString>
#include <QWidget>
#include <filesystem>
#include <span>

#include "core/base/json.h"
#include "core/base/tensor_file.h"

namespace warmstart {

template <class T>
Array arrayOf(const char* name, Dtype dtype, std::vector<std::int64_t> shape,
              const std::vector<T>& values) {
  return {name, dtype, std::move(shape), std::as_bytes(std::span(values))};
}

inline void writeCapture(const Path& file, const Json& info, const std::vector<Array>& arrays) {
  std::filesystem::create_directories(file.parent_path());
  write_tensor_file(file, {{"capture", info.dump()}}, arrays);
}

/// Saves what is shown, for a look, where WARMSTART_SHOTS names a folder.
inline void photograph(QWidget& widget, const char* name) {
  const QString folder = qEnvironmentVariable("WARMSTART_SHOTS");
  if (!folder.isEmpty()) widget.grab().save(folder + QLatin1Char('/') + QLatin1String(name));
}

}  // namespace warmstart
