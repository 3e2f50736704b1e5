#include "plugins/audio/components/prediction_table.h"

#include <cstdio>

#include "core/data/prediction_table.h"

namespace warmstart::audio {
namespace {

std::string seconds_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

}  // namespace

std::vector<Path> write_tags(const TaggedSpan& span, const Batch& outputs,
                             const std::vector<std::string>& names, bool multilabel, bool first,
                             const Path& folder) {
  return write_prediction({{"file", span.file, span.file},
                           {"start_s", seconds_text(span.start), span.start},
                           {"seconds", seconds_text(span.seconds), span.seconds}},
                          outputs, {names, multilabel, first, folder}, span.file);
}

std::vector<Path> write_transcript(const std::string& file, const std::string& text, bool first,
                                   const Path& folder) {
  return write_prediction_row({{"file", file, file}, {"text", text, text}}, first, folder);
}

}  // namespace warmstart::audio
