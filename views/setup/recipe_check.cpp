#include "views/setup/recipe_check.h"

#include <QRegularExpression>

#include "views/setup/submitter.h"

namespace warmstart {

std::vector<RecipeProblem> readProblems(const ProgramResult& result) {
  std::vector<RecipeProblem> problems;
  const Json json = result.json();
  if (json.is_object() && json.contains("problems") && !json["problems"].empty()) {
    for (const Json& one : json["problems"]) {
      RecipeProblem problem;
      const auto text = [&](const char* key) { return QString::fromStdString(one.value(key, "")); };
      problem.key = text("key");
      problem.line = one.value("line", 0);
      problem.column = one.value("column", 0);
      QStringList parts;
      if (!text("found").isEmpty()) parts << RecipeCheck::tr("found %1").arg(text("found"));
      if (!text("allowed").isEmpty()) parts << RecipeCheck::tr("allowed: %1").arg(text("allowed"));
      if (!text("hint").isEmpty()) parts << text("hint");
      problem.text = parts.isEmpty() ? text("text") : parts.join(QStringLiteral("; "));
      problems.push_back(problem);
    }
    return problems;
  }
  if (result.good()) return problems;
  static const QRegularExpression line(
      QStringLiteral("^(?:error: )?.*?:(\\d+):(\\d+): ([^:]+): (.*)$"));
  for (const QString& text : QString::fromUtf8(result.errors).split('\n', Qt::SkipEmptyParts)) {
    const auto match = line.match(text);
    RecipeProblem problem;
    problem.text = match.hasMatch() ? match.captured(4) : text;
    problem.key = match.captured(3);
    problem.line = match.captured(1).toInt();
    problem.column = match.captured(2).toInt();
    problems.push_back(problem);
  }
  return problems;
}

RecipeCheck::RecipeCheck(Desk& desk, Draft& draft, QObject* parent)
    : QObject(parent), desk_(desk), draft_(draft) {
  timer_.setSingleShot(true);
  timer_.setInterval(400);
  connect(&timer_, &QTimer::timeout, this, &RecipeCheck::check);
  connect(&draft_, &Draft::changed, this, &RecipeCheck::textChanged);
}

void RecipeCheck::setRunChoice(const QString& profile, const QString& data) {
  if (profile == profile_ && data == data_) return;
  profile_ = profile;
  data_ = data;
  textChanged();
}

void RecipeCheck::textChanged() {
  if (draft_.textProblem()) {
    timer_.stop();
    set({*draft_.textProblem()}, true);
    return;
  }
  checked_ = false;
  emit problemsChanged();
  timer_.start();
}

void RecipeCheck::setAwake(bool awake) {
  awake_ = awake;
  if (awake_ && std::exchange(stale_, false)) timer_.start();
}

void RecipeCheck::check() {
  if (draft_.empty()) return;
  if (!awake_) {
    stale_ = true;
    return;
  }
  if (task_) task_->cancel();
  RunChoice choice;
  choice.as = draft_.asFile();
  choice.profile = profile_;
  choice.data = data_;
  const QString text = draft_.text();
  task_ = desk_.program.start(
      {}, choice.arguments({QStringLiteral("validate")}) << QStringLiteral("--json"), this,
      [this, text](const ProgramResult& result) { take(result, text); }, text.toUtf8());
}

void RecipeCheck::take(const ProgramResult& result, const QString& text) {
  if (result.cancelled || text != draft_.text()) return;  // a newer check is on its way
  std::vector<RecipeProblem> problems = readProblems(result);
  if (!result.good() && problems.empty())
    problems.push_back({{}, 0, 0, tr("the recipe could not be checked: %1").arg(result.problem())});
  set(std::move(problems), true);
}

void RecipeCheck::set(std::vector<RecipeProblem> problems, bool checked) {
  problems_ = std::move(problems);
  checked_ = checked;
  emit problemsChanged();
}

}  // namespace warmstart
