#include "views/setup/setup_panel.h"

#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

#include "core/recipe/recipe.h"
#include "views/desk/action_book.h"
#include "views/desk/background.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/notices.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/setup/chain_view.h"
#include "views/setup/dry_run_view.h"
#include "views/setup/import_view.h"
#include "views/setup/preview_view.h"
#include "views/setup/problem_list.h"
#include "views/setup/recipe_check.h"
#include "views/setup/run_bar.h"
#include "views/setup/submitter.h"
#include "views/setup/yaml_editor.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

constexpr std::uintmax_t kLargestDraft = 1 << 21;
constexpr const char* kNewRecipe =
    "warmstart: 1\ntitle: Untitled experiment\ndata:\n  train:\n    dataset: \n"
    "model: {type: }\noptimizer: {type: adamw}\nschedule: {type: cosine}\n"
    "arms:\n  main: [train]\nstages:\n  train:\n    objective: {type: }\n    data: train\n"
    "    budget: {steps: 100}\nseeds: [0]\n";

/// A folder that a data set could lie in. One with nothing but images of one series is a volume.
bool isDataFolder(const QString& path) {
  if (!QFileInfo(path).isDir()) return false;
  const QFileInfoList inside =
      QDir(path).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
  static const QStringList kSeries{QString(), QStringLiteral("dcm"), QStringLiteral("ima")};
  return std::any_of(inside.begin(), inside.end(), [](const QFileInfo& one) {
    return one.isDir() || !kSeries.contains(one.suffix().toLower());
  });
}

}  // namespace

SetupPanel::SetupPanel(Desk& desk)
    : desk_(desk),
      draft_(new Draft(desk.session.root(), this)),
      cards_(&ComponentCards::of(desk)),
      check_(new RecipeCheck(desk, *draft_, this)),
      submitter_(new Submitter(desk, this)),
      title_(new QLabel(this)),
      banner_(new Banner(this)),
      plugins_(new Banner(this)),
      chain_(new ChainView(*draft_, this)),
      sections_(new QTabBar(this)),
      form_(new RecipeForm(*draft_, *cards_, this)),
      editor_(new YamlEditor(*draft_, this)),
      middle_(new QSplitter(this)),
      vertical_(new QSplitter(Qt::Vertical, this)),
      bottom_(new QTabWidget(this)),
      problems_(new ProblemList(this)),
      dry_run_(new DryRunView(desk, this)),
      preview_(new PreviewView(desk, *draft_, this)),
      weights_(new ImportView(desk, *draft_, this)),
      changes_(new ChangeList(*draft_, this)),
      run_(new RunBar(desk, *draft_, this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(this)) {
  desk_.undo.addStack(&draft_->undoStack());
  auto* work = new QWidget(this);
  auto* column = new QVBoxLayout(work);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  addActions();
  column->addWidget(makeHead());
  column->addWidget(banner_);
  column->addWidget(makeChain());
  vertical_->addWidget(makeMiddle());
  vertical_->addWidget(makeBottom());
  vertical_->setStretchFactor(0, 3);
  vertical_->setStretchFactor(1, 1);
  vertical_->setSizes({460, 150});
  column->addWidget(vertical_, 1);
  column->addWidget(run_);
  empty_->setContent(QStringLiteral("setup"),
                     tr("Choose a recipe in the gallery to set up a copy."), tr("Show the Gallery"),
                     [this] { emit desk_.selection.panelWanted(QStringLiteral("gallery")); });
  stack_->addWidget(empty_);
  stack_->addWidget(work);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(plugins_);
  all->addWidget(stack_);
  connectParts();
  draft_->restore();
  showTitle();
}

QWidget* SetupPanel::makeHead() {
  auto* head = new QWidget(this);
  auto* row = new QHBoxLayout(head);
  row->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, 0);
  title_->setFont(look::heading(font()));
  title_->setTextFormat(Qt::PlainText);
  row->addWidget(title_, 1);
  for (const char* id : {"setup.new", "setup.open", "setup.save"}) {
    auto* button = new QToolButton(head);
    button->setDefaultAction(desk_.actions.find(QString::fromLatin1(id)));
    button->setAutoRaise(true);
    row->addWidget(button);
  }
  for (const bool undo : {true, false}) {
    QAction* action = undo ? draft_->undoStack().createUndoAction(this)
                           : draft_->undoStack().createRedoAction(this);
    action->setIcon(look::icon(undo ? QStringLiteral("undo") : QStringLiteral("redo")));
    auto* button = new QToolButton(head);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setAutoRaise(true);
    row->addWidget(button);
  }
  return head;
}

