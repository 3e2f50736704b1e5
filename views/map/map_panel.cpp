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
  connect(board_->canvas(), &MapCanvas::unreadable, this, &MapPanel::tellUnreadable);
  connect(strip_, &RunStrip::changed, this, &MapPanel::showRun);
  connect(strip_, &RunStrip::failed, this,
          [this](const QString& problem) { banner_->show(Notice::Level::kError, problem); });
  connect(board_->canvas(), &MapCanvas::clicked, this, &MapPanel::chooseTile);
  connect(&desk_.selection, &Selection::sampleChanged, this, [this](int sample) {
    sample_moved_ = board_->canvas()->marked() != sample;
    showSample();
  });
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

/// Once a file, however many of its parts are damaged: the map shows which.
void MapPanel::tellUnreadable(const QString& file, const QString& sentence) {
  if (told_unreadable_.contains(file)) return;
  told_unreadable_.insert(file);
  banner_->show(Notice::Level::kError, sentence);
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
  for (const MapLayer& layer : opened.layers)
    told_unreadable_.remove(QString::fromStdString(layer.raster->file().string()));
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
  showSample();
}

void MapPanel::showRun() {
  const CapturePtr capture = strip_->capture();
  if (!capture) {
    board_->canvas()->setOutlines({});
    return board_->setRunLayers({});
  }
  MapLayerPtr ground = layerOf(board_->canvas()->scene(), 0);
  if (!scene_of_run_.isEmpty() && scene_of_run_ != strip_->grid().scene) ground.reset();
  const Chosen chosen{capture, strip_->pinned(), strip_->grid(), strip_->grids(), strip_->heat()};
  laying_.start([chosen, ground] { return laidOut(chosen, ground); });
}

/// Of other scenes too, as far as they have the ground's reference system: where scenes are pieces
/// of one land, it is seen how they lie.
std::vector<TileOutline> MapPanel::outlinesOf(const Chosen& chosen, const RasterFacts& ground) {
  std::vector<TileOutline> outlines;
  for (const TileGrid& grid : chosen.grids) {
    try {
      const QTransform to_ground = onGround(grid.facts, ground, chosen.capture->path());
      for (const TileGrid::Tile& tile : grid.tiles)
        outlines.push_back({tile.sample, to_ground.map(grid.outline(tile))});
    } catch (const Error&) {  // it lies in another system
    }
  }
  return outlines;
}

MapPanel::Laid MapPanel::laidOut(const Chosen& chosen, const MapLayerPtr& ground) {
  const TileGrid& grid = chosen.grid;
  Laid laid{.scene = grid.scene};
  try {
    if (!ground || !liesOn(grid, ground->raster->facts())) {
      try {
        laid.ground = openLayer(grid.file, nullptr);
      } catch (const Error&) {
        laid.ground = tilesAsGround(chosen.capture, grid);
        laid.tiles_alone = true;
      }
    }
    const MapLayer& under = laid.ground ? *laid.ground : *ground;
    const RasterFacts& facts = under.raster->facts();
    laid.layers = runLayers(chosen.capture, chosen.pinned, grid, chosen.heat, facts);
    laid.outlines = outlinesOf(chosen, facts);
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
  board_->canvas()->setOutlines(laid.outlines);
  board_->canvas()->setMarked(desk_.selection.sample());
  showSample();
}

/// Once for each choice of a sample: whoever moves the map after that is left alone.
void MapPanel::showSample() {
  const int sample = desk_.selection.sample();
  board_->canvas()->setMarked(sample);
  if (!sample_moved_ || !isVisible() || !strip_->capture()) return;
  if (laying_.busy()) return;  // takeRun() follows
  if (!board_->canvas()->covers(sample) && !strip_->grid().tileOf(sample)) {
    sample_moved_ = strip_->bring(sample);  // its tiles come through takeRun() too
    return;
  }
  sample_moved_ = false;
  board_->canvas()->showTile(sample);
}

/// Marked before others hear of it: what is clicked is seen already, and the map stays.
void MapPanel::chooseTile(const QPointF& ground) {
  const int sample = board_->canvas()->tileAt(ground);
  if (sample < 0) return;
  board_->canvas()->setMarked(sample);
  desk_.selection.setSample(sample);
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
