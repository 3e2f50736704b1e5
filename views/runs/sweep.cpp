#include "views/runs/sweep.h"

#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <set>

#include "core/claim/statistics.h"
#include "core/recipe/scalar.h"
#include "views/inspect/matrix.h"

namespace warmstart {
namespace {

constexpr int kMostSettingsInName = 2;

/// Which settings people vary on purpose come first; those of the measured data do where values on
/// several of them stand beside each other.
int rankOf(const std::string& key, bool several_data) {
  if (key.starts_with("measured.")) return several_data ? -1 : 4;
  if (key.starts_with("stage.data.")) return 0;
  if (key.starts_with("before") && key.find(".data.") != std::string::npos) return 1;
  if (key.starts_with("model.")) return 2;
  return key.starts_with("stage.") ? 3 : 5;
}

std::string textOf(const SweepSample& sample, const std::string& key) {
  const auto found = sample.settings.find(key);
  return found == sample.settings.end() ? std::string() : found->second;
}

std::set<std::string> keysOf(const std::vector<const SweepSample*>& samples) {
  std::set<std::string> keys;
  for (const SweepSample* sample : samples) {
    for (const auto& [key, text] : sample->settings) keys.insert(key);
  }
  return keys;
}

/// Numbers that take one value for each value of the setting, and not the same for all.
std::set<std::string> tiedTo(const std::string& swept,
                             const std::vector<const SweepSample*>& samples) {
  std::set<std::string> tied;
  for (const std::string& key : keysOf(samples)) {
    std::map<double, std::set<double>> by_x;
    std::set<double> all;
    bool numbers = key != swept;
    for (const SweepSample* sample : samples) {
      const std::optional<double> number = numberOf(sample->settings, key);
      numbers = numbers && number;
      if (!numbers) break;
      by_x[*numberOf(sample->settings, swept)].insert(*number);
      all.insert(*number);
    }
    const bool one_each = std::all_of(by_x.begin(), by_x.end(),
                                      [](const auto& entry) { return entry.second.size() == 1; });
    if (numbers && one_each && all.size() > 1) tied.insert(key);
  }
  return tied;
}

using Members = std::vector<const SweepSample*>;

QStringList wordsOf(const std::string& name) {
  static const QRegularExpression kBetween(QStringLiteral("[_\\-. ]+"));
  return QString::fromStdString(name).split(kBetween, Qt::SkipEmptyParts);
}

/// "large" of large_20 and large_100; all of them where they share nothing but numbers.
QString commonName(const std::set<std::string>& names) {
  if (names.size() == 1) return QString::fromStdString(*names.begin());
  QStringList common = wordsOf(*names.begin()), all;
  for (const std::string& name : names) {
    const QStringList words = wordsOf(name);
    common.removeIf([&](const QString& word) { return !words.contains(word); });
    all += QString::fromStdString(name);
  }
  const bool named = std::any_of(common.begin(), common.end(),
                                 [](const QString& word) { return word.front().isLetter(); });
  return named ? common.join(QLatin1Char(' ')) : all.join(QStringLiteral(", "));
}

template <class Of>
std::set<std::string> namesOf(const Members& members, Of of) {
  std::set<std::string> names;
  for (const SweepSample* member : members) names.insert(of(*member));
  return names;
}

class LineMaker {
 public:
  LineMaker(const std::vector<SweepSample>& samples, std::string swept) : swept_(std::move(swept)) {
    Members with, all;
    for (const SweepSample& sample : samples) {
      all.push_back(&sample);
      if (numberOf(sample.settings, swept_)) with.push_back(&sample);
    }
    left_out_ = tiedTo(swept_, with);
    left_out_.insert(swept_);
    several_recipes_ = namesOf(all, [](const auto& one) { return one.recipe; }).size() > 1;
    several_data_ = namesOf(all, [](const auto& one) { return one.data; }).size() > 1;
    for (const SweepSample* sample : all) groups_[identityOf(*sample)].push_back(sample);
  }

  std::vector<SweepLine> made() const {
    std::map<QString, std::vector<const Members*>> by_name;
    for (const auto& [identity, members] : groups_) by_name[nameOf(members)].push_back(&members);
    std::vector<SweepLine> lines;
    for (const auto& [name, alike] : by_name) {
      for (const Members* members : alike) {
        const bool alone = alike.size() == 1;
        lines.push_back(lineOf(*members, alone ? name : name + whatDiffers(*members, alike)));
      }
    }
    std::stable_sort(lines.begin(), lines.end(), [](const SweepLine& a, const SweepLine& b) {
      return std::pair(a.level, -std::ssize(a.points)) < std::pair(b.level, -std::ssize(b.points));
    });
    return lines;
  }

