#include "views/pathway/pathway_view.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "views/desk/banner.h"
#include "views/look/theme.h"
#include "views/pathway/alignment_strip.h"
#include "views/pathway/course_plot.h"
#include "views/pathway/heat_contents.h"
#include "views/pathway/pathway_tables.h"
#include "views/pathway/sample_model.h"

namespace warmstart {
namespace {

const RegisteredCaptureView pathway_capture_view{
    {.kind = "routing", .create = []() -> CaptureView* { return new PathwayView; }}};

}  // namespace

/// What the batch calls a group: "class".
QString PathwayView::groupWord() const {
  const QString own = QString::fromStdString(capture_->info().value("group", ""));
  return own.isEmpty() ? tr("group") : own;
}

std::string PathwayView::aggregateName() const {
  return aggregate_->currentData().toString().toStdString();
}

void PathwayView::setCapture(const CapturePtr& capture, int sample, const QStringList&) {
  const bool other_run =
      !capture_ || runOfCapture(capture_->path()) != runOfCapture(capture->path());
  const bool other_step = !capture_ || capture_->path() != capture->path();
  capture_ = capture;
  if (other_run) {
    scene_.reset();
    const QString own = QString::fromStdString(capture->info().value("aggregate", "mean"));
    aggregate_->setCurrentIndex(std::max(0, aggregate_->findData(own)));
    first_ = second_ = -1;
    group_->clear();
  }
  if (sample != picked_ || other_run) first_ = picked_ = sample;
  course_->setStep(static_cast<double>(capture->step()));
  other_step ? startScene() : showChosen();
  if (other_run) {
    log_course_.reset();
    known_course_.reset();
    samples_.reset();
    memorized_->clear();
    course_->forgetZoom();
    startCourse();
  }
}

void PathwayView::setRecords(std::size_t count) {
  if (std::exchange(records_, count) != count) startCourse();
}

QByteArray PathwayView::csv() const {
  if (tabs_->currentWidget() == matrix_)
    return scene_ ? samplesCsv(*scene_, fitting()) : QByteArray();
  if (tabs_->currentWidget() == groups_)
    return scene_ ? groupsCsv(scene_->step.between) : QByteArray();
  if (!known_course_) return {};
  return tabs_->currentWidget() == correlations_ ? correlationsCsv(known_course_->correlations)
                                                 : courseCsv(known_course_->timeline);
}

bool PathwayView::settled() const {
  return !samples_due_ && !scenes_.busy() && !courses_.busy() && !sample_courses_.busy() && map_->settled();
}

QString PathwayView::summary() const { return summary_->text(); }
QString PathwayView::memorized() const { return memorized_->text(); }
QString PathwayView::problem() const { return banner_->text(); }

void PathwayView::startScene() {
  if (!capture_) return;
  scenes_.start([capture = capture_, aggregate = aggregateName()] {
    return readPathwayScene(capture, aggregate);
  });
}

void PathwayView::startCourse() {
  if (!capture_) return;
  courses_.start([capture = capture_, aggregate = aggregateName()] {
    return readPathwayCourse(capture, aggregate);
  });
  startSamples();
}

/// Apart from the log, since to read all records takes longer, and after the scene, so that the
/// window keeps a core to itself.
void PathwayView::startSamples() {
  if (!capture_) return;
  samples_due_ = scenes_.busy();
  if (samples_due_) return;
  const SampleCourseRules rules{aggregateName(), share_->value() / 100.0};
  sample_courses_.start([capture = capture_, rules, before = samples_] {
    return readSampleCourse(capture, rules, before);
  });
}

void PathwayView::takeScene(const PathwayFound<PathwayScene>& found) {
  if (found.run != runOfCapture(capture_->path())) return;  // the wanted one comes yet
  if (samples_due_) startSamples();
  if (!found.what) return banner_->show(Notice::Level::kError, found.problem);
  const PathwayScenePtr before = scene_;
  scene_ = found.what;
  banner_->clear();
  if (!scene_->step.warnings.empty())
    banner_->show(Notice::Level::kWarning, QString::fromStdString(scene_->step.warnings.front()));
  try {
    if (before) require_same_samples(before->record, scene_->record);
  } catch (const Error& error) {
    first_ = second_ = -1;
    banner_->show(Notice::Level::kWarning, QString::fromUtf8(error.what()));
  }
  showScene();
}

void PathwayView::takeCourse(const PathwayFound<PathwayCourse>& found) {
  if (found.run != runOfCapture(capture_->path())) return;
  if (!found.what) return banner_->show(Notice::Level::kError, found.problem);
  log_course_ = found.what;
  showCourse();
}

void PathwayView::takeSamples(const PathwayFound<SampleCourse>& found) {
  if (found.run != runOfCapture(capture_->path())) return;
  samples_ = found.what;
  showMemorized(found.problem);
  showSamples();
  showCourse();
}

void PathwayView::showCourse() {
  if (!log_course_) return;
  auto course = std::make_shared<PathwayCourse>(*log_course_);
  if (samples_) add_sample_course(course->timeline, *samples_, aggregateName());
  course->correlations = timeline_correlations(course->timeline, course->memorized_share);
  known_course_ = course;
  course_->setTimeline(course->timeline);
  if (!course->timeline.layers.empty()) layers_->setContent(layerHeat(course));
  showCorrelations();
}

/// In words, also what there is no number of.
void PathwayView::showMemorized(const QString& problem) {
  if (!samples_) return memorized_->setText(tr("No steps of memorization: %1").arg(problem));
  if (std::isnan(samples_->eps))
    return memorized_->setText(
        tr("No loss makes %1 % of the samples memorized before the last record")
            .arg(share_->value()));
  const auto never = std::count(samples_->memorized_at.begin(), samples_->memorized_at.end(), -1);
  const auto all = std::ssize(samples_->memorized_at);
  QString text = tr("%L1 of %L2 samples memorized, at a loss up to %3 nats")
                     .arg(all - never)
                     .arg(all)
                     .arg(samples_->eps, 0, 'g', 3);
  if (samples_->pairs.back() < kFewestPairs)
    text += QLatin1Char('\n') +
            tr("Distance of memorized pairs undefined: fewer than %1 pairs share a group")
                .arg(kFewestPairs);
  memorized_->setText(text);
}

/// The steps of memorization where they are those of the samples shown.
SampleCoursePtr PathwayView::fitting() const {
  return scene_ && samples_ && samples_->hashes == scene_->record.hashes &&
                 samples_->memorized_at.size() == scene_->record.samples.size()
             ? samples_
             : nullptr;
}

/// What is drawn of each sample: the list and the ribbons.
void PathwayView::showSamples() {
  if (!scene_) return;
  const SampleCoursePtr memorized = fitting();
  const bool fresh = model_->rowCount() == 0;
  model_->setScene(scene_, memorized);
  if (fresh) {
    table_->resizeColumnsToContents();
    table_->setColumnWidth(SampleModel::kGroup, 7 * look::kGrid);
  }
  colours_->setEnabled(memorized != nullptr);
  map_->setScene(scene_, colours_->currentIndex() == 1 ? memorized : nullptr);
}

void PathwayView::showScene() {
  const PathwayDescriptors& seen = scene_->step.descriptors;
  summary_->setText(tr("%1 · %L2 samples on %L3 pathways")
                        .arg(scene_->record.state.empty()
                                 ? tr("routing")
                                 : QString::fromStdString(scene_->record.state))
                        .arg(scene_->record.samples.size())
                        .arg(seen.distinct));
  summary_->setToolTip(tr("%1 layers, %2 experts; %3 experts a layer up to weight %4; entropy %5 "
                          "nats; %6 % of the samples alone on their pathway")
                           .arg(scene_->record.layers)
                           .arg(scene_->record.experts)
                           .arg(seen.length, 0, 'f', 2)
                           .arg(scene_->record.tau, 0, 'f', 2)
                           .arg(seen.entropy, 0, 'f', 2)
                           .arg(100 * seen.unique_share, 0, 'f', 0));
  showGroups();
  showSamples();
  matrix_->setContent(pairHeat(scene_));
  groups_->setContent(groupHeat(scene_, groupWord()));
  showChosen();
}

void PathwayView::showGroups() {
  if (group_->count() == static_cast<int>(scene_->group_names.size()) + 1) return;
  const QSignalBlocker quiet(group_);
  group_->clear();
  group_->addItem(tr("All groups"));
  const QString what = groupWord();
  for (const std::int64_t name : scene_->group_names)
    group_->addItem(QStringLiteral("%1 %2").arg(what).arg(name), static_cast<qlonglong>(name));
  group_->setVisible(scene_->group_names.size() > 1);
  map_->setGroup(std::nullopt);
}

void PathwayView::showCorrelations() {
  const auto& rows = known_course_->correlations;
  correlations_->setRowCount(static_cast<int>(rows.size()));
  const auto p_text = [](const Correlation& each) {
    return std::isnan(each.p) ? QStringLiteral("–") : QString::number(each.p, 'g', 2);
  };
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    const CorrelationRow& each = rows[static_cast<std::size_t>(row)];
    const QStringList texts{QString::fromStdString(each.metric),
                            QString::fromStdString(each.pearson.text()),
                            p_text(each.pearson),
                            QString::fromStdString(each.spearman.text()),
                            p_text(each.spearman),
                            QString::number(each.pearson.n)};
    for (int column = 0; column < texts.size(); ++column) {
      auto* item = new QTableWidgetItem(texts[column]);
      if (column > 0) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
      correlations_->setItem(row, column, item);
    }
  }
  correlations_->resizeColumnsToContents();
}

void PathwayView::choose(int first, int second) {
  if (first == second) second = -1;
  first_ = first, second_ = second;
  showChosen();
}

void PathwayView::showChosen() {
  if (!scene_) return;
  map_->setChosen(first_, second_);
  alignment_->setPair(scene_, first_, second_);
  words_->setText(alignment_->text());
  const QSignalBlocker quiet(table_->selectionModel());
  table_->clearSelection();
  for (const int sample : {second_, first_}) {
    if (sample < 0) continue;
    const QModelIndex row = sorted_->mapFromSource(model_->index(sample, 0));
    table_->selectionModel()->select(row, QItemSelectionModel::Select | QItemSelectionModel::Rows);
    table_->scrollTo(row);
  }
  table_->viewport()->update();
  const auto place = [&](int sample) {
    const auto& order = scene_->step.order;
    return static_cast<int>(
        std::find(order.begin(), order.end(), static_cast<std::size_t>(sample)) - order.begin());
  };
  matrix_->setMarked(first_ >= 0 && second_ >= 0
                         ? std::optional(HeatMap::Cell{place(first_), place(second_)})
                         : std::nullopt);
}

}  // namespace warmstart
