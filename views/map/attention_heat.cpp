#include "views/map/attention_heat.h"

#include <QCoreApplication>
#include <algorithm>

#include "views/inspect/array_values.h"

namespace warmstart {
namespace {

/// "places.0", "places.1", ... (S,h,w) of a capture of gates.
std::vector<const Array*> gatesOf(const Capture& capture) {
  std::vector<const Array*> gates;
  if (capture.kind() != QLatin1String("gates")) return gates;
  while (const Array* array = capture.find("places." + std::to_string(gates.size()))) {
    if (array->shape.size() != 3 || valueCount(*array) == 0) break;
    gates.push_back(array);
  }
  return gates;
}

bool isOfPatches(const AttentionStack& stack) {
  return !stack.layers.empty() && !stack.patch_grid.empty();
}

void stretchToOne(std::vector<float>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const float low = *least, reach = *most - low;
  for (float& value : values) value = reach > 0 ? (value - low) / reach : 0;
}

std::vector<float> lookedAt(const AttentionStack& stack, const AttentionChoice& choice) {
  const MatrixPtr weights = attentionMatrix(stack, {}, choice);
  const int before = stack.class_tokens;
  const int lookers = before > 0 ? before : weights->rows;
  std::vector<float> heat;
  for (int key = before; key < weights->columns; ++key) {
    double sum = 0;
    for (int query = 0; query < lookers; ++query) sum += weights->at(query, key);
    heat.push_back(static_cast<float>(sum / lookers));
  }
  return heat;
}

std::optional<TileValues> patchHeat(const CapturePtr& capture, const TileGrid& grid,
                                    const AttentionChoice& choice) {
  TileValues heat;
  for (const TileGrid::Tile& tile : grid.tiles) {
    const AttentionStack stack = attentionStack(capture, tile.sample);
    if (!isOfPatches(stack)) return std::nullopt;
    heat.rows = stack.patch_grid[0], heat.columns = stack.patch_grid[1];
    heat.tiles.push_back(lookedAt(stack, choice));
    if (std::ssize(heat.tiles.back()) != heat.rows * heat.columns) return std::nullopt;
    stretchToOne(heat.tiles.back());
  }
  return heat;
}

/// Adds what the layer says of the sample, each of its values over the places that it stands for.
void addGate(const Array& gate, int sample, TileValues& heat, std::vector<float>& sum) {
  const std::int64_t rows = gate.shape[1], columns = gate.shape[2];
  std::vector<float> own(static_cast<std::size_t>(rows * columns));
  readValues(gate, sample * rows * columns, std::span(own));
  for (std::int64_t row = 0; row < heat.rows; ++row) {
    for (std::int64_t column = 0; column < heat.columns; ++column)
      sum[static_cast<std::size_t>(row * heat.columns + column)] += own[static_cast<std::size_t>(
          row * rows / heat.rows * columns + column * columns / heat.columns)];
  }
}

std::optional<TileValues> gateHeat(std::vector<const Array*> gates, const TileGrid& grid,
                                   const AttentionChoice& choice) {
  if (choice.layer >= 0) {
    const Array* const chosen =
        gates[std::min(gates.size() - 1, static_cast<std::size_t>(choice.layer))];
    gates = {chosen};
  }
  TileValues heat;
  for (const Array* gate : gates) {
    if (gate->shape[0] != grid.shape[0]) return std::nullopt;
    heat.rows = std::max(heat.rows, gate->shape[1]);
    heat.columns = std::max(heat.columns, gate->shape[2]);
  }
  for (const TileGrid::Tile& tile : grid.tiles) {
    std::vector<float> sum(static_cast<std::size_t>(heat.rows * heat.columns));
    for (const Array* gate : gates) addGate(*gate, tile.sample, heat, sum);
    stretchToOne(sum);
    heat.tiles.push_back(std::move(sum));
  }
  return heat;
}

}  // namespace

HeatOffer heatOffer(const CapturePtr& capture) {
  HeatOffer offer;
  if (!capture) return offer;
  const std::vector<const Array*> gates = gatesOf(*capture);
  for (std::size_t layer = 0; layer < gates.size(); ++layer)
    offer.layers += QCoreApplication::translate("Map", "layer %1").arg(layer);
  if (capture->kind() != QLatin1String("attention")) return offer;
  const AttentionStack stack = attentionStack(capture, 0);
  if (!isOfPatches(stack)) return offer;
  for (const AttentionLayer& layer : stack.layers) {
    offer.layers += layer.title;
    offer.heads = std::max(offer.heads, layer.heads);
  }
  offer.rollout = stack.self() && stack.layers.size() > 1;
  return offer;
}

std::optional<TileValues> attentionHeat(const CapturePtr& capture, const TileGrid& grid,
                                        const AttentionChoice& choice) {
  if (!capture) return std::nullopt;
  if (const auto gates = gatesOf(*capture); !gates.empty()) return gateHeat(gates, grid, choice);
  if (capture->kind() != QLatin1String("attention")) return std::nullopt;
  return patchHeat(capture, grid, choice);
}

}  // namespace warmstart
