// A run with routing captures on a throw-away workspace, shown in the Inspect panel, for tests of
// the Pathway view.
#pragma once
#include <QTest>
#include <fstream>

#include "core/base/tensor_file.h"
#include "tests/gui/test_desk.h"
#include "views/inspect/inspect_panel.h"
#include "views/pathway/pathway_view.h"

namespace warmstart {

inline constexpr std::size_t kRoutedSamples = 6, kRoutedLayers = 3, kRoutedExperts = 4;

template <class T>
Array routingArray(const char* name, Dtype dtype, std::vector<std::int64_t> shape,
                   const std::vector<T>& values) {
  return {name, dtype, std::move(shape), std::as_bytes(std::span(values))};
}

/// Samples 0 to 2 (group 4) go through expert 1 of each layer, 3 to 5 (group 9) through expert 2
/// and then 3; sample 1 ends at expert 0.
inline std::vector<std::uint16_t> routedWeights() {
  constexpr std::uint16_t kMost = 0x3a00, kRest = 0x3400;  // 0.75, 0.25
  std::vector<std::uint16_t> weights(kRoutedSamples * kRoutedLayers * kRoutedExperts, 0);
  for (std::size_t i = 0; i < kRoutedSamples; ++i) {
    for (std::size_t layer = 0; layer < kRoutedLayers; ++layer) {
      std::size_t main = i < 3 ? 1 : layer == 0 ? 2 : 3;
      if (i == 1 && layer == 2) main = 0;
      std::uint16_t* row = &weights[(i * kRoutedLayers + layer) * kRoutedExperts];
      row[main] = kMost;
      row[main == 1 ? 0 : 1] = kRest;
    }
  }
  return weights;
}

/// Samples 0 to 4 come down to 0, 0.1, ... 0.4 at these steps; 5 always has 0.5.
inline std::vector<float> routedLosses(int step) {
  const std::vector<int> low_from{100, 200, 200, 200, 300, 100};
  std::vector<float> loss;
  for (std::size_t i = 0; i < kRoutedSamples; ++i)
    loss.push_back(step < low_from[i] ? 3.0F : 0.1F * static_cast<float>(i));
  return loss;
}

inline void writeRouting(const Path& file, int step, const std::string& hash = "1",
                         const Json& more = Json::object()) {
  const std::vector<std::uint16_t> weights = routedWeights();
  const std::vector<float> similarity{0.5F, 1, 1, 1, 0.25F, 0.5F, -1, -1, 1, 1, 1, 1};
  std::vector<float> load(kRoutedLayers * kRoutedExperts, 0.25F);
  const std::vector<float> loss = routedLosses(step);
  if (step == 100) load[5] = 0.97F;
  const std::vector<std::int64_t> group{4, 4, 4, 9, 9, 9};
  Json info{
      {"kind", "routing"},
      {"step", step},
      {"stage", "decay"},
      {"samples", {"1 + 3 = 4", "2 + 2 = 4", "0 + 4 = 4", "4 + 5 = 9", "3 + 6 = 9", "8 + 1 = 9"}},
      {"sample_hashes", {hash, "2", "3", "4", "5", "6"}},
      {"aggregate", "token"},
      {"group", "class"},
      {"state", step < 300 ? "memorized" : "generalizing"},
      {"tau", 0.7},
      {"eps", 0.45}};
  info.update(more);
  std::filesystem::create_directories(file.parent_path());
  write_tensor_file(file, {{"capture", info.dump()}},
                    {routingArray("weights.mean", Dtype::kFloat16, {6, 3, 4}, weights),
                     routingArray("weights.token", Dtype::kFloat16, {6, 3, 4}, weights),
                     routingArray("similarity.mean", Dtype::kFloat32, {6, 2}, similarity),
                     routingArray("similarity.token", Dtype::kFloat32, {6, 2}, similarity),
                     routingArray("loss", Dtype::kFloat32, {6}, loss),
                     routingArray("load", Dtype::kFloat32, {3, 4}, load),
                     routingArray("group", Dtype::kInt64, {6}, group)});
}

class PathwayViewTest : public DeskTest {
 protected:
  /// `memorized_from`: the record from which the samples are memorized.
  void makeRun(int memorized_from = 2) {
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream log(root_ / "runs/one/events.jsonl");
    log << R"({"event":"start","time":1,"total_steps":500})"
        << "\n"
        << R"({"event":"stage","time":1,"stage":"decay","index":0,"steps":500,"global_step":0})"
        << "\n";
    for (int i = 1; i <= 5; ++i) addRecord(log, i, memorized_from);
    log << R"({"event":"done","time":9})"
        << "\n";
  }
  void addRecord(std::ostream& log, int i, int memorized_from = 2) {
    writeRouting(fileOf(100 * i), 100 * i, "1", more_);
    log << Json{{"event", "validation"},
                {"time", i},
                {"global_step", 100 * i},
                {"on", "test"},
                {"metrics", {{"accuracy", 0.2 * i}}}}
               .dump()
        << "\n"
        << Json{{"event", "validation"},
                {"time", i},
                {"global_step", 100 * i},
                {"on", "train"},
                {"metrics",
                 {{"routing_trace.memorized", i < memorized_from ? 0.0 : memorized_},
                  {"routing_trace.loss", 1.0 / i},
                  {"routing_trace.state", i < 2   ? 0
                                          : i < 4 ? 1
                                                  : 2},
                  {"routing_trace.token.ratio", 1 - 0.1 * i},
                  {"routing_trace.token.distance", 0.6},
                  {"routing_trace.token.layer1", 0.1 * i},
                  {"routing_trace.token.layer2", 0.5},
                  {"routing_trace.token.layer3", 0.9 - 0.1 * i},
                  {"routing_trace.token.complexity", 0.7},
                  {"routing_trace.token.complexity_plain", 0.9}}}}
               .dump()
        << "\n";
  }
  Path fileOf(int step) const {
    return root_ / "runs/one/captures" / std::to_string(step) / "routing_trace.safetensors";
  }
  void show(int width = 1280, int height = 760) {
    panel_.resize(width, height);
    panel_.show();
    selection_.setRun(QStringLiteral("one"));
    ASSERT_TRUE(waitSettled());
  }
  bool waitSettled() {
    return QTest::qWaitFor(
        [this] { return panel_.settled() && view() != nullptr && view()->settled(); }, 8000);
  }
  PathwayView* view() { return qobject_cast<PathwayView*>(panel_.view()); }
  void photograph(const QString& name) {
    const QString folder = qEnvironmentVariable("WARMSTART_SHOTS");
    if (!folder.isEmpty()) panel_.grab().save(folder + QLatin1Char('/') + name);
  }
  /// The colour of the ribbons beside a node, at that share of its height.
  QColor ribbonAt(std::size_t layer, std::size_t expert, double share) {
    const QRectF node = view()->map()->nodeOf(layer, expert);
    const QPointF place(node.right() + 8, node.top() + share * node.height());
    return view()->map()->grab().toImage().pixelColor(place.toPoint());
  }
  Json more_ = Json::object();  ///< of every capture's description
  double memorized_ = 1;        ///< share of the samples, once they are
  InspectPanel panel_{desk_};
};

}  // namespace warmstart
