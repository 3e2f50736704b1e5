#include "views/setup/recipe_form.h"

#include <QComboBox>
#include <QInputDialog>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/look/icon_button.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

/// Where a problem belongs that names a part of a field ("stages.a.budget" for ".budget.steps").
bool concerns(const RecipeProblem& problem, const QString& path) {
  return problem.key == path || problem.key.startsWith(path + QLatin1Char(' ')) ||
         problem.key.startsWith(path + QLatin1Char('.'));
}

}  // namespace

RecipeForm::RecipeForm(Draft& draft, ComponentCards& cards, QWidget* parent)
    : QScrollArea(parent), draft_(draft), cards_(cards) {
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  connect(&draft_, &Draft::changed, this, &RecipeForm::refresh);
  connect(&cards_, &ComponentCards::arrived, this, [this] {
    shape_.clear();
    refresh();
  });
}

void RecipeForm::show(Section section, const QString& stage) {
  section_ = section;
  stage_ = stage;
  shape_.clear();
  refresh();
}

// Names and kinds without the values: what decides which widgets there are.
std::string RecipeForm::shape() const {
  std::string text = std::to_string(static_cast<int>(section_)) + stage_.toStdString();
  const std::function<void(const Value&)> add = [&](const Value& value) {
    for (const Value& item : value.items) {
      text += '-';
      if (item.is_scalar()) text += item.text;
      add(item);
    }
    for (const auto& [key, member] : value.members) {
      if (member.is_map() || member.is_list()) text += key + ":";
      if (key == "type" || key == "dataset" || key == "inspector") text += member.text + ";";
      if (key == "objective" || key == "optimizer" || key == "schedule" || key == "model")
        text += member.text;
      add(member);
    }
  };
  for (const char* part :
       {"data", "model", "stages", "measure", "capture", "optimizer", "schedule"}) {
    if (const Value* value = draft_.tree().find(part)) add(*value);
  }
  return text;
}

void RecipeForm::refresh() {
  setEnabled(!draft_.textProblem());
  const std::string now = shape();
  if (now != shape_ || !widget()) {
    shape_ = now;
    build();
    setProblems(problems_);
    return;
  }
  for (FieldEditor* field : fields_) field->refresh();
}

QVBoxLayout* RecipeForm::page_layout() const {
  return static_cast<QVBoxLayout*>(widget()->layout());
}

void RecipeForm::build() {
  const int scrolled = verticalScrollBar()->value();
  fields_.clear();
  // A button of the old page may be the one that asks for the new one.
  if (QWidget* old = takeWidget()) old->deleteLater();
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(look::kGrid, look::kGrid, 2 * look::kGrid, 2 * look::kGrid);
  column->setSpacing(look::kGrid / 2);
  setWidget(page);
  if (section_ == Section::kExperiment) buildExperiment();
  if (section_ == Section::kData) buildData();
  if (section_ == Section::kModel)
    addComponent(QStringLiteral("model"), {QStringLiteral("model"), QStringLiteral("type"), {}},
                 tr("Model"), false);
  if (section_ == Section::kTraining) {
    buildTraining({});
  }
  if (section_ == Section::kStage) buildStage();
  if (section_ == Section::kMeasures) buildMeasures();
  column->addStretch();
  verticalScrollBar()->setValue(scrolled);
}

void RecipeForm::heading(const QString& text, const QString& note) {
  auto* label = new QLabel(text, widget());
  label->setFont(look::heading(font()));
  label->setContentsMargins(0, look::kGrid, 0, 0);
  page_layout()->addWidget(label);
  if (note.isEmpty()) return;
  auto* line = new QLabel(note, widget());
  line->setWordWrap(true);
  line->setTextFormat(Qt::PlainText);
  line->setForegroundRole(QPalette::PlaceholderText);
  page_layout()->addWidget(line);
}

void RecipeForm::addField(const QString& path, const Json& declaration) {
  auto* field = new FieldEditor(draft_, path, declaration, widget());
  page_layout()->addWidget(field);
  fields_.push_back(field);
}