 private:
  RunSettings identityOf(const SweepSample& sample) const {
    RunSettings identity;
    for (const auto& [key, text] : sample.settings) {
      if (!left_out_.contains(key)) identity.emplace(key, text);
    }
    // One without the setting lies on no line of those that have it.
    if (!numberOf(sample.settings, swept_)) identity.emplace(swept_, "");
    return identity;
  }

  QString nameOf(const Members& members) const {
    QStringList parts;
    if (several_recipes_)
      parts += commonName(namesOf(
          members, [](const auto& one) { return one.recipe.substr(one.recipe.rfind('/') + 1); }));
    parts += commonName(namesOf(members, [](const auto& one) { return one.arm; }));
    if (several_data_)
      parts += commonName(namesOf(members, [](const auto& one) { return one.data; }));
    return parts.join(QStringLiteral(" \u00b7 "));
  }

  /// The settings that tell it from lines of the same name.
  QString whatDiffers(const Members& members, const std::vector<const Members*>& alike) const {
    Members firsts;
    for (const Members* each : alike) firsts.push_back(each->front());
    QString text;
    int told = 0;
    for (const std::string& key : keysOf(firsts)) {
      if (left_out_.contains(key)) continue;
      const auto texts = namesOf(firsts, [&](const auto& one) { return textOf(one, key); });
      if (texts.size() < 2 || told++ == kMostSettingsInName) continue;
      if (told > kMostSettingsInName) break;
      const std::string own = textOf(*members.front(), key);
      text += QStringLiteral(" \u00b7 %1 %2")
                  .arg(settingTitle(key),
                       own.empty() ? QStringLiteral("\u2013") : QString::fromStdString(own));
    }
    return text;
  }

  SweepLine lineOf(const Members& members, const QString& name) const {
    std::map<double, Members> by_x;
    SweepLine line{name, {}, !numberOf(members.front()->settings, swept_)};
    for (const SweepSample* member : members)
      by_x[numberOf(member->settings, swept_).value_or(0)].push_back(member);
    for (auto& [x, at] : by_x) {
      std::stable_sort(at.begin(), at.end(),
                       [](const auto* a, const auto* b) { return a->seed < b->seed; });
      std::vector<double> values;
      for (const SweepSample* sample : at) values.push_back(sample->value);
      const double deviation = values.size() > 1 ? standard_deviation(values) : 0;
      line.points.push_back({x, mean(values), deviation, at});
    }
    return line;
  }

  std::string swept_;
  std::set<std::string> left_out_;
  bool several_recipes_ = false, several_data_ = false;
  std::map<RunSettings, Members> groups_;
};

}  // namespace

std::optional<double> numberOf(const RunSettings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::nullopt : parse_number(found->second);
}

std::vector<std::string> sweptSettings(const std::vector<SweepSample>& samples) {
  std::map<std::string, std::set<double>> values;
  std::set<std::string> words;
  for (const SweepSample& sample : samples) {
    for (const auto& [key, text] : sample.settings) {
      const std::optional<double> number = parse_number(text);
      number ? void(values[key].insert(*number)) : void(words.insert(key));
    }
  }
  std::vector<std::string> keys;
  for (const auto& [key, numbers] : values) {
    if (numbers.size() > 1 && !words.contains(key)) keys.push_back(key);
  }
  const bool several = std::any_of(samples.begin(), samples.end(), [&](const SweepSample& sample) {
    return sample.data != samples.front().data;
  });
  std::stable_sort(keys.begin(), keys.end(), [&](const std::string& a, const std::string& b) {
    return std::pair(rankOf(a, several), -std::ssize(values[a])) <
           std::pair(rankOf(b, several), -std::ssize(values[b]));
  });
  return keys;
}

std::vector<SweepLine> sweepLines(const std::vector<SweepSample>& samples, const std::string& key) {
  return LineMaker(samples, key).made();
}

QByteArray sweepCsv(const std::vector<SweepLine>& lines, const std::string& key,
                    const std::string& metric) {
  QByteArray csv = "line,run,recipe,arm,seed,data," + csvField(QString::fromStdString(key)) + ',' +
                   csvField(QString::fromStdString(metric)) + '\n';
  for (const SweepLine& line : lines) {
    for (const SweepPoint& point : line.points) {
      for (const SweepSample* sample : point.samples) {
        csv += csvField(line.name);
        for (const std::string& text : {sample->run, sample->recipe, sample->arm})
          csv += ',' + csvField(QString::fromStdString(text));
        csv += ',' + QByteArray::number(static_cast<qlonglong>(sample->seed)) + ',' +
               csvField(QString::fromStdString(sample->data)) + ',' +
               (line.level ? QByteArray() : QByteArray::number(point.x, 'g', 17)) + ',' +
               QByteArray::number(sample->value, 'g', 17) + '\n';
      }
    }
  }
  return csv;
}

}  // namespace warmstart
