#include "views/inspect/attention_stack.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "views/inspect/array_values.h"
#include "views/inspect/attention_metrics.h"

namespace warmstart {
namespace {

constexpr int kThumbnail = 48;  ///< pixels of the longer side, at most

QString attentionText(const char* text) {
  return QCoreApplication::translate("warmstart::AttentionView", text);
}

std::vector<int> numbersOf(const Json& info, const char* key) {
  const auto found = info.find(key);
  std::vector<int> numbers;
  if (found == info.end() || !found->is_array()) return numbers;
  for (const Json& item : *found) numbers.push_back(item.is_number() ? item.get<int>() : 0);
  return numbers;
}

void findPatches(AttentionStack& stack) {
  std::vector<int> grid = numbersOf(stack.capture->info(), "patch_grid");
  const auto good = [](int extent) { return extent > 0; };
  if (grid.size() != 2 || !std::all_of(grid.begin(), grid.end(), good)) return;
  const int patches = grid[0] * grid[1], before = stack.layers.front().keys - patches;
  if (before < 0 || before > 1) return;
  stack.patch_grid = std::move(grid), stack.class_tokens = before;
  QStringList names;
  if (before == 1) names += attentionText("class token");
  for (int patch = 0; patch < patches; ++patch)
    names +=
        QStringLiteral("%1, %2").arg(patch / stack.patch_grid[1]).arg(patch % stack.patch_grid[1]);
  stack.query_tokens = stack.key_tokens = names;
}

QStringList tokensAlong(const AttentionStack& stack, const char* axis, const Array& array,
                        std::size_t place, int shown) {
  QStringList tokens =
      axisLabels(*stack.capture, QLatin1String(axis), array.shape[place], stack.sample);
  for (QString& token : tokens) token = visibleText(token);
  return tokens.first(std::min<qsizetype>(shown, tokens.size()));
}

/// Tokens of the sample that are no padding; 0 = unknown.
int lengthOf(const Capture& capture, const char* key, int sample) {
  const std::vector<int> lengths = numbersOf(capture.info(), key);
  return sample < static_cast<int>(lengths.size()) ? lengths[static_cast<std::size_t>(sample)] : 0;
}

/// Cuts the padding off. Of queries that are the keys themselves one length is known.
void cutLayerPadding(AttentionLayer& layer, const Capture& capture, int sample) {
  const int keys = lengthOf(capture, "lengths", sample);
  const int queries = lengthOf(capture, "query_lengths", sample);
  if (keys <= 0 || (queries <= 0 && layer.queries != layer.keys)) return;
  layer.queries = std::min(queries > 0 ? queries : keys, layer.queries);
  layer.keys = std::min(keys, layer.keys);
}

/// Adds `more` times `factor`.
void addTo(std::vector<float>& sum, const std::vector<float>& more, float factor) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * more[i];
}

std::vector<float> meanOfHeads(const AttentionStack& stack, int layer) {
  const AttentionLayer& of = stack.layers[static_cast<std::size_t>(layer)];
  std::vector<float> mean(static_cast<std::size_t>(of.queries) * static_cast<std::size_t>(of.keys));
  for (int head = 0; head < of.heads; ++head)
    addTo(mean, stack.weights(layer, head), 1.0F / static_cast<float>(of.heads));
  return mean;
}

std::vector<float> chosenWeights(const AttentionStack& stack, const AttentionChoice& choice) {
  const AttentionLayer& first = stack.layers.front();
  const auto of_layer = [&](int layer) {
    const int heads = stack.layers[static_cast<std::size_t>(layer)].heads;
    return choice.head < 0 || choice.layer == AttentionChoice::kRollout
               ? meanOfHeads(stack, layer)
               : stack.weights(layer, std::min(choice.head, heads - 1));
  };
  if (choice.layer >= 0)
    return of_layer(std::min(choice.layer, static_cast<int>(stack.layers.size()) - 1));
  std::vector<std::vector<float>> layers;
  for (int layer = 0; layer < static_cast<int>(stack.layers.size()); ++layer) {
    const AttentionLayer& one = stack.layers[static_cast<std::size_t>(layer)];
    if (one.queries == first.queries && one.keys == first.keys) layers.push_back(of_layer(layer));
  }
  if (choice.layer == AttentionChoice::kRollout && stack.self())
    return attention_rollout(layers, first.keys);
  std::vector<float> mean(layers.front().size());
  for (const auto& layer : layers) addTo(mean, layer, 1.0F / static_cast<float>(layers.size()));
  return mean;
}

/// The greatest weight of each block of cells, so that one sharp line does not vanish.
QImage thumbnailOf(const HeadWeights& head) {
  const int width = std::min(kThumbnail, head.keys), height = std::min(kThumbnail, head.queries);
  const float most = *std::max_element(head.weights.begin(), head.weights.end());
  QImage image(width, height, QImage::Format_RGB32);
  const auto& colours = look::colours(look::Map::kViridis);
  for (int y = 0; y < height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < width; ++x) {
      float strongest = 0;
      for (int row = y * head.queries / height; row < (y + 1) * head.queries / height; ++row) {
        for (int column = x * head.keys / width; column < (x + 1) * head.keys / width; ++column)
          strongest = std::max(strongest, head.at(row, column));
      }
      const float share = most > 0 ? strongest / most : 0;
      line[x] = colours[static_cast<std::size_t>(std::clamp(share, 0.0F, 1.0F) * 255)];
    }
  }
  return image;
}

