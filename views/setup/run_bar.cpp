#include "views/setup/run_bar.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include "views/desk/field_drops.h"
#include "views/desk/program.h"
#include "views/desk/session.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {

RunBar::RunBar(Desk& desk, Draft& draft, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      draft_(draft),
      profile_(new QComboBox(this)),
      arm_(new QComboBox(this)),
      device_(new QComboBox(this)),
      seeds_(new QLineEdit(this)),
      data_(new QLineEdit(this)),
      priority_(new QSpinBox(this)),
      queue_(new QPushButton(look::icon(QStringLiteral("queue")), tr("&Queue"), this)),
      why_(new QLabel(this)) {
  seeds_->setPlaceholderText(tr("the recipe's"));
  seeds_->setToolTip(tr("Seeds of the repetitions, as in 0, 1, 2; empty: the recipe's own"));
  data_->setPlaceholderText(tr("the recipe's"));
  data_->setToolTip(tr("Folder that ${data} stands for; empty: the recipe's own"));
  setWantedPath(*data_, WantedPath::kFolder);
  priority_->setRange(-100, 100);
  priority_->setToolTip(tr("Higher starts first"));
  queue_->setToolTip(tr("Queue the draft as it is now; later edits do not touch it"));
  queue_->setDefault(true);
  makeRow();
  connect(queue_, &QPushButton::clicked, this, &RunBar::queueWanted);
  connect(profile_, &QComboBox::currentIndexChanged, this, &RunBar::choiceChanged);
  connect(data_, &QLineEdit::editingFinished, this, &RunBar::choiceChanged);
  connect(seeds_, &QLineEdit::textChanged, this, &RunBar::choiceChanged);
  connect(&draft_, &Draft::changed, this, &RunBar::fillFromDraft);
  connect(&desk_.session, &Session::indexChanged, this, &RunBar::fillDevices);
  fillFromDraft();
  fillDevices();
}

void RunBar::makeRow() {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, look::kGrid / 2);
  grid->setHorizontalSpacing(look::kGrid);
  grid->setVerticalSpacing(2);
  const auto add = [&](const QString& text, QWidget* editor, int column, int stretch) {
    auto* label = new QLabel(text, this);
    label->setBuddy(editor);
    label->setForegroundRole(QPalette::PlaceholderText);
    editor->setAccessibleName(text);
    editor->setMinimumWidth(6 * look::kGrid);
    grid->addWidget(label, 0, column);
    grid->addWidget(editor, 1, column);
    grid->setColumnStretch(column, stretch);
  };
  add(tr("profile"), profile_, 0, 2);
  add(tr("arms"), arm_, 1, 2);
  add(tr("seeds"), seeds_, 2, 2);
  add(tr("data folder"), data_, 3, 4);
  add(tr("device"), device_, 5, 2);
  add(tr("priority"), priority_, 6, 0);
  const auto tool = [&](const char* icon, const QString& tip, int column, auto&& act) {
    auto* button = new QToolButton(this);
    button->setIcon(look::icon(QString::fromLatin1(icon)));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    connect(button, &QToolButton::clicked, this, act);
    grid->addWidget(button, 1, column);
  };
  tool("folder", tr("Choose the data folder"), 4, [this] {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Data Folder"), data_->text());
    if (folder.isEmpty()) return;
    data_->setText(folder);
    emit choiceChanged();
  });
  tool("copy", tr("Copy as command"), 7, [this] { copyCommand(); });
  grid->addWidget(queue_, 1, 8);
  grid->addWidget(why_, 0, 7, 1, 2, Qt::AlignRight);
}

void RunBar::fillFromDraft() {
  const QSignalBlocker quiet(profile_);
  const QString profile = profile_->currentText(), arm = arm_->currentData().toString();
  profile_->clear();
  arm_->clear();
  QStringList profiles{QStringLiteral("small")};
  if (const Value* map = draft_.tree().find("profiles")) {
    for (const auto& [name, value] : map->members) {
      if (name == "smoke") continue;  // it goes with --smoke, on top of the chosen one
      if (!profiles.contains(QString::fromStdString(name)))
        profiles << QString::fromStdString(name);
    }
  }
  profile_->addItems(profiles);
  profile_->setCurrentIndex(std::max<int>(0, profile_->findText(profile)));
  arm_->addItem(tr("all"), QString());
  if (const Value* map = draft_.tree().find("arms")) {
    for (const auto& [name, value] : map->members)
      arm_->addItem(QString::fromStdString(name), QString::fromStdString(name));
  }
  arm_->setCurrentIndex(std::max(0, arm_->findData(arm)));
}

void RunBar::fillDevices() {
  const QString now = device_->currentData().toString();
  QStringList names{QString()};
  for (const Device& device : desk_.session.index().devices)
    names << QString::fromStdString(device.name);
  if (names.size() == 1) names << QStringLiteral("cpu") << QStringLiteral("cuda");
  if (device_->count() == names.size()) return;
  device_->clear();
  for (const QString& name : names) device_->addItem(name.isEmpty() ? tr("any") : name, name);
  device_->setCurrentIndex(std::max(0, device_->findData(now)));
}

QString RunBar::seedProblem() const {
  for (const QString& part : seeds_->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    bool good = false;
    if (part.trimmed().toLongLong(&good) < 0 || !good)
      return tr("seeds: whole numbers with commas between");
  }
  return {};
}

void RunBar::setData(const QString& folder) {
  data_->setText(folder);
  emit choiceChanged();
}

RunChoice RunBar::choice() const {
  RunChoice choice;
  choice.text = draft_.text().toUtf8();
  choice.as = draft_.asFile();
  choice.id = draft_.recipeId();
  choice.profile = profile_->currentText();
  choice.arm = arm_->currentData().toString();
  choice.data = data_->text();
  choice.device = device_->currentData().toString();
  choice.priority = priority_->value();
  for (const QString& part : seeds_->text().split(QLatin1Char(','), Qt::SkipEmptyParts))
    choice.seeds << part.trimmed().toLongLong();
  return choice;
}

void RunBar::setReady(bool ready, const QString& why) {
  const QString problem = seedProblem();
  queue_->setEnabled(ready && problem.isEmpty());
  why_->setText(problem.isEmpty() ? why : problem);
}

void RunBar::copyCommand() {
  RunChoice now = choice();
  now.recipe = !draft_.file().isEmpty()               ? draft_.file()
               : draft_.recipeId() == draft_.origin() ? draft_.origin()
                                                      : draft_.asFile();
  QStringList words = now.arguments({QStringLiteral("submit")});
  if (!now.device.isEmpty()) words << QStringLiteral("--device") << now.device;
  if (now.priority != 0) words << QStringLiteral("--priority") << QString::number(now.priority);
  words << desk_.program.workspaceArguments();
  QGuiApplication::clipboard()->setText(Program::commandLine(words));
}

}  // namespace warmstart