void RecipeForm::addFields(const QString& path, const Json& declarations) {
  for (const Json& one : declarations)
    addField(path + QLatin1Char('.') + QString::fromStdString(one.value("name", "")), one);
}

void RecipeForm::buildExperiment() {
  heading(tr("Experiment"));
  addField(QStringLiteral("title"), {{"name", "title"},
                                     {"type", "string"},
                                     {"required", true},
                                     {"help", "what is tried, in one line"}});
  addField(QStringLiteral("summary"),
           {{"name", "summary"}, {"type", "string"}, {"help", "two sentences"}});
  addField(QStringLiteral("seed_paper"), {{"name", "seed_paper"},
                                          {"type", "integer"},
                                          {"default", 0},
                                          {"min", 0},
                                          {"help", "number of the seed system; 0 = none"}});
  addField(QStringLiteral("estimated_minutes"), {{"name", "estimated_minutes"},
                                                 {"type", "number"},
                                                 {"default", 0},
                                                 {"min", 0},
                                                 {"unit", "min"},
                                                 {"help", "time on a small machine"}});
  addField(QStringLiteral("seeds"), {{"name", "seeds"},
                                     {"type", "integer list"},
                                     {"default", {0}},
                                     {"help", "seeds of the repetitions"}});
  addField(QStringLiteral("defaults.data"),
           {{"name", "data"}, {"type", "string"}, {"help", "folder that ${data} stands for"}});
}

QStringList RecipeForm::memberNames(const QString& path) const {
  QStringList names;
  if (const Value* map = find_path(draft_.tree(), path.toStdString())) {
    for (const auto& [name, value] : map->members) names << QString::fromStdString(name);
  }
  return names;
}

void RecipeForm::buildData() {
  for (const QString& name : memberNames(QStringLiteral("data"))) {
    const QString path = QStringLiteral("data.") + name;
    addComponent(
        path,
        {QStringLiteral("dataset"), QStringLiteral("dataset"), {QStringLiteral("transforms")}},
        tr("Data: %1").arg(name), false);
    addList(path + QStringLiteral(".transforms"),
            {QStringLiteral("transform"), QStringLiteral("type"), {}},
            tr("Transforms of %1").arg(name));
  }
}

void RecipeForm::buildTraining(const QString& prefix) {
  const QString at = prefix.isEmpty() ? QString() : prefix + QLatin1Char('.');
  const bool stage = !prefix.isEmpty();
  const auto title = [&](const QString& text) {
    return stage ? text : tr("%1 of every stage").arg(text);
  };
  addComponent(at + QStringLiteral("optimizer"),
               {QStringLiteral("optimizer"), QStringLiteral("type"), {}}, title(tr("Optimizer")),
               true);
  addComponent(at + QStringLiteral("schedule"),
               {QStringLiteral("schedule"), QStringLiteral("type"), {}}, title(tr("Schedule")),
               true);
  const Json trainer = cards_.fields(QStringLiteral("settings"), QStringLiteral("trainer"));
  if (trainer.empty()) return;
  heading(title(tr("Trainer")));
  addFields(at + QStringLiteral("trainer"), trainer);
}