void measureHead(Matrix& metrics, const HeadWeights& head, const std::vector<int>& tokens) {
  for (const double value :
       {attention_entropy(head), distance_score(head, 1), distance_score(head, 0),
        first_key_score(head), induction_score(head, tokens)})
    metrics.values.push_back(value);
  ++metrics.rows;
}

/// Equal numbers for equal tokens; empty where nothing is known of them.
std::vector<int> tokenNumbers(const AttentionStack& stack) {
  std::vector<int> numbers;
  if (!stack.patch_grid.empty() || !stack.self()) return numbers;
  QHash<QString, int> known;
  for (const QString& token : stack.key_tokens)
    numbers.push_back(known.emplace(token, static_cast<int>(known.size())).value());
  return numbers;
}

}  // namespace

bool AttentionStack::self() const {
  if (layers.empty()) return false;
  // Captures say it; older ones are known by their tokens.
  const auto of = capture->info().find("of");
  if (of != capture->info().end()) return *of != "cross";
  return layers.front().queries == layers.front().keys && query_tokens == key_tokens;
}

std::vector<float> AttentionStack::weights(int layer, int head) const {
  const AttentionLayer& of = layers.at(static_cast<std::size_t>(layer));
  const Array& array = *capture->find(of.array);
  const std::int64_t heads = array.shape[1], queries = array.shape[2], keys = array.shape[3];
  const auto width = static_cast<std::size_t>(of.keys);
  std::vector<float> weights(static_cast<std::size_t>(of.queries) * width);
  for (int query = 0; query < of.queries; ++query)
    readValues(array, ((sample * heads + head) * queries + query) * keys,
               std::span(weights).subspan(static_cast<std::size_t>(query) * width, width));
  return weights;
}

bool AttentionStack::sameShape(const AttentionStack& other) const {
  return std::equal(layers.begin(), layers.end(), other.layers.begin(), other.layers.end(),
                    [](const AttentionLayer& a, const AttentionLayer& b) {
                      return a.heads == b.heads && a.queries == b.queries && a.keys == b.keys;
                    });
}

AttentionStack attentionStack(const CapturePtr& capture, int sample) {
  AttentionStack stack;
  stack.capture = capture, stack.sample = sample;
  if (!capture) return stack;
  const Array* first = nullptr;
  for (const Array& array : capture->arrays()) {
    if (array.shape.size() != 4 || valueCount(array) == 0 || sample >= array.shape[0] ||
        array.name == "image")
      continue;
    AttentionLayer layer{array.name, QString::fromStdString(array.name),
                         static_cast<int>(array.shape[1]), static_cast<int>(array.shape[2]),
                         static_cast<int>(array.shape[3])};
    layer.title.replace(QLatin1Char('.'), QLatin1Char(' '));
    cutLayerPadding(layer, *capture, sample);
    if (!first) first = &array;
    stack.layers.push_back(std::move(layer));
  }
  if (!first) return stack;
  stack.query_tokens = tokensAlong(stack, "query", *first, 2, stack.layers.front().queries);
  stack.key_tokens = tokensAlong(stack, "key", *first, 3, stack.layers.front().keys);
  findPatches(stack);
  return stack;
}

MatrixPtr attentionMatrix(const AttentionStack& stack, const AttentionStack& reference,
                          const AttentionChoice& choice) {
  auto matrix = std::make_shared<Matrix>();
  if (stack.layers.empty()) return matrix;
  const auto place = static_cast<std::size_t>(
      std::clamp(choice.layer, 0, static_cast<int>(stack.layers.size()) - 1));
  matrix->rows = stack.layers[place].queries, matrix->columns = stack.layers[place].keys;
  matrix->row_axis = attentionText("query"), matrix->column_axis = attentionText("key");
  matrix->unit = attentionText("attention weight");
  if (stack.query_tokens.size() == matrix->rows) matrix->row_labels = stack.query_tokens;
  if (stack.key_tokens.size() == matrix->columns) matrix->column_labels = stack.key_tokens;
  const std::vector<float> weights = chosenWeights(stack, choice);
  matrix->values.assign(weights.begin(), weights.end());
  if (reference.capture && stack.sameShape(reference)) {
    const std::vector<float> others = chosenWeights(reference, choice);
    for (std::size_t i = 0; i < others.size(); ++i) matrix->values[i] -= others[i];
    matrix->unit = attentionText("difference to %1").arg(reference.name);
  }
  return matrix;
}

AttentionDigest attentionDigest(const AttentionStack& stack) {
  AttentionDigest digest;
  digest.stack = stack;
  auto metrics = std::make_shared<Matrix>();
  metrics->columns = 5;
  metrics->row_axis = attentionText("head");
  metrics->column_labels = QStringList{attentionText("Entropy (bits)"),
                                       attentionText("Previous token"), attentionText("Itself"),
                                       attentionText("First token"), attentionText("Induction")};
  const std::vector<int> tokens = tokenNumbers(stack);
  for (int layer = 0; layer < static_cast<int>(stack.layers.size()); ++layer) {
    const AttentionLayer& of = stack.layers[static_cast<std::size_t>(layer)];
    digest.thumbnails.emplace_back();
    for (int head = 0; head < of.heads; ++head) {
      const std::vector<float> weights = stack.weights(layer, head);
      const HeadWeights one{weights, of.queries, of.keys};
      digest.thumbnails.back().push_back(thumbnailOf(one));
      metrics->row_labels += attentionText("%1, head %2").arg(of.title).arg(head);
      measureHead(*metrics, one, tokens);
    }
  }
  digest.metrics = metrics;
  return digest;
}

}  // namespace warmstart
