#include "plugins/audio/components/admitted.h"

#include "core/base/error.h"
#include "core/base/log.h"

namespace warmstart::audio {

void SoundSettings::describe(Fields& fields) {
  fields.field("rate", rate, "samples a second that the model hears").at_least(1).unit("Hz");
  fields.field("resample", resample, "resample files of another rate; off: they are errors");
  fields.field("mix_down", mix_down, "average several channels to one; off: they are errors");
  fields.field("allow_silence", allow_silence, "use files without signal; off: they are errors");
  fields
      .field("bad_share", bad_share,
             "share of files that may be left out because they cannot be used; they are listed")
      .within(0, 1);
}

std::vector<std::optional<SoundAdmission>> admit_sounds(const std::vector<Path>& files,
                                                        const SoundSettings& settings,
                                                        std::vector<std::string>& skipped) {
  std::vector<std::optional<SoundAdmission>> usable;
  std::optional<Error> first;
  SoundGate gate;
  for (const SoundAdmission& admission : gate.admit(files)) {
    try {
      require_wish(admission, settings.wish());
      usable.push_back(admission);
    } catch (const Error& error) {
      if (!first) first = error;
      skipped.push_back(admission.file.filename().string() + ": " + error.problem());
      usable.push_back(std::nullopt);
    }
  }
  const auto bad = static_cast<double>(skipped.size());
  if (first && bad > settings.bad_share * static_cast<double>(files.size())) {
    if (skipped.size() == 1) throw *first;
    throw Error(std::to_string(skipped.size()) + " of " + std::to_string(files.size()) +
                    " files cannot be used; the first: " + first->problem(),
                first->where(), first->hint() + "; or raise bad_share to leave them out");
  }
  for (const std::string& one : skipped) log_warning("sound file left out: " + one);
  return usable;
}

}  // namespace warmstart::audio
