#include "views/volume/volume_panel.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/inspect/volume_actions.h"
#include "views/look/theme.h"
#include "views/volume/label_facts.h"
#include "views/volume/volume_side.h"

namespace warmstart {
namespace {

constexpr int kLookMilliseconds = 100;

const RegisteredPanel volume_panel{
    {.id = "volume",
     .title = QT_TRANSLATE_NOOP("Panel", "Volume"),
     .icon = "volume",
     .order = 62,
     .shortcut = "Ctrl+9",
     .create = [](Desk& desk) -> Panel* { return new VolumePanel(desk); }}};

QString counted(const std::array<int, 3>& size) {
  return QStringLiteral("%1 × %2 × %3").arg(size[0]).arg(size[1]).arg(size[2]);
}

}  // namespace

OpenedVolume openVolume(const VolumeWish& wish, Loading& loading) {
  OpenedVolume opened;
  opened.role = wish.role;
  try {
    opened.file = readVolume(wish.request, loading);
    if (!opened.file) return opened;
    if (wish.role == VolumeRole::kImage) {
      opened.range = robustRange(opened.file->at(0));
    } else {
      opened.present = labelsOf(*opened.file);
    }
    if (wish.role == VolumeRole::kReference)
      opened.agreement = agreementOf(*wish.labels, *opened.file);
  } catch (const Error& error) {
    opened.file = nullptr;
    opened.problem = QString::fromUtf8(error.what());
  }
  return opened;
}

VolumePanel::VolumePanel(Desk& desk)
    : desk_(desk),
      empty_(new EmptyState(this)),
      banner_(new Banner(this)),
      name_(new QLabel(this)),
      facts_(new QLabel(this)),
      pages_(new QStackedWidget(this)),
      opening_([this](const OpenedVolume& opened) { take(opened); }) {
  VolumeActions::of(desk_).attach(this);
  planes_ = new VolumePlanes(this);
  VolumeActions::of(desk_).add(planes_);
  empty_->setContent(QStringLiteral("volume"),
                     tr("Open a NIfTI, NRRD, MetaImage or DICOM volume, or drop one here."),
                     tr("Open a volume..."), [this] { ask(); });
  pages_->addWidget(empty_);
  pages_->addWidget(makeContent());
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->setSpacing(0);
  loading_row_ = makeLoading();
  whole->addWidget(banner_);
  whole->addWidget(loading_row_);
  whole->addWidget(pages_, 1);
  addActions();
  connectSide();
  looking_.setInterval(kLookMilliseconds);
  connect(&looking_, &QTimer::timeout, this, &VolumePanel::showLoading);
}

VolumePanel::~VolumePanel() { loading_->stop = true; }

QWidget* VolumePanel::makeContent() {
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  for (QLabel* label : {name_, facts_}) {
    label->setTextFormat(Qt::PlainText);
    label->setMinimumWidth(1);
    column->addWidget(label);
  }
  name_->setFont(look::heading(font()));
  facts_->setForegroundRole(QPalette::PlaceholderText);
  facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  side_ = new VolumeSide(planes_->scene(), this);
  planes_->setSide(side_);
  column->addWidget(planes_, 1);
  return content;
}

QWidget* VolumePanel::makeLoading() {
  auto* row = new QWidget(this);
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  loading_text_ = new QLabel(row);
  loading_text_->setTextFormat(Qt::PlainText);
  progress_ = new QProgressBar(row);
  progress_->setAccessibleName(tr("Progress of reading"));
  auto* stop = new QPushButton(tr("&Cancel"), row);
  line->addWidget(loading_text_);
  line->addWidget(progress_, 1);
  line->addWidget(stop);
  connect(stop, &QPushButton::clicked, this, &VolumePanel::cancel);
  row->hide();
  return row;
}

void VolumePanel::addActions() {
  const auto add = [this](const char* id, const char* menu, const QString& text, const QString& tip,
                          const char* key, std::function<void()> act) {
    desk_.actions.add(
        {.id = QString::fromLatin1(id),
         .menu = QString::fromLatin1(menu),
         .text = text,
         .tip = tip,
         .shortcut = QKeySequence(QString::fromLatin1(key)),
         .icon = QStringLiteral("volume")},
        this, std::move(act),
        *key == ',' || *key == '.' ? Qt::WidgetWithChildrenShortcut : Qt::WindowShortcut);
  };
  add("volume.open", "File", tr("Open &volume..."),
      tr("Look at a NIfTI, NRRD, MetaImage or DICOM file"), "Ctrl+Alt+V", [this] { ask(); });
  add("volume.openFolder", "File", tr("Open &DICOM folder..."),
      tr("Look at the series of a DICOM folder"), "Ctrl+Alt+D", [this] { askFolder(); });
  add("volume.labels", "File", tr("Overlay &labels on the volume..."),
      tr("A label volume over the one that is open"), "Ctrl+Alt+L",
      [this] { askLabels(VolumeRole::kLabels); });
  add("volume.reference", "File", tr("Compare the la&bels with..."),
      tr("Where the labels over the volume and those of another file differ"), "",
      [this] { askLabels(VolumeRole::kReference); });
  add("volume.earlier", "Inspect", tr("Earlier point in time"), tr("Of a volume file"), ",",
      [this] { side_->setStep(side_->step() - 1); });
  add("volume.later", "Inspect", tr("Later point in time"), tr("Of a volume file"), ".",
      [this] { side_->setStep(side_->step() + 1); });
}

void VolumePanel::connectSide() {
  connect(side_, &VolumeSide::stepChanged, this, &VolumePanel::showStep);
  connect(side_, &VolumeSide::seriesWanted, this,
          [this](const QString& id) { openSeries(file_->path, id.toStdString()); });
  connect(side_, &VolumeSide::labelsWanted, this, [this] { askLabels(VolumeRole::kLabels); });
  connect(side_, &VolumeSide::referenceWanted, this, [this] { askLabels(VolumeRole::kReference); });
  connect(side_, &VolumeSide::labelsDropped, this,
          [this](const QString& path) { openLabels(path, VolumeRole::kLabels); });
  connect(side_, &VolumeSide::labelsRemoved, this, [this] { removeLabels(VolumeRole::kLabels); });
  connect(side_, &VolumeSide::referenceRemoved, this,
          [this] { removeLabels(VolumeRole::kReference); });
}

bool VolumePanel::accepts(const QString& path) const { return looksLikeVolume(path.toStdString()); }

QString VolumePanel::lastFolder() const {
  return file_ ? QString::fromStdString(file_->path.parent_path().string()) : QString();
}

void VolumePanel::ask() {
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Open a volume"), lastFolder(),
      tr("Volumes (*.nii *.nii.gz *.nrrd *.nhdr *.mha *.mhd *.dcm);;All files (*)"));
  if (!file.isEmpty()) open(file);
}