void RecipeForm::buildStage() {
  const QString path = QStringLiteral("stages.") + stage_;
  if (!find_path(draft_.tree(), path.toStdString())) {
    heading(tr("No stage"), tr("Choose a stage in the chain above, or add one."));
    return;
  }
  Json data = Json::array();
  for (const QString& name : memberNames(QStringLiteral("data")))
    data.push_back(name.toStdString());
  heading(tr("Stage: %1").arg(stage_));
  addField(path + QStringLiteral(".data"), {{"name", "data"},
                                            {"type", "string"},
                                            {"required", true},
                                            {"choices", data},
                                            {"help", "the data entry it trains on"}});
  addField(path + QStringLiteral(".validation"),
           {{"name", "validation"},
            {"type", "string"},
            {"default", ""},
            {"help", "the data entry it is validated on; it must be measured too"}});
  addField(path + QStringLiteral(".from"), {{"name", "from"},
                                            {"type", "string"},
                                            {"default", "scratch"},
                                            {"help", "scratch, previous, or a tensor file"}});
  addField(path + QStringLiteral(".budget.steps"),
           {{"name", "steps"},
            {"type", "integer"},
            {"min", 1},
            {"help", "optimizer steps; give steps or epochs"}});
  addField(path + QStringLiteral(".budget.epochs"),
           {{"name", "epochs"},
            {"type", "number"},
            {"min", 0},
            {"min_excluded", true},
            {"help", "passes over the data; give steps or epochs"}});
  addComponent(path + QStringLiteral(".objective"),
               {QStringLiteral("objective"), QStringLiteral("type"), {}}, tr("Objective"), false);
  addList(path + QStringLiteral(".surgery"),
          {QStringLiteral("surgery"), QStringLiteral("type"), {}},
          tr("Surgery on incoming weights"));
  buildTraining(path);
}

void RecipeForm::buildMeasures() {
  const Value* list = draft_.tree().find("measure");
  const int count = list ? static_cast<int>(list->items.size()) : 0;
  for (int i = 0; i < count; ++i) {
    const QString path = QStringLiteral("measure.%1").arg(i);
    heading(tr("Measure %1").arg(i + 1));
    addField(path + QStringLiteral(".on"), {{"name", "on"},
                                            {"type", "string"},
                                            {"required", true},
                                            {"help", "the data entry that is measured"}});
    addField(path + QStringLiteral(".report"), {{"name", "report"},
                                                {"type", "string"},
                                                {"default", "mean"},
                                                {"choices", {"mean", "per_class"}},
                                                {"help", "means alone, or each class too"}});
    addField(path + QStringLiteral(".after"),
             {{"name", "after"},
              {"type", "string"},
              {"default", ""},
              {"help", "stage after which it is measured; empty = the arm's last"}});
    addComponent(path + QStringLiteral(".inference"),
                 {QStringLiteral("inference"), QStringLiteral("type"), {}}, tr("Inference"), true);
    addList(path + QStringLiteral(".metrics"),
            {QStringLiteral("metric"), QStringLiteral("type"), {}}, tr("Metrics"));
  }
  buildCaptures();
  buildClaims();
}

void RecipeForm::buildCaptures() {
  const Value* list = draft_.tree().find("capture");
  const int count = list ? static_cast<int>(list->items.size()) : 0;
  for (int i = 0; i < count; ++i) {
    const QString path = QStringLiteral("capture.%1").arg(i);
    addComponent(path,
                 {QStringLiteral("inspector"),
                  QStringLiteral("inspector"),
                  {QStringLiteral("on"), QStringLiteral("every"), QStringLiteral("samples")}},
                 tr("Capture %1").arg(i + 1), false);
    addField(path + QStringLiteral(".on"),
             {{"name", "on"},
              {"type", "string"},
              {"default", ""},
              {"help", "the data entry it watches; empty = the stage's"}});
    addField(path + QStringLiteral(".every"), {{"name", "every"},
                                               {"type", "integer"},
                                               {"default", 100},
                                               {"min", 1},
                                               {"unit", "steps"},
                                               {"help", "time between two captures"}});
    addField(path + QStringLiteral(".samples"), {{"name", "samples"},
                                                 {"type", "integer"},
                                                 {"default", 3},
                                                 {"min", 1},
                                                 {"max", 1024},
                                                 {"help", "samples in the watch set"}});
  }
  addAppendButton(QStringLiteral("capture"),
                  {QStringLiteral("inspector"), QStringLiteral("inspector"), {}}, tr("capture"));
}

