// The pages of the recipe's form: what stands on each of them.
#include <QBoxLayout>
#include <QInputDialog>
#include <QToolButton>

#include "views/look/icon_button.h"
#include "views/setup/recipe_form.h"
#include "views/setup/recipe_names.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

Json textsOf(const QStringList& names) {
  Json texts = Json::array();
  for (const QString& name : names) texts.push_back(name.toStdString());
  return texts;
}

}  // namespace

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
  const Kind dataset{
      QStringLiteral("dataset"), QStringLiteral("dataset"), {QStringLiteral("transforms")}};
  for (const QString& name : memberNames(QStringLiteral("data"))) {
    const QString path = QStringLiteral("data.") + name;
    addDataButtons(name, addComponent(path, dataset, tr("Data: %1").arg(name), false));
    addList(path + QStringLiteral(".transforms"),
            {QStringLiteral("transform"), QStringLiteral("type"), {}},
            tr("Transforms of %1").arg(name));
  }
  const QStringList taken = memberNames(QStringLiteral("data"));
  addAdder(QStringLiteral("data"), tr("data entry"), cards_.names(QStringLiteral("dataset")),
           [taken](Value& tree, const QString& dataset) {
             QString name = QStringLiteral("data");
             for (int i = 2; taken.contains(name); ++i) name = QStringLiteral("data_%1").arg(i);
             Value entry = Value::map();
             entry.set("dataset", Value::scalar(dataset.toStdString(), true));
             set_path(tree, "data." + name.toStdString(), std::move(entry));
           });
}

void RecipeForm::addDataButtons(const QString& name, QHBoxLayout* into) {
  const QString path = QStringLiteral("data.") + name;
  const auto button = [&](const char* icon, const QString& tip, std::function<void()> act) {
    QToolButton* tool = look::iconButton(QString::fromLatin1(icon), tip, widget());
    tool->setObjectName(path + QLatin1Char('.') + QLatin1String(icon));
    connect(tool, &QToolButton::clicked, this, std::move(act));
    into->addWidget(tool);
  };
  button("tag", tr("Rename this data entry everywhere"), [this, name] { renameData(name); });
  button("remove", tr("Remove this data entry"), [this, name, path] {
    draft_.change(tr("Remove data entry %1").arg(name),
                  [&](Value& tree) { erase_path(tree, path.toStdString()); });
  });
}

void RecipeForm::renameData(const QString& from) {
  bool good = false;
  const QString to =
      QInputDialog::getText(this, tr("Rename Data Entry"), tr("New name of %1:").arg(from),
                            QLineEdit::Normal, from, &good)
          .trimmed();
  if (!good || to.isEmpty() || memberNames(QStringLiteral("data")).contains(to)) return;
  draft_.change(tr("Rename data entry %1").arg(from),
                [&](Value& tree) { rename_data(tree, from.toStdString(), to.toStdString()); });
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
  const Json data = textsOf(memberNames(QStringLiteral("data")));
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
  const QStringList data = memberNames(QStringLiteral("data"));
  const QString all = QStringLiteral("measure");
  for (int i = 0; i < count; ++i) {
    const QString path = QStringLiteral("measure.%1").arg(i);
    addItemButtons(all, i, count, heading(tr("Measure %1").arg(i + 1)));
    addField(path + QStringLiteral(".on"), {{"name", "on"},
                                            {"type", "string"},
                                            {"required", true},
                                            {"choices", textsOf(data)},
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
              {"suggestions", textsOf(memberNames(QStringLiteral("stages")))},
              {"help", "stage after which it is measured; empty = the arm's last"}});
    addComponent(path + QStringLiteral(".inference"),
                 {QStringLiteral("inference"), QStringLiteral("type"), {}}, tr("Inference"), true);
    addList(path + QStringLiteral(".metrics"),
            {QStringLiteral("metric"), QStringLiteral("type"), {}}, tr("Metrics"));
  }
  addAdder(all, tr("measure of"), data, [all](Value& tree, const QString& name) {
    Value measure = Value::map();
    measure.set("on", Value::scalar(name.toStdString(), true));
    measure.set("metrics", Value::list());
    appendTo(tree, all, std::move(measure));
  });
  buildCaptures();
  buildClaims();
}

