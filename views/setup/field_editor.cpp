#include "views/setup/field_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <cmath>

#include "core/recipe/scalar.h"
#include "views/desk/field_drops.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

/// "[8, 16, 32]" for a value of any depth, on one line.
QString flowText(const Value& value) {
  if (value.is_null()) return {};
  if (value.is_scalar()) return QString::fromStdString(value.text);
  QStringList parts;
  for (const Value& item : value.items) parts << flowText(item);
  for (const auto& [key, member] : value.members)
    parts << QString::fromStdString(key) + QStringLiteral(": ") + flowText(member);
  const QString inner = parts.join(QStringLiteral(", "));
  return value.is_list() ? inner : QLatin1Char('{') + inner + QLatin1Char('}');
}

QString numberShown(const Json& number) {
  return QString::fromStdString(Value::from_json(number).text);
}

}  // namespace

FieldEditor::FieldEditor(Draft& draft, QString path, const Json& declaration, QWidget* parent)
    : QWidget(parent),
      draft_(draft),
      path_(std::move(path)),
      name_(QString::fromStdString(declaration.value("name", ""))),
      type_(QString::fromStdString(declaration.value("type", "string"))),
      unit_(QString::fromStdString(declaration.value("unit", ""))),
      help_(QString::fromStdString(declaration.value("help", ""))),
      declaration_(declaration),
      dot_(new QLabel(this)),
      message_(new QLabel(this)),
      reset_(new QToolButton(this)) {
  setObjectName(path_);
  auto* label = new QLabel(QString(name_).replace(QLatin1Char('_'), QLatin1Char(' ')), this);
  QWidget* editor = makeEditor();
  label->setBuddy(editor);
  const QString tip = help_ + rangeText();
  label->setToolTip(tip);
  editor->setToolTip(tip);
  editor->setAccessibleName(label->text() +
                            (unit_.isEmpty() ? QString() : QStringLiteral(" [%1]").arg(unit_)));
  editor->setAccessibleDescription(tip);
  makeMarks();
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(look::kGrid);
  grid->setVerticalSpacing(1);
  label->setFixedWidth(17 * look::kGrid);
  label->setWordWrap(true);
  auto* unit = new QLabel(unit_, this);
  unit->setFixedWidth(6 * look::kGrid);
  grid->addWidget(dot_, 0, 0);
  grid->addWidget(label, 0, 1);
  grid->addWidget(editor, 0, 2);
  grid->addWidget(unit, 0, 3);
  grid->addWidget(reset_, 0, 4);
  grid->addWidget(message_, 1, 2, 1, 3);
  grid->setColumnStretch(2, 1);
  refresh();
}

void FieldEditor::makeMarks() {
  dot_->setFixedWidth(look::kGrid);
  dot_->setText(QStringLiteral("\u2022"));
  dot_->setToolTip(tr("written in the recipe"));
  message_->setWordWrap(true);
  message_->setTextFormat(Qt::PlainText);
  reset_->setIcon(look::icon(QStringLiteral("undo")));
  reset_->setAutoRaise(true);
  reset_->setIconSize(QSize(14, 14));
  reset_->setToolTip(tr("Back to the default: %1").arg(defaultText()));
  reset_->setAccessibleName(tr("Reset %1").arg(name_));
  QSizePolicy keep = reset_->sizePolicy();
  keep.setRetainSizeWhenHidden(true);
  reset_->setSizePolicy(keep);
  connect(reset_, &QToolButton::clicked, this, &FieldEditor::reset);
}

QWidget* FieldEditor::makeEditor() {
  if (type_ == QLatin1String("boolean")) {
    check_ = new QCheckBox(this);
    connect(check_, &QCheckBox::clicked, this,
            [this](bool on) { commit(on ? QStringLiteral("true") : QStringLiteral("false")); });
    return check_;
  }
  if (declaration_.contains("choices") && !type_.endsWith(QLatin1String("list"))) {
    choice_ = new QComboBox(this);
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice_->setMinimumContentsLength(8);
    for (const Json& one : declaration_["choices"])
      choice_->addItem(QString::fromStdString(one.get<std::string>()));
    connect(choice_, &QComboBox::textActivated, this, &FieldEditor::commit);
    return choice_;
  }
  line_ = new QLineEdit(this);
  line_->setPlaceholderText(defaultText());
  if (isPath()) setWantedPath(*line_, WantedPath::kAny);
  if (declaration_.contains("suggestions")) {
    QStringList names;
    for (const Json& one : declaration_["suggestions"])
      names << QString::fromStdString(one.get<std::string>());
    auto* completer = new QCompleter(names, line_);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    line_->setCompleter(completer);
    connect(completer, qOverload<const QString&>(&QCompleter::activated), this,
            &FieldEditor::commit);
  }
  connect(line_, &QLineEdit::editingFinished, this, [this] {
    if (!line_->isModified()) return;  // only the focus went by
    line_->setModified(false);
    commit(line_->text());
  });
  connect(line_, &QLineEdit::textEdited, this, [this](const QString& text) {
    problem_ = wrongWith(text);
    showProblem();
  });
  return line_;
}