// One claim stands as a map, several as a list.
void RecipeForm::buildClaims() {
  const Value* claims = draft_.tree().find("claim");
  if (!claims) return;
  const auto count = claims->is_map() ? 1 : static_cast<int>(claims->items.size());
  for (int i = 0; i < count; ++i) {
    const QString path =
        claims->is_map() ? QStringLiteral("claim") : QStringLiteral("claim.%1").arg(i);
    heading(count == 1 ? tr("Claim") : tr("Claim %1").arg(i + 1));
    addFields(path, Json::parse(R"([
      {"name": "better", "type": "string", "required": true, "help": "ARM.DATA.METRIC[.PART] that should be larger"},
      {"name": "than", "type": "string", "required": true, "help": "ARM.DATA.METRIC[.PART] that should be smaller"},
      {"name": "by", "type": "number", "default": 0, "help": "smallest difference of the means"},
      {"name": "confidence", "type": "number", "default": 0, "min": 0, "max": 0.999999, "help": "1 - largest p value; 0 = the margin alone"},
      {"name": "text", "type": "string", "default": "", "help": "the claim in words"},
      {"name": "state", "type": "string", "default": "holds", "choices": ["holds", "not_shown"], "help": "what is expected"}])"));
  }
}

QString RecipeForm::typeAt(const QString& path, const Kind& kind) const {
  const Value* value = find_path(draft_.tree(), path.toStdString());
  if (!value) return {};
  if (value->is_scalar()) return QString::fromStdString(value->text);
  const Value* type = value->find(kind.type_key.toStdString());
  return type ? QString::fromStdString(type->text) : QString();
}

void RecipeForm::addComponent(const QString& path, const Kind& kind, const QString& title,
                              bool optional) {
  QString type = typeAt(path, kind);
  heading(title);
  addChooser(path, kind, type, optional, page_layout());
  // A stage's own settings without a type are laid over the recipe's component.
  if (type.isEmpty() && find_path(draft_.tree(), path.toStdString()))
    type = typeAt(path.section(QLatin1Char('.'), -1), kind);
  const QString summary = cards_.summary(kind.kind, type);
  if (!summary.isEmpty()) {
    auto* line = new QLabel(summary, widget());
    line->setWordWrap(true);
    line->setForegroundRole(QPalette::PlaceholderText);
    page_layout()->addWidget(line);
  }
  addFields(path, cards_.fields(kind.kind, type));
}

void RecipeForm::addChooser(const QString& path, const Kind& kind, const QString& now,
                            bool optional, QVBoxLayout* into) {
  auto* box = new QComboBox(widget());
  box->setObjectName(path + QStringLiteral(".chooser"));
  box->setAccessibleName(kind.kind);
  if (optional) box->addItem(tr("(none of its own)"), QString());
  for (const QString& name : cards_.names(kind.kind)) {
    box->addItem(name, name);
    box->setItemData(box->count() - 1, cards_.summary(kind.kind, name), Qt::ToolTipRole);
  }
  if (box->findData(now) < 0) box->addItem(now, now);
  box->setCurrentIndex(box->findData(now));
  connect(box, &QComboBox::activated, this,
          [this, box, path, kind](int) { choose(path, kind, box->currentData().toString()); });
  into->addWidget(box);
}

void RecipeForm::choose(const QString& path, const Kind& kind, const QString& name) {
  if (name == typeAt(path, kind)) return;
  if (name.isEmpty()) {
    draft_.change(tr("Remove %1").arg(kind.kind),
                  [&](Value& tree) { erase_path(tree, path.toStdString()); });
    return;
  }
  Value value = Value::map();
  value.set(kind.type_key.toStdString(), Value::scalar(name.toStdString(), true));
  if (const Value* before = find_path(draft_.tree(), path.toStdString())) {
    for (const QString& key : kind.kept) {
      if (const Value* kept = before->find(key.toStdString())) value.set(key.toStdString(), *kept);
    }
  }
  draft_.setValue(tr("Choose %1 %2").arg(kind.kind, name), path, std::move(value));
}

