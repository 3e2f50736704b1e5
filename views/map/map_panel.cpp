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
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/exporting/checkpoint_choice.h"
#include "views/look/theme.h"
#include "views/map/layer_controls.h"
#include "views/map/layer_legend.h"
#include "views/map/map_board.h"
#include "views/map/raster_stream.h"
#include "views/map/run_strip.h"

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
      strip_(new RunStrip(desk, this)),
      opening_([this](const Opened& opened) { take(opened); }),
      laying_([this](const Laid& laid) { takeRun(laid); }) {
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
  whole->addWidget(strip_);
  whole->addWidget(pages_, 1);
  addActions();
  connect(board_, &MapBoard::addWanted, this, [this] { ask(true); });
  connect(board_, &MapBoard::failed, this,
          [this](const QString& what, const QString& detail) { desk_.notices.fail(what, detail); });
  connect(strip_, &RunStrip::changed, this, &MapPanel::showRun);
  connect(strip_, &RunStrip::failed, this,
          [this](const QString& problem) { banner_->show(Notice::Level::kError, problem); });
  connect(strip_, &RunStrip::predictWanted, this, &MapPanel::predict);
}

void MapPanel::addActions() {
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
  desk_.actions.add({.id = QStringLiteral("map.predict"),
                     .menu = QStringLiteral("File"),
                     .text = tr("Predict the map's scene with the run"),
                     .tip = tr("Run the selected run's model on the scene that the map shows"),
                     .shortcut = {},
                     .icon = QStringLiteral("play")},
                    this, [this] { predict(); });
}

bool MapPanel::accepts(const QString& path) const { return isRasterFile(path.toStdString()); }

void MapPanel::ask(bool over) {
  const QString file = QFileDialog::getOpenFileName(
      this, over ? tr("Add a raster over the map") : tr("Open a raster"), {},
      tr("Rasters (*.tif *.tiff *.vrt *.jp2 *.png *.jpg *.jpeg);;All files (*)"));
  if (!file.isEmpty()) start({file}, over);
}

void MapPanel::open(const QString& path) { start({path}, false); }

void MapPanel::add(const QStringList& paths) { start(paths, true); }

void MapPanel::start(const QStringList& paths, bool over, const QString& of) {
  emit wanted();
  banner_->clear();
  const MapLayerPtr ground = layerOf(board_->canvas()->scene(), 0);
  const bool lies_over = over && ground;
  opening_.start([paths, ground, lies_over, of] {
    Opened opened{lies_over, {}, {}};
    try {
      for (const QString& path : paths) {
        const RasterFacts* under = lies_over               ? &ground->raster->facts()
                                   : opened.layers.empty() ? nullptr
                                                           : &opened.layers.front().raster->facts();
        opened.layers.push_back(openLayer(path.toStdString(), under));
        if (!of.isEmpty()) opened.layers.back().name += QStringLiteral(" \u00b7 ") + of;
      }
    } catch (const Error& error) {
      opened.problem = QString::fromUtf8(error.what());
    }
    return opened;
  });
}

void MapPanel::take(const Opened& opened) {
  if (!opened.problem.isEmpty()) return banner_->show(Notice::Level::kError, opened.problem);
  for (std::size_t i = 0; i < opened.layers.size(); ++i) {
    if (i > 0 || opened.over) {
      board_->addLayer(opened.layers[i]);
      continue;
    }
    const RasterFacts& facts = opened.layers[i].raster->facts();
    scene_of_run_.clear();
    setGround(opened.layers[i]);
    if (!facts.placed)
      banner_->show(Notice::Level::kInfo,
                    tr("The file does not say where it lies: coordinates are pixels."));
    // A raster elsewhere is looked at for its own sake.
    if (strip_->capture() && !liesOn(strip_->grid(), facts)) strip_->setShown(false);
    showRun();
  }
  board_->canvas()->setFocus();  // its keys move and zoom
}

void MapPanel::setGround(const MapLayer& layer) {
  board_->setGround(layer);
  const RasterFacts& facts = layer.raster->facts();
  const QString place = !facts.placed            ? tr("without georeference")
                        : facts.crs_name.empty() ? tr("unknown reference system")
                                                 : QString::fromStdString(facts.crs_name);
  name_->setText(
      tr("%1  (%2 x %3 pixels, %n band(s), %4)", nullptr, static_cast<int>(facts.bands.size()))
          .arg(layer.name)
          .arg(facts.width)
          .arg(facts.height)
          .arg(place));
  name_->setToolTip(QString::fromStdString(layer.raster->file().string()));
  pages_->setCurrentIndex(1);
}

void MapPanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  strip_->refresh();
}

void MapPanel::showRun() {
  const CapturePtr capture = strip_->capture();
  if (!capture) return board_->setRunLayers({});
  MapLayerPtr ground = layerOf(board_->canvas()->scene(), 0);
  if (!scene_of_run_.isEmpty() && scene_of_run_ != strip_->grid().scene) ground.reset();
  laying_.start([capture, pinned = strip_->pinned(), grid = strip_->grid(), ground] {
    return laidOut(capture, pinned, grid, ground);
  });
}

MapPanel::Laid MapPanel::laidOut(const CapturePtr& capture, const CapturePtr& pinned,
                                 const TileGrid& grid, const MapLayerPtr& ground) {
  Laid laid{.scene = grid.scene};
  try {
    if (!ground || !liesOn(grid, ground->raster->facts())) {
      try {
        laid.ground = openLayer(grid.file, nullptr);
      } catch (const Error&) {
        laid.ground = tilesAsGround(capture, grid);
        laid.tiles_alone = true;
      }
    }
    const MapLayer& under = laid.ground ? *laid.ground : *ground;
    laid.layers = runLayers(capture, pinned, grid, under.raster->facts());
  } catch (const Error& error) {
    laid.problem = QString::fromUtf8(error.what());
  }
  return laid;
}

void MapPanel::takeRun(const Laid& laid) {
  if (laying_.busy() || !strip_->capture()) return;  // the next one comes, or none is wanted
  if (!laid.problem.isEmpty()) return banner_->show(Notice::Level::kError, laid.problem);
  if (laid.ground) {
    banner_->clear();
    scene_of_run_ = laid.scene;
    setGround(*laid.ground);
    if (laid.tiles_alone)
      banner_->show(Notice::Level::kInfo,
                    tr("The file of scene %1 is not here: only the tiles that the run recorded are "
                       "shown.")
                        .arg(laid.scene));
  }
  board_->setRunLayers(laid.layers);
}

void MapPanel::predict() {
  const MapLayerPtr ground = layerOf(board_->canvas()->scene(), 0);
  const QString run = desk_.selection.run();
  if (!ground || dynamic_cast<const RasterStream*>(ground->raster.get()) == nullptr ||
      run.isEmpty())
    return desk_.notices.fail(tr("There is nothing to predict"),
                              tr("Open a scene on the map and choose a run."));
  CheckpointChoice& checkpoint = *strip_->checkpoints();
  checkpoint.setRun(run);  // a strip that nobody sees has not followed
  // What one checkpoint says does not take the place of what another says.
  const Path out =
      desk_.session.runFolder(run).root / "predictions" / checkpoint.fileWord().toStdString();
  const QStringList arguments{QStringLiteral("predict"),
                              run,
                              QString::fromStdString(ground->raster->file().string()),
                              QStringLiteral("--out"),
                              QString::fromStdString(out.string()),
                              QStringLiteral("--json")};
  desk_.program.start(tr("Predict with %1").arg(run),
                      arguments + checkpoint.arguments() + desk_.program.workspaceArguments(), this,
                      [this, word = checkpoint.fileWord()](const ProgramResult& result) {
                        takePrediction(result, word);
                      });
}

void MapPanel::takePrediction(const ProgramResult& result, const QString& checkpoint) {
  if (result.cancelled) return;
  if (!result.good()) return banner_->show(Notice::Level::kError, result.problem());
  QStringList files;
  const Json json = result.json();
  for (const Json& file : json.is_object() ? json.value("files", Json::array()) : Json::array())
    files += QString::fromStdString(file.get<std::string>());
  start(files, true, checkpoint);
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
  return !opening_.busy() && !laying_.busy() && strip_->settled() &&
         (pages_->currentIndex() == 0 || board_->settled());
}

QString MapPanel::problem() const { return banner_->text(); }

void MapPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("board"), board_->state());
}

void MapPanel::restoreState(QSettings& settings) {
  board_->setState(settings.value(QStringLiteral("board")).toMap());
}

}  // namespace warmstart