/// No declaration says it: the names under which components and recipes take a file or a folder.
bool FieldEditor::isPath() const {
  static const QStringList kNames{QStringLiteral("root"), QStringLiteral("train_root"),
                                  QStringLiteral("file"), QStringLiteral("folder"),
                                  QStringLiteral("from")};
  return type_ == QLatin1String("string") &&
         (kNames.contains(name_) || path_ == QLatin1String("defaults.data"));
}

QString FieldEditor::defaultText() const {
  if (declaration_.value("required", false)) return tr("required");
  const QString text = flowText(Value::from_json(declaration_.value("default", Json())));
  return text.isEmpty() ? tr("none") : text;
}

QString FieldEditor::rangeText() const {
  QStringList parts;
  if (declaration_.contains("min")) {
    parts << (declaration_.value("min_excluded", false) ? tr("above %1") : tr("at least %1"))
                 .arg(numberShown(declaration_["min"]));
  }
  if (declaration_.contains("max")) parts << tr("at most %1").arg(numberShown(declaration_["max"]));
  if (!unit_.isEmpty()) parts << tr("in %1").arg(unit_);
  return parts.isEmpty()
             ? QString()
             : QStringLiteral(" (") + parts.join(QStringLiteral(", ")) + QLatin1Char(')');
}

QString FieldEditor::wrongWith(const QString& text) const {
  const QString trimmed = text.trimmed();
  const bool integer = type_ == QLatin1String("integer"), number = type_ == QLatin1String("number");
  if (trimmed.isEmpty() || trimmed.contains(QLatin1String("${")) || (!integer && !number))
    return {};
  const auto read = parse_number(trimmed.toStdString());
  if (integer && !parse_integer(trimmed.toStdString())) return tr("a whole number is needed");
  if (!read) return tr("a number is needed");
  const bool open = declaration_.value("min_excluded", false);
  const double low = declaration_.value("min", -INFINITY),
               high = declaration_.value("max", INFINITY);
  const bool fits = (open ? *read > low : *read >= low) && *read <= high;
  return fits ? QString() : tr("allowed%1").arg(rangeText());
}

bool FieldEditor::changed() const {
  return find_path(draft_.tree(), path_.toStdString()) != nullptr;
}

void FieldEditor::reset() {
  draft_.change(tr("Reset %1").arg(name_),
                [&](Value& tree) { erase_path(tree, path_.toStdString()); });
}

void FieldEditor::enter(const QString& text) {
  if (line_) line_->setText(text);
  commit(text);
}

void FieldEditor::commit(const QString& text) {
  const Value* before = find_path(draft_.tree(), path_.toStdString());
  if ((before ? shownText(*before) : QString()) == text) return;
  if (text.trimmed().isEmpty()) {
    if (before) reset();
    return;
  }
  problem_ = wrongWith(text);
  showProblem();
  Value value = Value::scalar(text.trimmed().toStdString(), type_ == QLatin1String("string"));
  if (type_.endsWith(QLatin1String("list")) || type_ == QLatin1String("value")) {
    const bool list =
        type_.endsWith(QLatin1String("list")) && !text.trimmed().startsWith(QLatin1Char('['));
    try {
      value =
          parse_yaml((list ? QLatin1Char('[') + text + QLatin1Char(']') : text).toStdString(), "");
    } catch (const Error& error) {
      problem_ = QString::fromStdString(error.problem());
      return showProblem();
    }
  }
  draft_.setValue(tr("Change %1").arg(name_), path_, std::move(value));
}

QString FieldEditor::shownText(const Value& value) const { return flowText(value); }

void FieldEditor::refresh() {
  const Value* value = find_path(draft_.tree(), path_.toStdString());
  const QString text = value ? shownText(*value) : QString();
  const QString effective =
      value ? text : flowText(Value::from_json(declaration_.value("default", Json())));
  if (line_ && !(line_->hasFocus() && line_->isModified()) && line_->text() != text) {
    line_->setText(text);
    line_->setCursorPosition(0);  // a long text is read from its beginning
  }
  if (choice_) {
    if (choice_->findText(effective) < 0 && !effective.isEmpty()) choice_->addItem(effective);
    choice_->setCurrentIndex(choice_->findText(effective));
  }
  if (check_) check_->setChecked(effective == QLatin1String("true"));
  dot_->setVisible(true);
  QPalette colours = palette();
  colours.setColor(QPalette::WindowText, value ? look::accent() : Qt::transparent);
  dot_->setPalette(colours);
  reset_->setVisible(value != nullptr && !declaration_.value("required", false));
  showProblem();
}

void FieldEditor::setProblem(const QString& text) {
  problem_ = text;
  showProblem();
}

void FieldEditor::showProblem() {
  message_->setVisible(!problem_.isEmpty());
  message_->setText(problem_);
  QPalette colours = palette();
  colours.setColor(QPalette::WindowText, look::bad());
  message_->setPalette(colours);
  QWidget* editor = line_     ? static_cast<QWidget*>(line_)
                    : choice_ ? static_cast<QWidget*>(choice_)
                              : static_cast<QWidget*>(check_);
  QPalette tint = palette();
  if (!problem_.isEmpty()) {
    tint.setColor(QPalette::Text, look::bad());
    tint.setColor(QPalette::ButtonText, look::bad());
  }
  editor->setPalette(tint);
}

}  // namespace warmstart