void RecipeForm::addList(const QString& path, const Kind& kind, const QString& title) {
  heading(title);
  const Value* list = find_path(draft_.tree(), path.toStdString());
  const int count = list ? static_cast<int>(list->items.size()) : 0;
  for (int i = 0; i < count; ++i) {
    const QString item = path + QLatin1Char('.') + QString::number(i);
    const QString type = typeAt(item, kind);
    auto* row = new QHBoxLayout;
    auto* name = new QLabel(tr("%1. %2").arg(i + 1).arg(type), widget());
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    name->setFont(bold);
    name->setToolTip(cards_.summary(kind.kind, type));
    row->addWidget(name, 1);
    addItemButtons(path, i, count, row);
    page_layout()->addLayout(row);
    addFields(item, cards_.fields(kind.kind, type));
  }
  addAppendButton(path, kind, kind.kind);
}

void RecipeForm::addItemButtons(const QString& path, int index, int count, QLayout* into) {
  const auto button = [&](const char* icon, const QString& tip, bool enabled,
                          std::function<void(Value&)> edit) {
    QToolButton* tool = look::iconButton(QString::fromLatin1(icon), tip, widget());
    tool->setEnabled(enabled);
    connect(tool, &QToolButton::clicked, this, [this, tip, path, edit = std::move(edit)] {
      draft_.change(tip, [&](Value& tree) {
        Value list = *find_path(tree, path.toStdString());
        edit(list);
        set_path(tree, path.toStdString(), std::move(list));
      });
    });
    into->addWidget(tool);
  };
  const auto at = static_cast<std::size_t>(index);
  button("up", tr("Move Up"), index > 0,
         [at](Value& list) { std::swap(list.items[at], list.items[at - 1]); });
  button("down", tr("Move Down"), index + 1 < count,
         [at](Value& list) { std::swap(list.items[at], list.items[at + 1]); });
  button("remove", tr("Remove"), true,
         [index](Value& list) { list.items.erase(list.items.begin() + index); });
}

void RecipeForm::addAppendButton(const QString& path, const Kind& kind, const QString& title) {
  auto* box = new QComboBox(widget());
  box->setObjectName(path + QStringLiteral(".append"));
  box->setAccessibleName(tr("Add %1").arg(title));
  box->addItem(look::icon(QStringLiteral("add")), tr("Add %1...").arg(title));
  for (const QString& name : cards_.names(kind.kind)) {
    box->addItem(name, name);
    box->setItemData(box->count() - 1, cards_.summary(kind.kind, name), Qt::ToolTipRole);
  }
  connect(box, &QComboBox::activated, this, [this, box, path, kind](int row) {
    if (row == 0) return;
    const QString name = box->currentData().toString();
    draft_.change(tr("Add %1").arg(name), [&](Value& tree) {
      const Value* before = find_path(tree, path.toStdString());
      Value list = before ? *before : Value::list();
      Value item = Value::map();
      item.set(kind.type_key.toStdString(), Value::scalar(name.toStdString(), true));
      list.items.push_back(std::move(item));
      set_path(tree, path.toStdString(), std::move(list));
    });
  });
  page_layout()->addWidget(box, 0, Qt::AlignLeft);
}

void RecipeForm::setProblems(const std::vector<RecipeProblem>& problems) {
  problems_ = problems;
  for (FieldEditor* field : fields_) {
    QString text;
    for (const RecipeProblem& problem : problems) {
      if (text.isEmpty() && concerns(problem, field->path())) text = problem.text;
    }
    field->setProblem(text);
  }
}

FieldEditor* RecipeForm::field(const QString& path) const {
  for (FieldEditor* field : fields_) {
    if (field->path() == path) return field;
  }
  return nullptr;
}

void RecipeForm::focusField(const QString& path) {
  for (FieldEditor* field : fields_) {
    if (path != field->path() && !path.startsWith(field->path() + QLatin1Char('.'))) continue;
    ensureWidgetVisible(field);
    if (auto* line = field->findChild<QLineEdit*>()) line->setFocus();
    return;
  }
}

}  // namespace warmstart
