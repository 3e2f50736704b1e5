#include "views/inspect/volume_actions.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QFileDialog>
#include <QMenu>

#include "core/base/error.h"
#include "core/base/files.h"
#include "views/desk/action_book.h"
#include "views/desk/desk.h"
#include "views/desk/notices.h"

namespace warmstart {
namespace {

constexpr double kExportScale = 2;  ///< of pictures, against the screen
constexpr double kOpacityStep = 0.1;

}  // namespace

void writePng(const QImage& image, const QString& path) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  if (!image.save(&buffer, "PNG"))
    throw Error("there is nothing to save", path.toStdString(), "show a volume first");
  write_atomically(path.toStdString(), std::string_view(bytes.constData(), bytes.size()));
}

VolumeActions& VolumeActions::of(Desk& desk) {
  auto* known = desk.actions.findChild<VolumeActions*>(QString(), Qt::FindDirectChildrenOnly);
  return known ? *known : *new VolumeActions(desk);
}

VolumeActions::VolumeActions(Desk& desk) : QObject(&desk.actions), desk_(desk) {
  connect(qApp, &QApplication::focusChanged, this, &VolumeActions::refresh);
}

void VolumeActions::attach(QWidget* panel) {
  if (!owner_) {
    make(panel);
    // The actions go with the panel that made them.
    connect(panel, &QObject::destroyed, this, [this] {
      owner_ = nullptr;
      updates_.clear();
      ids_.clear();
    });
  } else {
    for (const QString& id : std::as_const(ids_)) panel->addAction(desk_.actions.find(id));
  }
  refresh();
}

void VolumeActions::add(VolumePlanes* planes) {
  planes_.emplace_back(planes);
  connect(&planes->scene(), &VolumeScene::changed, this, &VolumeActions::refresh);
  connect(planes, &QObject::destroyed, this, &VolumeActions::refresh);
  connect(planes, &VolumePlanes::menuWanted, this,
          [this, planes](const QPoint& place) { showMenu(planes, place); });
  refresh();
}

VolumePlanes* VolumeActions::target() const {
  VolumePlanes* shown = nullptr;
  const QWidget* focus = QApplication::focusWidget();
  for (const QPointer<VolumePlanes>& planes : planes_) {
    if (!planes) continue;
    if (focus && planes->isAncestorOf(focus)) return planes;
    if (planes->isVisible()) shown = planes;
  }
  return shown;
}

void VolumeActions::refresh() {
  std::erase_if(planes_, [](const QPointer<VolumePlanes>& planes) { return planes.isNull(); });
  VolumePlanes* planes = target();
  if (planes && !planes->scene().image().valid()) planes = nullptr;
  for (const auto& update : updates_) update(planes);
}

void VolumeActions::command(const char* id, const QString& text, const QString& tip,
                            const char* key, std::function<void(VolumePlanes&)> act) {
  ids_ << QString::fromLatin1(id);
  QAction* action = desk_.actions.add(
      {.id = ids_.last(),
       .menu = QStringLiteral("Inspect"),
       .text = text,
       .tip = tip,
       .shortcut = QKeySequence(QString::fromLatin1(key)),
       .icon = {}},
      owner_,
      [this, act = std::move(act)] {
        if (VolumePlanes* planes = target()) act(*planes);
        refresh();
      },
      Qt::WidgetWithChildrenShortcut);
  updates_.push_back([action](VolumePlanes* planes) { action->setEnabled(planes != nullptr); });
}

void VolumeActions::toggle(const char* id, const QString& text, const QString& tip, const char* key,
                           bool (VolumeScene::*get)() const, void (VolumeScene::*set)(bool)) {
  command(id, text, tip, key,
          [get, set](VolumePlanes& planes) { (planes.scene().*set)(!(planes.scene().*get)()); });
  QAction* action = desk_.actions.find(ids_.last());
  action->setCheckable(true);
  updates_.push_back([action, get](VolumePlanes* planes) {
    action->setChecked(planes && (planes->scene().*get)());
  });
}

void VolumeActions::overlay(const char* id, const QString& text, const QString& tip,
                            const char* key, OverlayKind kind) {
  command(id, text, tip, key, [kind](VolumePlanes& planes) {
    planes.scene().setOverlay(kind);
    planes.scene().setOverlayShown(true);
  });
  QAction* action = desk_.actions.find(ids_.last());
  action->setCheckable(true);
  updates_.push_back([action, kind](VolumePlanes* planes) {
    action->setEnabled(planes && planes->scene().has(kind));
    action->setChecked(planes && planes->scene().overlayShown() &&
                       planes->scene().overlay() == kind);
  });
}

