#include "plugins/medical/io/gate.h"

#include "core/base/error.h"
#include "core/base/reader_stream.h"
#include "plugins/medical/io/decode.h"

namespace warmstart::medical {
namespace {

constexpr int kReaderVersion = 1;

Verdict bad_verdict(std::string reason, std::string hint) {
  Verdict verdict;
  verdict.reason = std::move(reason);
  verdict.hint = std::move(hint);
  return verdict;
}

GuardSettings guard_settings(const GateSettings& settings) {
  GuardSettings guard;
  guard.reader = !settings.reader.empty()
                     ? settings.reader
                     : find_reader("warmstart-volume-reader", "medical",
                                   reinterpret_cast<const void*>(&guard_settings));
  guard.cache = settings.cache;
  guard.verdicts = "volume-verdicts.jsonl";
  guard.version = kReaderVersion;
  guard.cpu_seconds = settings.cpu_seconds;
  guard.wall_seconds = settings.wall_seconds;
  return guard;
}

}  // namespace

Gate::Gate(GateSettings settings) : guard_(guard_settings(settings)) {}

std::vector<Admission> Gate::admit(const std::vector<Path>& files) {
  std::vector<Admission> admissions(files.size());
  std::vector<std::string> keys;
  std::vector<std::size_t> sound;
  std::vector<Path> sound_files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    admissions[i] = {files[i], {}, guarded_bytes(files[i]), guarded_change(files[i])};
    try {
      check_header(files[i]);
      keys.push_back(content_key(files[i]));
    } catch (const Error& error) {
      admissions[i].verdict = bad_verdict(error.problem(), error.hint());
      continue;
    }
    sound.push_back(i);
    sound_files.push_back(files[i]);
  }
  const std::vector<Json> verdicts = guard_.judge(sound_files, keys);
  for (std::size_t s = 0; s < sound.size(); ++s) {
    admissions[sound[s]].verdict = verdict_from_json(verdicts[s]);
  }
  return admissions;
}

void require_good(const Admission& admission) {
  const Verdict& verdict = admission.verdict;
  if (!verdict.good) throw Error(verdict.reason, admission.file.string(), verdict.hint);
}

Volume read_volume(const Admission& admission) {
  require_good(admission);
  if (guarded_bytes(admission.file) != admission.bytes ||
      guarded_change(admission.file) != admission.changed) {
    throw Error("the file changed while it was in use", admission.file.string(),
                "start again when nothing writes to it");
  }
  return decode_volume(admission.file);
}

}  // namespace warmstart::medical