QWidget* SetupPanel::makeChain() {
  auto* box = new QWidget(this);
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(look::kGrid, 0, look::kGrid, 0);
  auto* scroll = new QScrollArea(box);
  chain_scroll_ = scroll;
  scroll->setWidget(chain_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  connect(draft_, &Draft::changed, this, &SetupPanel::fitParts);
  row->addWidget(scroll, 1);
  auto* buttons = new QWidget(box);
  addChainActions(buttons);
  row->addWidget(buttons, 0, Qt::AlignTop);
  return box;
}

QWidget* SetupPanel::makeMiddle() {
  auto* left = new QWidget(this);
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  sections_->setDrawBase(false);
  sections_->setExpanding(false);
  sections_->setUsesScrollButtons(true);
  sections_->setAccessibleName(tr("Parts of the recipe"));
  for (const QString& name :
       {tr("Experiment"), tr("Data"), tr("Model"), tr("Training"), tr("Stage"), tr("Measures")})
    sections_->addTab(name);
  column->addWidget(sections_);
  column->addWidget(form_, 1);
  middle_->addWidget(left);
  middle_->addWidget(editor_);
  middle_->setChildrenCollapsible(false);
  middle_->setSizes({540, 640});
  return middle_;
}

QWidget* SetupPanel::makeBottom() {
  bottom_->setDocumentMode(true);
  bottom_->addTab(problems_, tr("Problems"));
  bottom_->addTab(dry_run_, tr("Dry run"));
  bottom_->addTab(preview_, tr("Data preview"));
  bottom_->addTab(weights_, tr("Weights"));
  bottom_->addTab(changes_, tr("Changes"));
  return bottom_;
}

void SetupPanel::connectParts() {
  connect(&desk_.selection, &Selection::setupWanted, this, [this](const QString& recipe) {
    emit wanted();
    guardDraft([this, recipe] { openRecipe(recipe); });
  });
  connect(draft_, &Draft::notKept, this, [this](const QString& problem) {
    desk_.notices.fail(tr("The draft is not kept: it would be lost with the window"), problem);
  });
  connect(draft_, &Draft::stateChanged, this, &SetupPanel::showTitle);
  connect(draft_, &Draft::changed, this, &SetupPanel::showTitle);
  connect(draft_, &Draft::started, this, [this] {
    banner_->clear();
    chain_->select(0, 0);
    sections_->setCurrentIndex(0);
    showSection(0);
    editor_->goTo(1);
  });
  connect(sections_, &QTabBar::currentChanged, this, &SetupPanel::showSection);
  connect(chain_, &ChainView::stageChosen, this, [this](const QString& stage) {
    sections_->setCurrentIndex(static_cast<int>(RecipeForm::Section::kStage));
    form_->show(RecipeForm::Section::kStage, stage);
    editor_->goTo(line_of_path(draft_->tree(), "stages." + stage.toStdString()));
  });
  connect(editor_, &YamlEditor::lineEntered, this, &SetupPanel::followCursor);
  connect(check_, &RecipeCheck::problemsChanged, this, &SetupPanel::showCheck);
  connect(problems_, &ProblemList::chosen, this, [this](const RecipeProblem& problem) {
    goTo(problem.key, problem.line, problem.column);
  });
  connect(changes_, &ChangeList::chosen, this, [this](const QString& path) {
    goTo(path, line_of_path(draft_->tree(), path.toStdString()), 1);
  });
  connect(cards_, &ComponentCards::failed, this, [this](const QString& problem) {
    banner_->show(Notice::Level::kError, tr("The components are not known: %1").arg(problem),
                  tr("Try Again"), [this] { cards_->ask(desk_); });
  });
  connect(cards_, &ComponentCards::arrived, banner_, &Banner::clear);
  connect(cards_, &ComponentCards::arrived, this, &SetupPanel::showPlugins);
  connect(run_, &RunBar::queueWanted, this, &SetupPanel::queue);
  connect(run_, &RunBar::choiceChanged, this, [this] {
    check_->setRunChoice(run_->choice().profile, run_->choice().data);
    showCheck();
  });
  connect(submitter_, &Submitter::busyChanged, this, &SetupPanel::showCheck);
  connect(submitter_, &Submitter::submitted, banner_, &Banner::clear);
  connect(submitter_, &Submitter::refused, this, [this](const QString& problem) {
    banner_->show(Notice::Level::kError, tr("Nothing was queued: %1").arg(problem));
  });
  dry_run_->setChoice([this] { return run_->choice(); });
  preview_->setChoice([this] { return run_->choice(); });
  weights_->setChoice([this] { return run_->choice(); });
  connect(chain_, &ChainView::stageChosen, weights_, &ImportView::setStage);
}

void SetupPanel::openRecipe(const QString& id_or_file) {
  const auto read = [id_or_file] {
    Loaded loaded;
    try {
      const Path file = find_recipe(id_or_file.toStdString());
      loaded.file = QString::fromStdString(file.string());
      if (loaded.file != id_or_file) loaded.id = id_or_file;
      loaded.text = QString::fromStdString(read_file(file, kLargestDraft));
    } catch (const Error& error) {
      loaded.problem = QString::fromStdString(error.what());
    }
    return loaded;
  };
  inBackground(this, read, [this](const Loaded& loaded) { take(loaded); });
}

void SetupPanel::take(const Loaded& loaded) {
  if (!loaded.problem.isEmpty()) {
    desk_.notices.fail(tr("The recipe cannot be opened"), loaded.problem);
    return;
  }
  if (loaded.id.isEmpty()) {
    draft_->startFile(loaded.text, loaded.file);
  } else {
    draft_->startCopy(loaded.text, loaded.id, loaded.file);
  }
}

void SetupPanel::newDraft() { draft_->startCopy(QString::fromLatin1(kNewRecipe), {}, {}); }

void SetupPanel::openFile() {
  const QString file =
      QFileDialog::getOpenFileName(this, tr("Open Recipe"), {}, tr("Recipes (*.yaml *.yml)"));
  if (file.isEmpty()) return;
  emit wanted();
  guardDraft([this, file] { openRecipe(file); });
}

// A draft that is only in the window is not thrown away without a word.
void SetupPanel::guardDraft(const std::function<void()>& then) {
  if (!draft_->modified()) return then();
  QMessageBox box(QMessageBox::Question, tr("Replace the Draft?"),
                  tr("%1 has changes that are not saved.").arg(draft_->name()), QMessageBox::Cancel,
                  this);
  QPushButton* save_it = box.addButton(tr("Save"), QMessageBox::AcceptRole);
  QPushButton* drop = box.addButton(tr("Discard Changes"), QMessageBox::DestructiveRole);
  box.exec();
  if (box.clickedButton() == drop || (box.clickedButton() == save_it && save())) then();
}

bool SetupPanel::save() { return draft_->file().isEmpty() ? saveAs() : writeTo(draft_->file()); }

bool SetupPanel::saveAs() {
  if (draft_->empty()) return false;
  const QString start = draft_->file().isEmpty() ? QDir::homePath() + QLatin1Char('/') +
                                                       draft_->name() + QStringLiteral(".yaml")
                                                 : draft_->file();
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Save Recipe"), start, tr("Recipes (*.yaml)"));
  return !file.isEmpty() && writeTo(file);
}

bool SetupPanel::writeTo(const QString& file) {
  try {
    write_atomically(Path(file.toStdString()), draft_->text().toStdString());
    draft_->setSaved(file);
    return true;
  } catch (const Error& error) {
    banner_->show(Notice::Level::kError, QString::fromStdString(error.what()));
    return false;
  }
}

void SetupPanel::queue() {
  if (draft_->empty() || draft_->textProblem() || submitter_->busy()) return;
  submitter_->submit(run_->choice());
}

void SetupPanel::showTitle() {
  stack_->setCurrentIndex(draft_->empty() ? 0 : 1);
  title_->setText((draft_->modified() ? QStringLiteral("* ") : QString()) + draft_->name());
  title_->setToolTip(draft_->file().isEmpty() ? tr("Kept as a draft; save it to give it a file")
                                              : draft_->file());
  for (const char* id : {"setup.save", "setup.save_as", "setup.queue", "setup.dry_run"})
    desk_.actions.find(QString::fromLatin1(id))->setEnabled(!draft_->empty());
}

void SetupPanel::showCheck() {
  const auto& problems = check_->problems();
  problems_->setProblems(problems);
  editor_->setProblems(problems);
  form_->setProblems(problems);
  const auto count = static_cast<int>(problems.size());
  bottom_->setTabText(0, count == 0 ? tr("Problems") : tr("Problems (%1)").arg(count));
  const QString why = submitter_->busy()   ? tr("queueing...")
                      : !check_->checked() ? tr("checking...")
                      : count == 0         ? tr("valid")
                                           : tr("%n problem(s)", nullptr, count);
  run_->setReady(check_->valid() && !submitter_->busy(), why);
}

void SetupPanel::showPlugins() {
  const QString trouble = cards_->pluginTrouble();
  if (trouble.isEmpty()) return plugins_->clear();
  plugins_->show(Notice::Level::kError, trouble, tr("Look Again"), [this] { cards_->ask(desk_); });
}

void SetupPanel::showSection(int tab) {
  form_->show(static_cast<RecipeForm::Section>(tab), chain_->stage());
}

void SetupPanel::goTo(const QString& path, int line, int column) {
  if (line > 0) editor_->goTo(line, column);
  showForm(path);
  form_->focusField(path);
}

// The text leads; the cursor stays where it is.
void SetupPanel::followCursor(int line) {
  if (draft_->textProblem()) return;
  const QString path = QString::fromStdString(path_at_line(draft_->tree(), line));
  if (path.isEmpty()) return;
  showForm(path);
  form_->revealField(path);
}

// A key says which section its form is in.
void SetupPanel::showForm(const QString& path) {
  const QString head = path.section(QLatin1Char('.'), 0, 0);
  using Section = RecipeForm::Section;
  Section section = Section::kExperiment;
  if (head == QLatin1String("data")) section = Section::kData;
  if (head == QLatin1String("model")) section = Section::kModel;
  if (head == QLatin1String("optimizer") || head == QLatin1String("schedule") ||
      head == QLatin1String("trainer"))
    section = Section::kTraining;
  if (head == QLatin1String("stages")) section = Section::kStage;
  if (head == QLatin1String("measure") || head == QLatin1String("capture") ||
      head == QLatin1String("claim"))
    section = Section::kMeasures;
  const QString stage = path.section(QLatin1Char('.'), 1, 1);
  const bool same = section == form_->section() &&
                    (section != Section::kStage || stage.isEmpty() || stage == chain_->stage());
  if (same) return;
  if (section == Section::kStage && !stage.isEmpty()) chain_->selectStage(stage);
  sections_->setCurrentIndex(static_cast<int>(section));
  showSection(static_cast<int>(section));
}

bool SetupPanel::accepts(const QString& path) const {
  return path.endsWith(QLatin1String(".yaml")) || path.endsWith(QLatin1String(".yml")) ||
         isDataFolder(path);
}

void SetupPanel::open(const QString& path) {
  if (!isDataFolder(path)) return guardDraft([this, path] { openRecipe(path); });
  if (draft_->empty()) {
    desk_.notices.warn(tr("Choose a recipe first; then this folder can be its data."), path);
    return;
  }
  run_->setData(path);
  desk_.notices.tell(tr("The draft runs on the data in %1.").arg(path));
}

void SetupPanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  desk_.undo.setActiveStack(&draft_->undoStack());
  cards_->want(desk_);
  check_->setAwake(true);
}

