// warmstart-sound-reader: judges sound files for the audio gate (see core/base/guarded_reader.h).
#include "core/base/guarded_reader.h"
#include "plugins/audio/io/sound_gate.h"

namespace {

warmstart::Json judge(const warmstart::Path& file) {
  warmstart::limit_memory(std::uint64_t{512} << 20);  // it is read in blocks
  return warmstart::audio::to_json(warmstart::audio::judge_sound(file));
}

}  // namespace

int main(int count, char** arguments) {
  return warmstart::run_guarded_reader(count, arguments, judge);
}
