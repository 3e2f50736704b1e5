#include "views/inspect/view_stage.h"

#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include "views/inspect/arrays_view.h"
#include "views/look/theme.h"

namespace warmstart {

namespace {

constexpr int kWideEnough = 122 * look::kGrid;  ///< for two views beside each other

}  // namespace

ViewStage::ViewStage(QWidget* parent)
    : QWidget(parent), halves_(new QSplitter(Qt::Horizontal, this)), caption_(new QLabel(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(caption_);
  column->addWidget(halves_, 1);
  halves_->setChildrenCollapsible(false);
  caption_->hide();
  caption_->setTextFormat(Qt::PlainText);
  caption_->setWordWrap(true);
}

QString ViewStage::viewKind() const {
  return asArrays() ? QStringLiteral("arrays") : capture_->kind();
}

bool ViewStage::asArrays() const { return capture_ && as_arrays_.contains(capture_->kind()); }

QString ViewStage::partnerName() const {
  const qint64 step = partner_.capture ? partner_.capture->step() : 0;
  return partner_.run.isEmpty() ? tr("the pinned step %L1").arg(step)
                                : tr("step %L1 of %2").arg(step).arg(partner_.run);
}

QString ViewStage::partnerProblem() const {
  if (!partner_.problem.isEmpty()) return partner_.problem;
  if (!capture_ || !partner_.capture) return {};
  if (partner_.capture->kind() != capture_->kind())
    return tr("Nothing to compare: %1 was captured as \"%2\", this step as \"%3\".")
        .arg(partnerName(), partner_.capture->kind(), capture_->kind());
  if (!sampleIn(*partner_.capture, *capture_, sample_))
    return tr("Nothing to compare: the sample \"%1\" is not in the capture of %2.")
        .arg(capture_->samples().value(sample_), partnerName());
  return {};
}

bool ViewStage::comparable() const {
  return capture_ && partner_.capture && partnerProblem().isEmpty();
}

bool ViewStage::offers(Compare compare) const {
  if (compare == Compare::kCurrent) return true;
  if (!comparable()) return false;
  return compare != Compare::kDifference || (view_ && view_->canSubtract());
}

bool ViewStage::showsPartner(const QWidget* part) const {
  if (compare_ == Compare::kOther && offers(compare_)) return true;
  return other_view_ && (part == other_view_ || other_view_->isAncestorOf(part));
}

void ViewStage::setCapture(const CapturePtr& capture, int sample, const QStringList& classes) {
  capture_ = capture, sample_ = sample, classes_ = classes;
  makeViews();
  refresh();
}

void ViewStage::clear() {
  capture_.reset();
  halves_->hide();
  caption_->hide();
}

void ViewStage::setRecords(std::size_t count) {
  records_ = count;
  for (CaptureView* view : {view_, other_view_})
    if (view != nullptr) view->setRecords(count);
}

void ViewStage::setPartner(const Partner& partner) {
  const bool other = partner.run != partner_.run || partner.chosen() != partner_.chosen();
  partner_ = partner;
  if (!other) return setCompare(compare_);
  setCompare(partner.chosen() ? Compare::kSideBySide : Compare::kCurrent);
}

void ViewStage::setCompare(Compare compare) {
  compare_ = compare;
  if (capture_) {
    makeViews();
    refresh();
  }
  emit compareChanged();
}

void ViewStage::setAsArrays(bool as_arrays) {
  if (!capture_ || as_arrays == asArrays()) return;
  as_arrays ? as_arrays_.append(capture_->kind()) : (void)as_arrays_.removeAll(capture_->kind());
  makeViews();
  refresh();
}

CaptureView* ViewStage::makeView() {
  CaptureView* view = asArrays() ? new ArraysView : createCaptureView(capture_->kind());
  view->setState(states_.value(made_kind_).toMap());
  view->setRecords(records_);
  connect(view, &CaptureView::sampleWanted, this, [this, view](int sample) {
    showsPartner(view) ? wantPartnerSample(sample) : emit sampleWanted(sample);
  });
  connect(view, &CaptureView::stateChanged, this, [this, view] {
    states_[made_kind_] = view->state();
    follow(view, view == view_ ? other_view_ : view_);
  });
  emit viewMade(view);
  return view;
}

void ViewStage::makeViews() {
  if (!view_ || made_kind_ != viewKind()) {
    delete view_;
    delete other_view_;
    other_view_ = nullptr;
    made_kind_ = viewKind();
    view_ = makeView();
    halves_->addWidget(view_);
  }
  const bool beside = compare_ == Compare::kSideBySide && comparable();
  if (!beside) {
    delete other_view_;
    other_view_ = nullptr;
  } else if (!other_view_) {
    turnHalves();
    other_view_ = makeView();
    halves_->insertWidget(0, other_view_);
    halves_->setSizes({1000, 1000});
    other_view_->show();
  }
}

void ViewStage::turnHalves() {
  halves_->setOrientation(width() < kWideEnough ? Qt::Vertical : Qt::Horizontal);
}

void ViewStage::resizeEvent(QResizeEvent*) { turnHalves(); }

void ViewStage::follow(CaptureView* from, CaptureView* to) {
  if (!to) return;
  const QSignalBlocker quiet(to);
  to->setState(from->state());
}

void ViewStage::wantPartnerSample(int sample) {
  if (!capture_ || !partner_.capture) return;
  if (const auto own = sampleIn(*capture_, *partner_.capture, sample)) {
    emit sampleWanted(*own);
  } else {
    emit sampleMissing(partner_.capture->samples().value(sample));
  }
}

void ViewStage::refresh() {
  const Compare compare = offers(compare_) ? compare_ : Compare::kCurrent;
  Reference other;
  if (comparable())
    other = {partner_.capture, *sampleIn(*partner_.capture, *capture_, sample_),
             partner_.run.isEmpty() ? tr("step %L1").arg(partner_.capture->step()) : partnerName()};
  halves_->show();
  view_->setReference(compare == Compare::kDifference ? other : Reference());
  if (compare == Compare::kOther) {
    view_->setCapture(other.capture, other.sample, partner_.classes);
  } else {
    view_->setCapture(capture_, sample_, classes_);
  }
  if (other_view_) {
    other_view_->setCapture(other.capture, other.sample, partner_.classes);
    follow(view_, other_view_);
  }
  showCaption(compare);
}

void ViewStage::showCaption(Compare compare) {
  const QString problem = compare_ == Compare::kCurrent ? QString() : partnerProblem();
  caption_->setVisible(compare != Compare::kCurrent || !problem.isEmpty());
  const qint64 step = capture_->step();
  const QString other = partnerName();
  caption_->setText(compare == Compare::kCurrent      ? problem
                    : compare == Compare::kOther      ? tr("Shown: %1").arg(other)
                    : compare == Compare::kDifference ? tr("Step %L1 minus %2").arg(step).arg(other)
                    : partner_.run.isEmpty()
                        ? tr("First %1, then step %L2").arg(other).arg(step)
                        : tr("First %1, then step %L2 of the chosen run").arg(other).arg(step));
}

bool ViewStage::settled() const {
  return !capture_ || !view_ || (view_->settled() && (!other_view_ || other_view_->settled()));
}

QVariantMap ViewStage::states() const {
  QVariantMap states = states_;
  states[QStringLiteral("as arrays")] = as_arrays_;
  return states;
}

void ViewStage::setStates(const QVariantMap& states) {
  states_ = states;
  as_arrays_ = states_.take(QStringLiteral("as arrays")).toStringList();
}

}  // namespace warmstart
