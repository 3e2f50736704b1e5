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
}

QString ViewStage::viewKind() const {
  return asArrays() ? QStringLiteral("arrays") : capture_->kind();
}

bool ViewStage::asArrays() const { return capture_ && as_arrays_.contains(capture_->kind()); }

bool ViewStage::comparable() const {
  return capture_ && pinned_ && pinned_->kind() == capture_->kind();
}

bool ViewStage::offers(Compare compare) const {
  if (compare == Compare::kCurrent) return true;
  if (!comparable()) return false;
  return compare != Compare::kDifference || (view_ && view_->canSubtract());
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
  for (CaptureView* view : {view_, pinned_view_})
    if (view != nullptr) view->setRecords(count);
}

void ViewStage::setPinned(const CapturePtr& pinned) {
  pinned_ = pinned;
  setCompare(pinned ? Compare::kSideBySide : Compare::kCurrent);
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
  connect(view, &CaptureView::sampleWanted, this, &ViewStage::sampleWanted);
  connect(view, &CaptureView::stateChanged, this, [this, view] {
    states_[made_kind_] = view->state();
    follow(view, view == view_ ? pinned_view_ : view_);
  });
  emit viewMade(view);
  return view;
}

void ViewStage::makeViews() {
  if (!view_ || made_kind_ != viewKind()) {
    delete view_;
    delete pinned_view_;
    pinned_view_ = nullptr;
    made_kind_ = viewKind();
    view_ = makeView();
    halves_->addWidget(view_);
  }
  const bool beside = compare_ == Compare::kSideBySide && comparable();
  if (!beside) {
    delete pinned_view_;
    pinned_view_ = nullptr;
  } else if (!pinned_view_) {
    turnHalves();
    pinned_view_ = makeView();
    halves_->insertWidget(0, pinned_view_);
    halves_->setSizes({1000, 1000});
    pinned_view_->show();
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

void ViewStage::refresh() {
  const Compare compare = offers(compare_) ? compare_ : Compare::kCurrent;
  const CapturePtr& shown = compare == Compare::kPinned ? pinned_ : capture_;
  halves_->show();
  view_->setReference(compare == Compare::kDifference ? pinned_ : nullptr);
  view_->setCapture(shown, sample_, classes_);
  if (pinned_view_) {
    pinned_view_->setCapture(pinned_, sample_, classes_);
    follow(view_, pinned_view_);
  }
  caption_->setVisible(compare != Compare::kCurrent);
  if (compare == Compare::kCurrent) return;
  const qint64 pinned = pinned_->step(), current = capture_->step();
  caption_->setText(compare == Compare::kPinned ? tr("Pinned: step %L1").arg(pinned)
                    : compare == Compare::kDifference
                        ? tr("Step %L1 minus the pinned step %L2").arg(current).arg(pinned)
                        : tr("First the pinned step %L1, then step %L2").arg(pinned).arg(current));
}

bool ViewStage::settled() const {
  return !capture_ || !view_ || (view_->settled() && (!pinned_view_ || pinned_view_->settled()));
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
