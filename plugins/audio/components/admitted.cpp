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
  fields.field("shortest", shortest, "a shorter file cannot be used").at_least(0).unit("s");
}

namespace {
constexpr std::size_t kListed = 20;  ///< warnings in the log; all are in the data set's facts
}  // namespace

std::vector<std::optional<SoundAdmission>> admit_sounds(const std::vector<Path>& files,
                                                        const SoundSettings& settings,
                                                        std::vector<std::string>& skipped) {
  std::vector<std::optional<SoundAdmission>> usable;
  std::optional<Error> first;
  const std::size_t before = skipped.size();  // of another list of files
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
  const std::size_t bad = skipped.size() - before;
  if (first && static_cast<double>(bad) > settings.bad_share * static_cast<double>(files.size())) {
    if (bad == 1) throw *first;
    throw Error(std::to_string(bad) + " of " + std::to_string(files.size()) +
                    " files cannot be used; the first: " + first->problem(),
                first->where(), first->hint() + "; or raise bad_share to leave them out");
  }
  for (std::size_t i = 0; i < std::min(bad, kListed); ++i)
    log_warning("sound file left out: " + skipped[before + i]);
  if (bad > kListed) log_warning(std::to_string(bad - kListed) + " more sound files left out");
  return usable;
}

}  // namespace warmstart::audio
