// warmstart-sound-reader: judges sound files for the audio gate (see core/base/guarded_reader.h),
// or with "stream FILE" hands out its samples (see plugins/audio/io/sound_stream.h).
#include <cstring>

#include "core/base/guarded_reader.h"
#include "plugins/audio/io/sound_gate.h"
#include "plugins/audio/io/sound_stream.h"

namespace {

warmstart::Json judge(const warmstart::Path& file) {
  warmstart::limit_memory(std::uint64_t{512} << 20);  // it is read in blocks
  return warmstart::audio::to_json(warmstart::audio::judge_sound(file));
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::strcmp(arguments[1], "stream") == 0)
    return warmstart::audio::stream_sound(arguments[2]);
  return warmstart::run_guarded_reader(count, arguments, judge);
}
