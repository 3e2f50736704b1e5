#include "views/gallery/gallery_panel.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QtConcurrent>

#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/gallery/gallery_delegate.h"
#include "views/gallery/gallery_model.h"
#include "views/gallery/recipe_detail.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/setup/component_cards.h"
#include "views/setup/submitter.h"

namespace warmstart {
namespace {

constexpr int kBeforePlugins = 1500;  ///< milliseconds

}  // namespace

GalleryPanel::GalleryPanel(Desk& desk)
    : desk_(desk),
      cards_(&ComponentCards::of(desk)),
      model_(new GalleryModel(this)),
      filter_(new GalleryFilter(this)),
      delegate_(new GalleryDelegate(this)),
      submitter_(new Submitter(desk, this)),
      search_(new QLineEdit(this)),
      domain_(new QComboBox(this)),
      standing_(new QComboBox(this)),
      view_(new QListView(this)),
      splitter_(new QSplitter(this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      banner_(new Banner(this)),
      plugins_(new Banner(this)),
      detail_(new RecipeDetail(this)),
      run_(new QPushButton(look::icon(QStringLiteral("play")), tr("&Run Small"), this)),
      set_up_(new QPushButton(look::icon(QStringLiteral("setup")), tr("Set Up a &Copy"), this)) {
  filter_->setSourceModel(model_);
  makeView();
  splitter_->addWidget(view_);
  splitter_->addWidget(makeSide());
  splitter_->setStretchFactor(0, 3);
  splitter_->setStretchFactor(1, 2);
  splitter_->setChildrenCollapsible(false);
  splitter_->setSizes({760, 420});
  stack_->addWidget(splitter_);
  stack_->addWidget(empty_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  column->addWidget(makeToolRow());
  column->addWidget(plugins_);
  column->addWidget(banner_);
  column->addWidget(stack_, 1);
  setFocusProxy(view_);
  addActions();
  connectFilters();
  connect(&reading_, &QFutureWatcherBase::finished, this, &GalleryPanel::take);
  connect(&desk_.session, &Session::indexChanged, this, &GalleryPanel::refreshIndex);
  connect(cards_, &ComponentCards::arrived, this, &GalleryPanel::showPlugins);
  reload();
}

void GalleryPanel::makeView() {
  view_->setModel(filter_);
  view_->setItemDelegate(delegate_);
  view_->setViewMode(QListView::IconMode);
  view_->setMovement(QListView::Static);
  view_->setResizeMode(QListView::Adjust);
  view_->setUniformItemSizes(true);
  view_->setLayoutMode(QListView::Batched);
  view_->setBatchSize(200);
  view_->setFrameShape(QFrame::NoFrame);
  view_->setMouseTracking(true);
  view_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  view_->verticalScrollBar()->setSingleStep(3 * look::kGrid);
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  view_->setContextMenuPolicy(Qt::ActionsContextMenu);
  view_->setAccessibleName(tr("Recipes"));
  view_->viewport()->setAutoFillBackground(false);
  view_->viewport()->installEventFilter(this);
  connect(view_, &QListView::activated, this, &GalleryPanel::setUpCopy);
}

QWidget* GalleryPanel::makeToolRow() {
  auto* row = new QWidget(this);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  search_->setPlaceholderText(tr("Search title, claim, stage, paper"));
  search_->setAccessibleName(tr("Search recipes"));
  search_->setClearButtonEnabled(true);
  search_->addAction(look::icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  domain_->setAccessibleName(tr("Domain"));
  domain_->setToolTip(tr("Show recipes of one domain"));
  domain_->addItem(tr("All domains"), QString());
  standing_->setAccessibleName(tr("Claim state"));
  standing_->setToolTip(tr("Show recipes whose claim stands like this"));
  standing_->addItem(tr("Any claim state"), -1);
  for (const auto standing : {ClaimStanding::kNeverRun, ClaimStanding::kRun, ClaimStanding::kHolds,
                              ClaimStanding::kNotShown, ClaimStanding::kFails})
    standing_->addItem(claimStandingText(standing), static_cast<int>(standing));
  layout->addWidget(search_, 1);
  layout->addWidget(domain_);
  layout->addWidget(standing_);
  return row;
}

QWidget* GalleryPanel::makeSide() {
  auto* side = new QWidget(this);
  side->setMinimumWidth(30 * look::kGrid);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(0, 0, 0, 0);
  auto* buttons = new QHBoxLayout;
  buttons->setContentsMargins(2 * look::kGrid, 0, look::kGrid, 0);
  run_->setToolTip(tr("Queue all arms and seeds in the small profile, and start"));
  set_up_->setToolTip(tr("Open a copy in Set-up, to change it before it runs"));
  buttons->addWidget(run_);
  buttons->addWidget(set_up_);
  buttons->addStretch();
  column->addWidget(detail_, 1);
  column->addLayout(buttons);
  connect(run_, &QPushButton::clicked, this, &GalleryPanel::runSmall);
  connect(set_up_, &QPushButton::clicked, this, &GalleryPanel::setUpCopy);
  return side;
}

void GalleryPanel::addActions() {
  QAction* run = desk_.actions.add({.id = QStringLiteral("gallery.run"),
                                    .menu = QStringLiteral("Experiment"),
                                    .text = tr("Run Recipe &Small"),
                                    .tip = tr("Queue the selected recipe in its small profile"),
                                    .icon = QStringLiteral("play")},
                                   this, [this] { runSmall(); });
  QAction* copy = desk_.actions.add({.id = QStringLiteral("gallery.setup"),
                                     .menu = QStringLiteral("Experiment"),
                                     .text = tr("Set Up a &Copy of the Recipe"),
                                     .tip = tr("Open a copy of the selected recipe in Set-up"),
                                     .icon = QStringLiteral("setup")},
                                    this, [this] { setUpCopy(); });
  QAction* again = desk_.actions.add(
      {.id = QStringLiteral("gallery.reload"),
       .menu = QString(),
       .text = tr("Read the Recipes Again"),
       .tip = tr("Read all recipe files again"),
       .shortcut = QKeySequence(Qt::Key_F5),
       .icon = QStringLiteral("retry")},
      this, [this] { reload(); }, Qt::WidgetWithChildrenShortcut);
  QAction* find = desk_.actions.add(
      {.id = QStringLiteral("gallery.find"),
       .menu = QString(),
       .text = tr("Search Recipes"),
       .tip = tr("Put the cursor into the search box"),
       .shortcut = QKeySequence::Find,
       .icon = QStringLiteral("search")},
      this, [this] { search_->setFocus(); }, Qt::WidgetWithChildrenShortcut);
  view_->addActions({run, copy, again, find});
  desk_.actions.addEntries([this] {
    std::vector<PaletteEntry> entries;
    for (const RecipeCard& card : model_->cards()) {
      entries.push_back({card.title, card.id, QStringLiteral("recipe"), [this, id = card.id] {
                           emit wanted();
                           select(id);
                         }});
    }
    return entries;
  });
}

void GalleryPanel::connectFilters() {
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& words) {
    filter_->setWords(words);
    showState();
  });
  connect(domain_, &QComboBox::currentIndexChanged, this, [this] {
    filter_->setDomain(domain_->currentData().toString());
    showState();
  });
  connect(standing_, &QComboBox::currentIndexChanged, this, [this] {
    const int chosen = standing_->currentData().toInt();
    filter_->setStanding(chosen < 0 ? std::nullopt
                                    : std::optional(static_cast<ClaimStanding>(chosen)));
    showState();
  });
  connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          &GalleryPanel::showCurrent);
  connect(model_, &QAbstractItemModel::dataChanged, this, &GalleryPanel::showCurrent);
  connect(submitter_, &Submitter::busyChanged, this, &GalleryPanel::showCurrent);
  connect(submitter_, &Submitter::submitted, banner_, &Banner::clear);
  connect(submitter_, &Submitter::refused, this, [this](const QString& problem) {
    banner_->show(Notice::Level::kError, tr("The recipe was not queued: %1").arg(problem));
  });
}

void GalleryPanel::reload() {
  if (reading_.isRunning()) return;
  if (wanted_.isEmpty()) wanted_ = selected();
  reading_.setFuture(QtConcurrent::run(readRecipeCards));
}

void GalleryPanel::take() {
  try {
    model_->setCards(reading_.result());
    banner_->clear();
  } catch (const Error& error) {
    banner_->show(Notice::Level::kError, QString::fromStdString(error.what()), tr("Try Again"),
                  [this] { reload(); });
  }
  loaded_ = true;
  fillDomains();
  stale_ = true;
  refreshIndex();
  showState();
}

void GalleryPanel::fillDomains() {
  const QString before = domain_->currentData().toString();
  const QSignalBlocker quiet(domain_);
  while (domain_->count() > 1) domain_->removeItem(1);
  for (const QString& name : model_->domains()) domain_->addItem(name, name);
  domain_->setCurrentIndex(std::max(0, domain_->findData(before)));
}

void GalleryPanel::refreshIndex() {
  stale_ = true;
  if (!isVisible()) return;
  stale_ = false;
  model_->setIndex(desk_.session.index());
}

void GalleryPanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  if (stale_) refreshIndex();
  // To load all plugins takes another process a second: not while the window is being made.
  QTimer::singleShot(kBeforePlugins, this, [this] { cards_->want(desk_); });
}

void GalleryPanel::showPlugins() {
  const QString trouble = cards_->pluginTrouble();
  model_->setFailedPlugins(cards_->failedPlugins());
  showCurrent();
  if (trouble.isEmpty()) return plugins_->clear();
  plugins_->show(Notice::Level::kError, trouble, tr("Look Again"), [this] { cards_->ask(desk_); });
}

void GalleryPanel::showState() {
  const bool nothing = filter_->rowCount() == 0;
  if (nothing && model_->rowCount() == 0) {
    empty_->setContent(QStringLiteral("gallery"), tr("There are no recipes. Install them again."),
                       tr("Read Again"), [this] { reload(); });
  } else if (nothing) {
    empty_->setContent(QStringLiteral("filter"), tr("No recipe matches the search and filters."),
                       tr("Show All"), [this] {
                         search_->clear();
                         domain_->setCurrentIndex(0);
                         standing_->setCurrentIndex(0);
                       });
  }
  stack_->setCurrentWidget(nothing && loaded_ ? static_cast<QWidget*>(empty_) : splitter_);
  if (!wanted_.isEmpty()) select(std::exchange(wanted_, {}));
  if (!view_->currentIndex().isValid() && !nothing) view_->setCurrentIndex(filter_->index(0, 0));
  showCurrent();
}

void GalleryPanel::select(const QString& recipe) {
  for (int row = 0; row < model_->rowCount(); ++row) {
    if (model_->card(row).id != recipe) continue;
    const QModelIndex index = filter_->mapFromSource(model_->index(row));
    view_->setCurrentIndex(index);
    if (index.isValid()) view_->scrollTo(index);
    return;
  }
  if (!loaded_) wanted_ = recipe;
}

QString GalleryPanel::selected() const {
  const QModelIndex index = filter_->mapToSource(view_->currentIndex());
  return index.isValid() ? model_->card(index.row()).id : QString();
}

void GalleryPanel::showCurrent() {
  const QModelIndex index = filter_->mapToSource(view_->currentIndex());
  const bool usable = index.isValid() && model_->card(index.row()).error.isEmpty() &&
                      model_->card(index.row()).blocked.isEmpty();
  run_->setEnabled(usable && !submitter_->busy());
  set_up_->setEnabled(index.isValid());
  desk_.actions.find(QStringLiteral("gallery.run"))->setEnabled(run_->isEnabled());
  desk_.actions.find(QStringLiteral("gallery.setup"))->setEnabled(index.isValid());
  detail_->setVisible(index.isValid());
  if (index.isValid()) detail_->show(model_->card(index.row()), model_->standing(index.row()));
}

void GalleryPanel::runSmall() {
  if (!run_->isEnabled()) return;
  RunChoice choice;
  choice.recipe = selected();
  submitter_->submit(choice);
}

void GalleryPanel::setUpCopy() {
  if (selected().isEmpty()) return;
  emit desk_.selection.setupWanted(selected());
}

bool GalleryPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == view_->viewport() && event->type() == QEvent::Resize) fitCards();
  return Panel::eventFilter(watched, event);
}

void GalleryPanel::fitCards() {
  constexpr int kNarrowest = 29 * look::kGrid;
  const int width = view_->viewport()->width() - 2;
  const int columns = std::max(1, width / kNarrowest);
  delegate_->setCardWidth(width / columns);
  view_->setGridSize(QSize(width / columns, delegate_->sizeHint({}, {}).height()));
}

void GalleryPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("splitter"), splitter_->saveState());
  settings.setValue(QStringLiteral("recipe"), selected());
}

void GalleryPanel::restoreState(QSettings& settings) {
  splitter_->restoreState(settings.value(QStringLiteral("splitter")).toByteArray());
  wanted_ = settings.value(QStringLiteral("recipe")).toString();
  if (loaded_) showState();
}

namespace {
const RegisteredPanel gallery_panel{
    {.id = "gallery",
     .title = QT_TRANSLATE_NOOP("Panel", "Gallery"),
     .icon = "gallery",
     .order = 10,
     .shortcut = "Ctrl+1",
     .create = [](Desk& desk) -> Panel* { return new GalleryPanel(desk); }}};
}  // namespace

}  // namespace warmstart
