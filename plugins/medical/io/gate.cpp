#include "plugins/medical/io/gate.h"

#include "core/base/error.h"
#include "plugins/medical/io/decode.h"
#include "plugins/medical/io/reader_process.h"

namespace warmstart::medical {
namespace {

GateSettings complete(GateSettings settings) {
  if (settings.reader.empty()) settings.reader = find_reader();
  if (settings.cache.empty()) settings.cache = cache_folder();
  return settings;
}

Verdict bad_verdict(std::string reason, std::string hint) {
  Verdict verdict;
  verdict.reason = std::move(reason);
  verdict.hint = std::move(hint);
  return verdict;
}

std::uint64_t bytes_of(const Path& file) {
  std::error_code code;
  const auto size = std::filesystem::file_size(file, code);
  return code ? 0 : size;
}

std::filesystem::file_time_type changed_at(const Path& file) {
  std::error_code code;
  return std::filesystem::last_write_time(file, code);
}

}  // namespace

Gate::Gate(GateSettings settings)
    : settings_(complete(std::move(settings))), cache_(settings_.cache) {}

std::vector<Admission> Gate::admit(const std::vector<Path>& files) {
  std::vector<Admission> admissions(files.size());
  std::vector<std::string> keys(files.size());
  std::vector<std::size_t> unknown;
  std::vector<Path> unknown_files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    admissions[i] = {files[i], {}, bytes_of(files[i]), changed_at(files[i])};
    try {
      check_header(files[i]);
      keys[i] = content_key(files[i]);
    } catch (const Error& error) {
      admissions[i].verdict = bad_verdict(error.problem(), error.hint());
      continue;
    }
    if (const Verdict* known = cache_.find(keys[i])) {
      admissions[i].verdict = *known;
    } else {
      unknown.push_back(i);
      unknown_files.push_back(files[i]);
    }
  }
  const std::vector<Verdict> verdicts = read_guarded(unknown_files);
  for (std::size_t u = 0; u < unknown.size(); ++u) {
    admissions[unknown[u]].verdict = verdicts[u];
    cache_.add(keys[unknown[u]], verdicts[u]);
  }
  return admissions;
}

std::vector<Verdict> Gate::read_guarded(const std::vector<Path>& files) {
  std::vector<Verdict> verdicts;
  guarded_reads_ += static_cast<std::int64_t>(files.size());
  while (verdicts.size() < files.size()) {
    const std::vector<Path> rest(files.begin() + static_cast<std::ptrdiff_t>(verdicts.size()),
                                 files.end());
    ReaderProcess reader(settings_.reader, settings_.cpu_seconds, rest);
    while (verdicts.size() < files.size()) {
      const auto line = reader.next_line(settings_.wall_seconds);
      const Json json = line ? Json::parse(*line, nullptr, false) : Json();
      if (!json.is_object()) {  // it died over this file: judge it so and go on with the next
        verdicts.push_back(bad_verdict(reader.how_it_ended(), "the file is damaged or hostile"));
        break;
      }
      verdicts.push_back(verdict_from_json(json));
    }
  }
  return verdicts;
}

void require_good(const Admission& admission) {
  const Verdict& verdict = admission.verdict;
  if (!verdict.good) throw Error(verdict.reason, admission.file.string(), verdict.hint);
}

Volume read_volume(const Admission& admission) {
  require_good(admission);
  if (bytes_of(admission.file) != admission.bytes ||
      changed_at(admission.file) != admission.changed) {
    throw Error("the file changed while it was in use", admission.file.string(),
                "start again when nothing writes to it");
  }
  return decode_volume(admission.file);
}

}  // namespace warmstart::medical
