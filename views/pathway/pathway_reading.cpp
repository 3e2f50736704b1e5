#include "views/pathway/pathway_reading.h"

#include <QThread>
#include <set>

#include "core/pathway/grokking_monitor.h"
#include "core/run/run_folder.h"

namespace warmstart {
namespace {

/// One core is left to the window.
unsigned readingThreads() {
  return static_cast<unsigned>(std::max(1, QThread::idealThreadCount() - 1));
}

template <class What, class Read>
PathwayFound<What> foundBy(const CapturePtr& capture, Read read) {
  const Path run = runOfCapture(capture->path());
  try {
    return {run, read(), {}};
  } catch (const std::exception& error) {
    return {run, nullptr, QString::fromUtf8(error.what())};
  }
}

}  // namespace

Path runOfCapture(const Path& capture) { return capture.parent_path().parent_path().parent_path(); }

PathwayFound<PathwayScene> readPathwayScene(const CapturePtr& capture,
                                            const std::string& aggregate) {
  return foundBy<PathwayScene>(capture, [&] {
    auto scene = std::make_shared<PathwayScene>();
    scene->record = read_routing_record(capture->file(), capture->info(), capture->path().string());
    scene->step = step_pathways(scene->record, aggregate, readingThreads());
    const std::set<std::int64_t> names(scene->step.groups.begin(), scene->step.groups.end());
    scene->group_names.assign(names.begin(), names.end());
    return scene;
  });
}

PathwayFound<PathwayCourse> readPathwayCourse(const CapturePtr& capture,
                                              const std::string& aggregate) {
  return foundBy<PathwayCourse>(capture, [&] {
    auto course = std::make_shared<PathwayCourse>();
    course->memorized_share =
        capture->info().value("memorized_share", GrokkingMonitor{}.memorized_share);
    course->timeline = grokking_timeline(read_history(RunFolder{runOfCapture(capture->path())}),
                                         aggregate, course->memorized_share);
    return course;
  });
}

PathwayFound<SampleCourse> readSampleCourse(const CapturePtr& capture,
                                            const SampleCourseRules& rules,
                                            const SampleCoursePtr& before) {
  return foundBy<SampleCourse>(capture, [&]() -> SampleCoursePtr {
    const std::vector<RecordFile> files = routing_record_files(capture->path());
    if (before && before->files == files && before->rules == rules) return before;
    return std::make_shared<SampleCourse>(read_sample_course(files, rules, readingThreads()));
  });
}

}  // namespace warmstart
