// What the routing records of a run tell only together: from which step on each watched sample is
// memorized, and how far the pathways of memorized samples of one group lie apart (seed card 05,
// "Memorized" and METRIC 1). The Pathway view calls it off its own thread.
#pragma once
#include <filesystem>

#include "core/pathway/grokking_timeline.h"
#include "core/pathway/routing_record.h"

namespace warmstart {

constexpr double kMemorizationDelta = 0.05;   ///< nats; the card's delta
constexpr std::size_t kFewestPairs = 5;       ///< below, a mean distance is undefined
constexpr std::size_t kMemorizedPairs = 250;  ///< at most that a mean distance is taken over

/// A record and when it was written: a resumed run writes some again.
struct RecordFile {
  Path path;
  std::filesystem::file_time_type written;
  bool operator==(const RecordFile&) const = default;
};
/// The records beside runs/<id>/captures/<step>/<name>.safetensors with its name, by step.
std::vector<RecordFile> routing_record_files(const Path& capture);

struct SampleCourseRules {
  std::string aggregate = "mean";  ///< whose pathways are compared
  /// eps is the least loss by which that share of the samples, in (0,1], is memorized before the
  /// last record; 0 = eps as the last record tells it.
  double share = 0;
  bool operator==(const SampleCourseRules&) const = default;
};

struct SampleCourse {
  std::vector<RecordFile> files;  ///< what it was read from
  SampleCourseRules rules;
  std::vector<std::string> hashes;         ///< of the samples
  std::vector<std::int64_t> steps;         ///< of the records, rising
  double eps = 0;                          ///< nats; NaN = no loss would do for the share
  std::vector<std::int64_t> memorized_at;  ///< t_i* of each sample, a step; -1 = never
  std::vector<std::int64_t> times;         ///< the steps in it, each once, rising
  /// One a record: share of the samples that are memorized by then; pairs of samples of one group,
  /// both memorized by then, and their mean pathway distance (NaN below kFewestPairs). Pairs stay
  /// once they are in, so that the mean does not move by another choice of pairs.
  std::vector<double> memorized, distance;
  std::vector<std::size_t> pairs;
};

/// Reads `files` (in step order, at least one) on `threads` threads, 0 = all cores: one record at a
/// time a thread, and of the routing the pairs' samples alone. Errors: those of read_routing_losses
/// and read_pathways; records of different samples; a record without eps where share is 0; a share
/// outside [0,1].
SampleCourse read_sample_course(const std::vector<RecordFile>& files,
                                const SampleCourseRules& rules, unsigned threads = 0);

/// Adds memorized_samples, and of the same aggregate memorized_distance, to the run's course.
void add_sample_course(GrokkingTimeline& timeline, const SampleCourse& samples,
                       const std::string& aggregate);

}  // namespace warmstart
