// What the Pathway view reads and computes off the window's thread. A function gives what it found
// in a run, or says why there is nothing; none of them throws.
#pragma once
#include "core/pathway/grokking_timeline.h"
#include "views/inspect/capture.h"
#include "views/pathway/pathway_map.h"

namespace warmstart {

template <class What>
struct PathwayFound {
  Path run;
  std::shared_ptr<const What> what;
  QString problem;
};

struct PathwayCourse {
  GrokkingTimeline timeline;
  double memorized_share = 0;  ///< from which on the set counts as memorized
  std::vector<CorrelationRow> correlations;
};

/// runs/<id>/captures/<step>/<inspector>.safetensors -> runs/<id>
Path runOfCapture(const Path& capture);

PathwayFound<PathwayScene> readPathwayScene(const CapturePtr& capture,
                                            const std::string& aggregate);
/// Of the run's log; without correlations.
PathwayFound<PathwayCourse> readPathwayCourse(const CapturePtr& capture,
                                              const std::string& aggregate);
/// Of all records of the run; `before` itself while they and the rules are the same.
PathwayFound<SampleCourse> readSampleCourse(const CapturePtr& capture,
                                            const SampleCourseRules& rules,
                                            const SampleCoursePtr& before);

}  // namespace warmstart