void SetupPanel::hideEvent(QHideEvent* event) {
  Panel::hideEvent(event);
  check_->setAwake(false);
}

// Narrow, form and text stand one above the other, and the chains make room.
void SetupPanel::fitParts() {
  const bool narrow = width() < 100 * look::kGrid;
  const int highest = (narrow ? 13 : 22) * look::kGrid, lowest = 7 * look::kGrid;
  chain_scroll_->setFixedHeight(std::clamp(chain_->sizeHint().height(), lowest, highest));
  const Qt::Orientation wanted = narrow ? Qt::Vertical : Qt::Horizontal;
  if (middle_->orientation() == wanted) return;
  middle_->setOrientation(wanted);
  middle_->setSizes(narrow ? QList<int>{600, 400} : QList<int>{460, 540});
  vertical_->setSizes(narrow ? QList<int>{800, 200} : QList<int>{750, 250});
}

void SetupPanel::resizeEvent(QResizeEvent* event) {
  Panel::resizeEvent(event);
  fitParts();
}

bool SetupPanel::settled() const {
  return draft_->empty() || (cards_->ready() && check_->checked());
}

QStringList SetupPanel::tourStops() const {
  return {QStringLiteral("main"), QStringLiteral("recipe")};
}

void SetupPanel::showTourStop(const QString& stop) {
  if (stop != QLatin1String("recipe") || !draft_->empty()) return;
  const std::string run = desk_.selection.run().toStdString();
  for (const RunRecord& record : desk_.session.index().runs) {
    if (record.info.run == run) openRecipe(QString::fromStdString(record.info.recipe));
  }
}

void SetupPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("middle"), middle_->saveState());
  settings.setValue(QStringLiteral("vertical"), vertical_->saveState());
}

void SetupPanel::restoreState(QSettings& settings) {
  middle_->restoreState(settings.value(QStringLiteral("middle")).toByteArray());
  vertical_->restoreState(settings.value(QStringLiteral("vertical")).toByteArray());
}

namespace {
const RegisteredPanel setup_panel{
    {.id = "setup",
     .title = QT_TRANSLATE_NOOP("Panel", "Set-up"),
     .icon = "setup",
     .order = 20,
     .shortcut = "Ctrl+2",
     .create = [](Desk& desk) -> Panel* { return new SetupPanel(desk); }}};
}  // namespace

}  // namespace warmstart
