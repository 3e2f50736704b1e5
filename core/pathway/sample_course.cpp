#include "core/pathway/sample_course.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/pathway/memorization.h"

namespace warmstart {
namespace {

constexpr std::uint64_t kMemorizedSeed = 5;

/// The step that a folder of captures is named by; -1 = it is none.
std::int64_t step_of_folder(const Path& folder) {
  const std::string name = folder.filename().string();
  std::int64_t step = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
  return error == std::errc() && end == name.data() + name.size() ? step : -1;
}

/// Losses and steps of all records, and the last record's own description.
struct RecordLosses {
  StepRows losses;
  std::vector<std::int64_t> steps;
  RoutingRecord last;
};

RecordLosses read_all_losses(const std::vector<RecordFile>& files, unsigned threads) {
  RecordLosses all{StepRows(files.size()), std::vector<std::int64_t>(files.size()),
                   read_routing_losses(files.back().path)};
  parallel_for(files.size(), threads, [&](std::size_t row) {
    RoutingRecord record = read_routing_losses(files[row].path);
    require_same_samples(record, all.last);
    all.losses[row] = std::move(record.loss);
    all.steps[row] = record.step;
  });
  return all;
}

double eps_of(const RecordLosses& all, const SampleCourseRules& rules, const Path& last) {
  if (!(rules.share >= 0 && rules.share <= 1))
    throw Error(
        "the share of memorized samples must be in [0,1], got " + std::to_string(rules.share),
        "memorization_time", "the paper uses 0.2 to 0.25");
  if (rules.share > 0) {
    const double eps = memorization_eps(all.losses, rules.share, kMemorizationDelta);
    return std::isinf(eps) ? std::nan("") : eps;
  }
  if (std::isnan(all.last.eps))
    throw Error("the record does not say up to which loss a sample counts as memorized",
                last.string(), "choose a share of memorized samples");
  return all.last.eps;
}

/// A pair of samples of one group, and the row from which on both are memorized.
struct MemorizedPair {
  SamplePair samples;
  std::int64_t from = 0;
};

std::vector<MemorizedPair> memorized_pairs(const std::vector<std::int64_t>& rows,
                                           const std::vector<std::int64_t>& groups) {
  std::vector<std::size_t> members;
  std::vector<std::int64_t> member_groups;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < 0) continue;
    members.push_back(i);
    if (!groups.empty()) member_groups.push_back(groups[i]);
  }
  std::vector<MemorizedPair> pairs;
  for (const auto& [a, b] :
       sample_pairs(members.size(), kMemorizedPairs, kMemorizedSeed, member_groups)) {
    const std::size_t i = members[a], j = members[b];
    pairs.push_back({{i, j}, std::max(rows[i], rows[j])});
  }
  return pairs;
}

/// Mean over pairs of samples; the record's routing is read for these samples alone.
double distance_at(const Path& file, const SampleCourseRules& rules, const PathwayDistance& how,
                   std::vector<SamplePair> pairs) {
  std::set<std::size_t> found;
  for (const auto& [i, j] : pairs) found.insert({i, j});
  const std::vector<std::size_t> samples(found.begin(), found.end());
  const auto place = [&](std::size_t sample) {
    return static_cast<std::size_t>(
        std::distance(samples.begin(), std::lower_bound(samples.begin(), samples.end(), sample)));
  };
  for (auto& [i, j] : pairs) i = place(i), j = place(j);
  return mean_distance(read_pathways(file, rules.aggregate, samples), pairs, how).mean;
}

/// Pairs and their distance at every record, from the row of memorization of each sample.
void fill_distances(SampleCourse& course, const std::vector<std::int64_t>& rows,
                    const RoutingRecord& last, unsigned threads) {
  const std::vector<MemorizedPair> pairs = memorized_pairs(rows, last.group);
  course.pairs.assign(course.steps.size(), 0);
  course.distance.assign(course.steps.size(), std::nan(""));
  parallel_for(course.steps.size(), threads, [&](std::size_t row) {
    std::vector<SamplePair> here;
    for (const MemorizedPair& pair : pairs) {
      if (pair.from <= static_cast<std::int64_t>(row)) here.push_back(pair.samples);
    }
    course.pairs[row] = here.size();
    if (here.size() >= kFewestPairs)
      course.distance[row] =
          distance_at(course.files[row].path, course.rules, last.how, std::move(here));
  });
}

}  // namespace

std::vector<RecordFile> routing_record_files(const Path& capture) {
  std::vector<std::pair<std::int64_t, RecordFile>> found;
  const Path folder = capture.parent_path().parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::int64_t step = step_of_folder(entry.path());
    const Path file = entry.path() / capture.filename();
    if (step >= 0 && std::filesystem::is_regular_file(file))
      found.emplace_back(step, RecordFile{file, std::filesystem::last_write_time(file)});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RecordFile> files;
  for (auto& [step, file] : found) files.push_back(std::move(file));
  return files;
}

SampleCourse read_sample_course(const std::vector<RecordFile>& files,
                                const SampleCourseRules& rules, unsigned threads) {
  if (files.empty())
    throw Error("there are no records of the routing", "memorization_time",
                "capture with the inspector routing_trace");
  const RecordLosses all = read_all_losses(files, threads);
  SampleCourse course;
  course.files = files;
  course.rules = rules;
  course.hashes = all.last.hashes;
  course.steps = all.steps;
  course.eps = eps_of(all, rules, files.back().path);
  const std::vector<std::int64_t> rows =
      memorization_times(all.losses, course.eps, kMemorizationDelta);
  std::vector<double> begun(files.size(), 0);
  for (const std::int64_t row : rows) {
    course.memorized_at.push_back(row < 0 ? -1 : all.steps[static_cast<std::size_t>(row)]);
    if (row >= 0) ++begun[static_cast<std::size_t>(row)];
  }
  double memorized = 0;
  for (std::size_t row = 0; row < begun.size(); ++row) {
    if (begun[row] > 0) course.times.push_back(all.steps[row]);
    memorized += begun[row];
    course.memorized.push_back(memorized / static_cast<double>(rows.size()));
  }
  fill_distances(course, rows, all.last, threads);
  return course;
}

void add_sample_course(GrokkingTimeline& timeline, const SampleCourse& samples,
                       const std::string& aggregate) {
  StepValues memorized, distance;
  for (std::size_t row = 0; row < samples.steps.size(); ++row) {
    memorized[samples.steps[row]] = samples.memorized[row];
    distance[samples.steps[row]] = samples.distance[row];
  }
  add_series(timeline, "memorized_samples", memorized);
  if (samples.rules.aggregate == aggregate) add_series(timeline, "memorized_distance", distance);
}

}  // namespace warmstart
