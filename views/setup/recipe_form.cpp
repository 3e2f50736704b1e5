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
       {"data", "model", "stages", "measure", "capture", "claim", "optimizer", "schedule"}) {
    const Value* value = draft_.tree().find(part);
    if (!value) continue;
    text += value->is_list() ? 'l' : 'm';
    add(*value);
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

QHBoxLayout* RecipeForm::heading(const QString& text, const QString& note) {
  auto* row = new QHBoxLayout;
  row->setSpacing(2);
  auto* label = new QLabel(text, widget());
  label->setFont(look::heading(font()));
  label->setContentsMargins(0, look::kGrid, 0, 0);
  row->addWidget(label, 1);
  page_layout()->addLayout(row);
  if (note.isEmpty()) return row;
  auto* line = new QLabel(note, widget());
  line->setWordWrap(true);
  line->setTextFormat(Qt::PlainText);
  line->setForegroundRole(QPalette::PlaceholderText);
  page_layout()->addWidget(line);
  return row;
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

QString RecipeForm::typeAt(const QString& path, const Kind& kind) const {
  const Value* value = find_path(draft_.tree(), path.toStdString());
  if (!value) return {};
  if (value->is_scalar()) return QString::fromStdString(value->text);
  const Value* type = value->find(kind.type_key.toStdString());
  return type ? QString::fromStdString(type->text) : QString();
}

QHBoxLayout* RecipeForm::addComponent(const QString& path, const Kind& kind, const QString& title,
                                      bool optional) {
  QString type = typeAt(path, kind);
  QHBoxLayout* head = heading(title);
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
  return head;
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
    tool->setObjectName(QStringLiteral("%1.%2.%3").arg(path).arg(index).arg(QLatin1String(icon)));
    tool->setEnabled(enabled);
    connect(tool, &QToolButton::clicked, this, [this, tip, path, edit = std::move(edit)] {
      draft_.change(tip, [&](Value& tree) {
        Value list = *find_path(tree, path.toStdString());
        edit(list);
        list.items.empty() ? erase_path(tree, path.toStdString())
                           : set_path(tree, path.toStdString(), std::move(list));
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
  addAdder(path, title, cards_.names(kind.kind), [path, kind](Value& tree, const QString& name) {
    Value item = Value::map();
    item.set(kind.type_key.toStdString(), Value::scalar(name.toStdString(), true));
    appendTo(tree, path, std::move(item));
  });
  const auto* box = widget()->findChild<QComboBox*>(path + QStringLiteral(".append"));
  for (int row = 1; row < box->count(); ++row)
    box->model()->setData(box->model()->index(row, 0),
                          cards_.summary(kind.kind, box->itemText(row)), Qt::ToolTipRole);
}

void RecipeForm::addAdder(const QString& path, const QString& title, const QStringList& choices,
                          std::function<void(Value&, const QString&)> add) {
  auto* box = new QComboBox(widget());
  box->setObjectName(path + QStringLiteral(".append"));
  box->setAccessibleName(tr("Add %1").arg(title));
  box->addItem(look::icon(QStringLiteral("add")), tr("Add %1...").arg(title));
  box->addItems(choices);
  connect(box, &QComboBox::activated, this, [this, box, title, add = std::move(add)](int row) {
    if (row == 0) return;
    const QString name = box->currentText();
    draft_.change(tr("Add %1").arg(name), [&](Value& tree) { add(tree, name); });
  });
  page_layout()->addWidget(box, 0, Qt::AlignLeft);
}

void RecipeForm::appendTo(Value& tree, const QString& path, Value item) {
  const Value* before = find_path(tree, path.toStdString());
  Value list = before && before->is_list() ? *before : Value::list();
  // A single claim may stand as a map.
  if (before && before->is_map()) list.items.push_back(*before);
  list.items.push_back(std::move(item));
  set_path(tree, path.toStdString(), std::move(list));
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
  revealField(path);
  const FieldEditor* shown = fieldFor(path);
  if (!shown) return;
  if (auto* line = shown->findChild<QLineEdit*>()) line->setFocus();
}

void RecipeForm::revealField(const QString& path) {
  if (FieldEditor* shown = fieldFor(path)) ensureWidgetVisible(shown);
}

/// The field of that path, or the one that it is a part of.
FieldEditor* RecipeForm::fieldFor(const QString& path) const {
  for (FieldEditor* field : fields_) {
    if (path == field->path() || path.startsWith(field->path() + QLatin1Char('.'))) return field;
  }
  return nullptr;
}

}  // namespace warmstart