void VolumePanel::askFolder() {
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Open a DICOM folder"), lastFolder());
  if (!folder.isEmpty()) open(folder);
}

void VolumePanel::askLabels(VolumeRole role) {
  if (!file_) return ask();
  const QString file = QFileDialog::getOpenFileName(
      this, role == VolumeRole::kLabels ? tr("Overlay labels") : tr("Compare the labels with"),
      lastFolder(), tr("Volumes (*.nii *.nii.gz *.nrrd *.nhdr *.mha *.mhd);;All files (*)"));
  if (!file.isEmpty()) openLabels(file, role);
}

void VolumePanel::open(const QString& path) { openSeries(path.toStdString(), ""); }

void VolumePanel::openSeries(const Path& path, const std::string& series) {
  emit wanted();
  start({.role = VolumeRole::kImage,
         .request = {.path = path, .series = series, .grid = nullptr, .budget = budget_},
         .labels = nullptr});
}

void VolumePanel::openLabels(const QString& path, VolumeRole role) {
  if (!file_) return;
  if (!labels_) role = VolumeRole::kLabels;
  start({.role = role,
         .request = {.path = path.toStdString(), .series = {}, .grid = file_, .budget = budget_},
         .labels = labels_});
}

void VolumePanel::start(const VolumeWish& wish) {
  banner_->clear();
  loading_->stop = true;
  loading_ = std::make_shared<Loading>();
  loading_text_->setText(
      tr("Reading %1").arg(QString::fromStdString(wish.request.path.filename().string())));
  looking_.start();
  opening_.start([wish, loading = loading_] { return openVolume(wish, *loading); });
}

void VolumePanel::showLoading() {
  loading_row_->setVisible(opening_.busy());
  if (!opening_.busy()) return looking_.stop();
  const double share = loading_->share;
  progress_->setRange(0, share > 0 ? 100 : 0);  // nothing known yet: it only moves
  progress_->setValue(static_cast<int>(share * 100));
}

void VolumePanel::cancel() { loading_->stop = true; }