void RecipeForm::buildCaptures() {
  const Value* list = draft_.tree().find("capture");
  const int count = list ? static_cast<int>(list->items.size()) : 0;
  for (int i = 0; i < count; ++i) {
    const QString path = QStringLiteral("capture.%1").arg(i);
    addItemButtons(QStringLiteral("capture"), i, count,
                   addComponent(path,
                                {QStringLiteral("inspector"),
                                 QStringLiteral("inspector"),
                                 {QStringLiteral("name"), QStringLiteral("on"),
                                  QStringLiteral("every"), QStringLiteral("samples")}},
                                tr("Capture %1").arg(i + 1), false));
    addField(path + QStringLiteral(".name"),
             {{"name", "name"},
              {"type", "string"},
              {"default", ""},
              {"help", "what its files are called; empty = as the inspector"}});
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
  const bool single = claims && claims->is_map();
  const int count = !claims ? 0 : single ? 1 : static_cast<int>(claims->items.size());
  const QString all = QStringLiteral("claim");
  Json fields = Json::parse(R"([
      {"name": "better", "type": "string", "required": true, "help": "ARM.DATA.METRIC[.PART] that should be larger, or a number"},
      {"name": "than", "type": "string", "required": true, "help": "ARM.DATA.METRIC[.PART] that should be smaller, or a number"},
      {"name": "by", "type": "number", "default": 0, "help": "smallest difference of the means"},
      {"name": "times", "type": "number", "default": 1, "help": "factor on the side that should be smaller"},
      {"name": "every_seed", "type": "boolean", "default": false, "help": "the margin holds in each seed, not in the mean alone"},
      {"name": "confidence", "type": "number", "default": 0, "min": 0, "max": 0.999999, "help": "1 - largest p value; 0 = the margin alone"},
      {"name": "text", "type": "string", "default": "", "help": "the claim in words"},
      {"name": "state", "type": "string", "default": "holds", "choices": ["holds", "not_shown"], "help": "what is expected"}])");
  for (std::size_t side : {0U, 1U}) fields[side]["suggestions"] = textsOf(measuredNames());
  for (int i = 0; i < count; ++i) {
    QHBoxLayout* head = heading(count == 1 ? tr("Claim") : tr("Claim %1").arg(i + 1));
    if (single) {
      QToolButton* remove =
          look::iconButton(QStringLiteral("remove"), tr("Remove the claim"), widget());
      remove->setObjectName(QStringLiteral("claim.remove"));
      connect(remove, &QToolButton::clicked, this, [this] {
        draft_.change(tr("Remove the claim"), [](Value& tree) { erase_path(tree, "claim"); });
      });
      head->addWidget(remove);
    } else {
      addItemButtons(all, i, count, head);
    }
    addFields(single ? all : QStringLiteral("claim.%1").arg(i), fields);
  }
  addAdder(all, tr("claim that better is"), measuredNames(),
           [all](Value& tree, const QString& better) {
             Value claim = Value::map();
             claim.set("better", Value::scalar(better.toStdString(), true));
             claim.set("than", Value::scalar(better.toStdString(), true));
             appendTo(tree, all, std::move(claim));
           });
}

/// "ARM.DATA.METRIC" of all that the recipe measures, as claims name it.
QStringList RecipeForm::measuredNames() const {
  QStringList arms = memberNames(QStringLiteral("arms")), names;
  if (arms.isEmpty()) arms = {QStringLiteral("main")};
  const Value* measures = draft_.tree().find("measure");
  for (const QString& arm : std::as_const(arms)) {
    for (const Value& measure : measures ? measures->items : std::vector<Value>()) {
      const Value* on = measure.find("on");
      const Value* metrics = measure.find("metrics");
      for (const Value& metric : metrics ? metrics->items : std::vector<Value>()) {
        const Value* type = metric.is_scalar() ? &metric : metric.find("type");
        if (!on || !type) continue;
        const QString name = arm + QLatin1Char('.') + QString::fromStdString(on->text) +
                             QLatin1Char('.') + QString::fromStdString(type->text);
        if (!names.contains(name)) names += name;
      }
    }
  }
  return names;
}

}  // namespace warmstart
