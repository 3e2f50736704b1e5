#include "views/map/map_panel.h"

#include <QFileDialog>
#include <QLabel>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "core/base/files.h"
#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/notices.h"
#include "views/look/theme.h"
#include "views/map/layer_controls.h"
#include "views/map/layer_legend.h"
#include "views/map/map_board.h"

namespace warmstart {
namespace {

const RegisteredPanel map_panel{
    {.id = "map",
     .title = QT_TRANSLATE_NOOP("Panel", "Map"),
     .icon = "map",
     .order = 66,
     .shortcut = "Ctrl+0",
     .create = [](Desk& desk) -> Panel* { return new MapPanel(desk); }}};

}  // namespace

MapPanel::MapPanel(Desk& desk)
    : desk_(desk),
      empty_(new EmptyState(this)),
      banner_(new Banner(this)),
      name_(new QLabel(this)),
      board_(new MapBoard(this)),
      pages_(new QStackedWidget(this)),
      opening_([this](const Opened& opened) { take(opened); }) {
  empty_->setContent(QStringLiteral("map"),
                     tr("Open a GeoTIFF or another raster, or drop one here."),
                     tr("Open a raster..."), [this] { ask(false); });
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  column->setSpacing(look::kGrid);
  name_->setTextFormat(Qt::PlainText);
  name_->setFont(look::heading(font()));
  name_->setMinimumWidth(1);
  column->addWidget(name_);
  column->addWidget(board_, 1);
  pages_->addWidget(empty_);
  pages_->addWidget(content);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(banner_);
  whole->addWidget(pages_, 1);
  desk_.actions.add({.id = QStringLiteral("map.open"),
                     .menu = QStringLiteral("File"),
                     .text = tr("Open &map..."),
                     .tip = tr("Look at a georeferenced raster"),
                     .shortcut = QKeySequence(QStringLiteral("Ctrl+Alt+M")),
                     .icon = QStringLiteral("map")},
                    this, [this] { ask(false); });
  desk_.actions.add({.id = QStringLiteral("map.add"),
                     .menu = QStringLiteral("File"),
                     .text = tr("Add ra&ster over the map..."),
                     .tip = tr("Lay a prediction, a reference or another scene over the map"),
                     .shortcut = {},
                     .icon = QStringLiteral("add")},
                    this, [this] { ask(true); });
  desk_.actions.add({.id = QStringLiteral("map.areas"),
                     .menu = QStringLiteral("File"),
                     .text = tr("Save areas of classes..."),
                     .tip = tr("Write the area of each class of the layer as CSV"),
                     .shortcut = {},
                     .icon = QStringLiteral("export")},
                    this, [this] { writeAreas(); });
  connect(board_, &MapBoard::addWanted, this, [this] { ask(true); });
  connect(board_, &MapBoard::failed, this,
          [this](const QString& what, const QString& detail) { desk_.notices.fail(what, detail); });
}

bool MapPanel::accepts(const QString& path) const { return isRasterFile(path.toStdString()); }

void MapPanel::ask(bool over) {
  const QString file = QFileDialog::getOpenFileName(
      this, over ? tr("Add a raster over the map") : tr("Open a raster"), {},
      tr("Rasters (*.tif *.tiff *.vrt *.jp2 *.png *.jpg *.jpeg);;All files (*)"));
  if (!file.isEmpty()) start(file, over);
}

void MapPanel::open(const QString& path) { start(path, false); }

void MapPanel::add(const QString& path) { start(path, true); }

void MapPanel::start(const QString& path, bool over) {
  emit wanted();
  banner_->clear();
  const MapLayerPtr ground = layerOf(board_->canvas()->scene(), 0);
  const bool lies_over = over && ground;
  opening_.start([file = Path(path.toStdString()), ground, lies_over] {
    Opened opened{lies_over, std::nullopt, {}};
    try {
      opened.layer = openLayer(file, lies_over ? &ground->raster->facts() : nullptr);
    } catch (const Error& error) {
      opened.problem = QString::fromUtf8(error.what());
    }
    return opened;
  });
}

void MapPanel::take(const Opened& opened) {
  if (!opened.layer) return banner_->show(Notice::Level::kError, opened.problem);
  if (opened.over) {
    board_->addLayer(*opened.layer);
  } else {
    board_->setGround(*opened.layer);
    const RasterFacts& facts = opened.layer->raster->facts();
    const QString place = !facts.placed            ? tr("without georeference")
                          : facts.crs_name.empty() ? tr("unknown reference system")
                                                   : QString::fromStdString(facts.crs_name);
    name_->setText(
        tr("%1  (%2 x %3 pixels, %n band(s), %4)", nullptr, static_cast<int>(facts.bands.size()))
            .arg(opened.layer->name)
            .arg(facts.width)
            .arg(facts.height)
            .arg(place));
    name_->setToolTip(QString::fromStdString(opened.layer->raster->file().string()));
    if (!facts.placed)
      banner_->show(Notice::Level::kInfo,
                    tr("The file does not say where it lies: coordinates are pixels."));
  }
  pages_->setCurrentIndex(1);
  board_->canvas()->setFocus();  // its keys move and zoom
}

void MapPanel::writeAreas() {
  const QByteArray csv = board_->controls()->legend()->csv();
  if (csv.count('\n') < 2)
    return desk_.notices.fail(tr("There are no areas to save"),
                              tr("Choose a layer of classes and wait until it is counted."));
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save areas of classes"), QStringLiteral("areas.csv"), tr("Tables (*.csv)"));
  if (file.isEmpty()) return;
  try {
    write_atomically(file.toStdString(),
                     std::string_view(csv.constData(), static_cast<std::size_t>(csv.size())));
    desk_.notices.tell(tr("Saved %1").arg(file));
  } catch (const Error& error) {
    desk_.notices.fail(tr("The areas were not saved"), QString::fromUtf8(error.what()));
  }
}

bool MapPanel::settled() const {
  return !opening_.busy() && (pages_->currentIndex() == 0 || board_->settled());
}

QString MapPanel::problem() const { return banner_->text(); }

void MapPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("board"), board_->state());
}

void MapPanel::restoreState(QSettings& settings) {
  board_->setState(settings.value(QStringLiteral("board")).toMap());
}

}  // namespace warmstart