void VolumePanel::take(const OpenedVolume& opened) {
  showLoading();
  if (!opened.problem.isEmpty()) return banner_->show(Notice::Level::kError, opened.problem);
  if (opened.file) showOpened(opened);
}

void VolumePanel::showOpened(const OpenedVolume& opened) {
  if (opened.role == VolumeRole::kImage) return showImage(opened);
  if (opened.role == VolumeRole::kLabels) {
    labels_ = opened.file, reference_ = nullptr;
    side_->setLabels(labels_, opened.present);
  } else {
    reference_ = opened.file;
    side_->setReference(reference_, opened.agreement);
  }
  planes_->scene().setOverlayShown(true);
  showStep();
  planes_->scene().setOverlay(reference_ ? OverlayKind::kError : OverlayKind::kPrediction);
}

void VolumePanel::showImage(const OpenedVolume& opened) {
  file_ = opened.file, range_ = opened.range;
  labels_ = reference_ = nullptr;
  const QString name = QString::fromStdString(
      (file_->path.has_filename() ? file_->path : file_->path.parent_path()).filename().string());
  name_->setText(name);
  name_->setToolTip(QString::fromStdString(file_->path.string()));
  facts_->setText(factsText());
  facts_->setToolTip(factsText());
  side_->setFile(file_, range_);
  planes_->scene().setVolumes({}, {0, 1});  // another image: its own window, in the middle
  for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal})
    planes_->plane(plane)->resetZoom();
  planes_->surface()->resetCamera();
  showStep();
  pages_->setCurrentIndex(1);
  planes_->chosenPane()->setFocus();
  warn();
}

void VolumePanel::warn() {
  QStringList words;
  if (file_->not_finite > 0)
    words << tr("Voxels that are NaN or infinite: %L1. NaN is drawn in magenta.")
                 .arg(file_->not_finite);
  if (!file_->left_out.isEmpty())
    words << tr("DICOM files that hold no image are left out (%1): %2.")
                 .arg(file_->left_out.size())
                 .arg(file_->left_out.mid(0, 5).join(QStringLiteral(", ")));
  if (!words.isEmpty()) banner_->show(Notice::Level::kWarning, words.join(QLatin1Char(' ')));
}

void VolumePanel::removeLabels(VolumeRole role) {
  if (role == VolumeRole::kLabels) labels_ = nullptr;
  reference_ = nullptr;
  if (!labels_) side_->setLabels(nullptr, {});
  side_->setReference(nullptr, {});
  showStep();
  planes_->scene().setOverlay(OverlayKind::kPrediction);
}

void VolumePanel::showStep() {
  if (!file_) return;
  const auto volume = [step = side_->step()](const VolumeFilePtr& file) {
    return file ? file->at(std::min(step, file->steps - 1)) : Volume();
  };
  planes_->scene().setVolumes({volume(file_), volume(labels_), volume(reference_), {}}, range_);
}

QString VolumePanel::factsText() const {
  const Volume image = file_->at(0);
  QStringList facts{counted(image.size),
                    tr("%L1 × %L2 × %L3 mm")
                        .arg(image.spacing[0], 0, 'g', 4)
                        .arg(image.spacing[1], 0, 'g', 4)
                        .arg(image.spacing[2], 0, 'g', 4),
                    file_->type};
  if (file_->steps > 1) facts << tr("%n point(s) in time", nullptr, static_cast<int>(file_->steps));
  if (file_->slope != 1 || file_->intercept != 0)
    facts << tr("value = number × %L1 + %L2")
                 .arg(file_->slope, 0, 'g', 6)
                 .arg(file_->intercept, 0, 'g', 6);
  if (!file_->description.isEmpty()) facts << file_->description;
  return facts.join(QStringLiteral("  ·  "));
}

bool VolumePanel::settled() const { return !opening_.busy() && planes_->settled(); }

QString VolumePanel::problem() const { return banner_->text(); }

void VolumePanel::saveState(QSettings& settings) const {
  QVariantMap state = planes_->state();
  // What belongs to the volume and not to the user's habits.
  for (const char* key : {"window", "cursor", "size", "zooms", "camera", "hidden", "overlay"})
    state.remove(QString::fromLatin1(key));
  settings.setValue(QStringLiteral("planes"), state);
}

void VolumePanel::restoreState(QSettings& settings) {
  planes_->setState(settings.value(QStringLiteral("planes")).toMap());
}

}  // namespace warmstart