void VolumeActions::make(QWidget* owner) {
  owner_ = owner;
  toggle("inspect.crosshair", tr("&Crosshair"), tr("Lines through the chosen voxel"), "X",
         &VolumeScene::crosshairShown, &VolumeScene::setCrosshairShown);
  toggle("inspect.overlay", tr("&Overlay"), tr("Labels over the image, or the image alone"), "S",
         &VolumeScene::overlayShown, &VolumeScene::setOverlayShown);
  toggle("inspect.outline", tr("Out&lines"), tr("Outlines of the labels instead of areas"), "O",
         &VolumeScene::outline, &VolumeScene::setOutline);
  overlay("inspect.prediction", tr("&Prediction"), tr("What the model says"), "Shift+P",
          OverlayKind::kPrediction);
  overlay("inspect.reference", tr("&Reference"), tr("What is right"), "Shift+R",
          OverlayKind::kReference);
  overlay("inspect.difference", tr("&Difference"), tr("Where prediction and reference differ"),
          "Shift+D", OverlayKind::kError);
  overlay("inspect.confidence", tr("Con&fidence"), tr("Where the model is not sure"), "Shift+C",
          OverlayKind::kConfidence);
  const auto opacity = [](double by) {
    return [by](VolumePlanes& planes) { planes.scene().setOpacity(planes.scene().opacity() + by); };
  };
  command("inspect.fainter", tr("&Fainter overlay"), tr("10 percent less opaque"), "[",
          opacity(-kOpacityStep));
  command("inspect.stronger", tr("&Stronger overlay"), tr("10 percent more opaque"), "]",
          opacity(kOpacityStep));
  toggle("inspect.radiological", tr("Patient's ri&ght at the left"),
         tr("As radiologists look at a patient"), "M", &VolumeScene::radiological,
         &VolumeScene::setRadiological);
  const std::array<QString, 4> layouts{tr("&Three planes"), tr("&Axial plane alone"),
                                       tr("Corona&l plane alone"), tr("Sa&gittal plane alone")};
  static constexpr std::array<const char*, 4> kIds{"inspect.planes", "inspect.axial",
                                                   "inspect.coronal", "inspect.sagittal"};
  static constexpr std::array<const char*, 4> kKeys{"1", "2", "3", "4"};
  for (int i = 0; i < 4; ++i) {
    const auto at = static_cast<std::size_t>(i);
    command(kIds.at(at), layouts.at(at), {}, kKeys.at(at),
            [i](VolumePlanes& planes) { planes.setLayoutNumber(i + 1); });
  }
  command("inspect.surface", tr("S&urfaces"),
          tr("The labels as surfaces in space, as a fourth pane"), "5",
          [](VolumePlanes& planes) { planes.setSurfaceShown(!planes.surfaceShown()); });
  QAction* surface = desk_.actions.find(ids_.last());
  surface->setCheckable(true);
  updates_.push_back([surface](VolumePlanes* planes) {
    surface->setEnabled(planes && planes->scene().image().size[2] > 1);
    surface->setChecked(planes && planes->surfaceShown());
  });
  command("inspect.reset", tr("R&eset the view"), tr("Window, zoom, crosshair and opacity"), "R",
          [](VolumePlanes& planes) { planes.resetView(); });
  makeExports();
}

void VolumeActions::makeExports() {
  const auto copy = [this](const QImage& image) {
    QApplication::clipboard()->setImage(image);
    desk_.notices.tell(
        tr("The picture was copied, %1 × %2 pixels.").arg(image.width()).arg(image.height()));
  };
  command("inspect.copyPlane", tr("Copy picture of the p&lane"),
          tr("The plane or surface that was clicked last, to the clipboard"), "Ctrl+C",
          [copy](VolumePlanes& planes) { copy(planes.picture(kExportScale)); });
  command("inspect.savePlane", tr("Sa&ve picture of the plane..."), tr("As PNG"), "Ctrl+Alt+S",
          [this](VolumePlanes& planes) { save(planes.picture(kExportScale)); });
}

void VolumeActions::save(const QImage& image) {
  QString path = QFileDialog::getSaveFileName(
      owner_, tr("Save picture"), QStringLiteral("volume.png"), tr("PNG picture (*.png)"));
  if (path.isEmpty()) return;
  if (!path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) path += QStringLiteral(".png");
  try {
    writePng(image, path);
    desk_.notices.tell(tr("Saved %1.").arg(path));
  } catch (const Error& error) {
    desk_.notices.fail(error);
  }
}

void VolumeActions::showMenu(VolumePlanes* planes, const QPoint& place) {
  planes->chosenPane()->setFocus();
  auto* menu = new QMenu(planes);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (const QString& id : std::as_const(ids_)) {
    if (id.startsWith(QLatin1String("inspect.copy")) ||
        id.startsWith(QLatin1String("inspect.save")) || id == QLatin1String("inspect.surface") ||
        id == QLatin1String("inspect.reset"))
      menu->addAction(desk_.actions.find(id));
  }
  menu->popup(place);
}

}  // namespace warmstart
