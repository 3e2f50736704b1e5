// What a routing trace recorded at one step, read back from its file as plain values, and what the
// Pathway view shows of it. No torch: the window calls it off its own thread.
#pragma once
#include <limits>
#include <map>
#include <string>

#include "core/base/json.h"
#include "core/base/tensor_file.h"
#include "core/pathway/pathway_complexity.h"
#include "core/pathway/pathway_descriptors.h"
#include "core/pathway/pathway_distance.h"

namespace warmstart {

struct RoutingRecord {
  std::int64_t step = 0;
  std::string state;  ///< of the monitor
  std::vector<std::string> samples, hashes;
  std::string aggregate;  ///< whose pathways the monitor follows: mean or token
  std::size_t layers = 0, experts = 0;
  double tau = 0.7;
  PathwayDistance how;
  /// A sample with a loss up to it counts as memorized, in nats; NaN = the file does not say.
  double eps = std::numeric_limits<double>::quiet_NaN();
  /// By aggregate: (n,L,E) mean routing weights, (n,L-1) similarity of neighbouring layers.
  std::map<std::string, std::vector<float>> weights, similarity;
  std::vector<double> loss;         ///< nats
  std::vector<std::int64_t> group;  ///< one a sample; empty = no groups
  std::vector<double> load;         ///< (L,E) share of tokens
  RoutingWeights routing(const std::string& aggregate) const;
};

/// `info`: the file's "capture" metadata; `where` names the file in errors. Error where an array is
/// missing or has another shape or type than a routing trace writes.
RoutingRecord read_routing_record(const TensorFile& file, const Json& info,
                                  const std::string& where);
RoutingRecord read_routing_record(const Path& file);
/// What the file says of itself, losses and groups alone: no routing, similarity or load is copied.
RoutingRecord read_routing_losses(const Path& file);
/// The pathways of some samples, in the order asked for; of the routing no other row is read.
/// Errors as above, and for an aggregate or a sample that was not recorded.
std::vector<Pathway> read_pathways(const Path& file, const std::string& aggregate,
                                   const std::vector<std::size_t>& samples);

/// Error "routing traces of step 4000 and 8000 were taken on different samples".
void require_same_samples(const RoutingRecord& a, const RoutingRecord& b);

/// The pathways of one step in one aggregate, and all that is drawn of them.
struct StepPathways {
  std::string aggregate;
  std::vector<Pathway> pathways;
  std::vector<std::string> texts;         ///< "3,1|5|0,2"
  std::vector<double> complexity, plain;  ///< one a sample; NaN = undefined
  std::vector<double> load;               ///< (L,E): mean weight, sums to 1 in a layer
  std::vector<std::string> warnings;      ///< of dead routers
  std::vector<std::int64_t> groups;       ///< one a sample (all 0 without groups)
  std::vector<float> matrix;              ///< (n,n) distances
  std::vector<std::size_t> order;         ///< of the samples by group and likeness
  GroupDistances between;                 ///< mean distance of each two groups
  PathwayDescriptors descriptors;
};

/// Computes it; `threads` of the matrix, 0 = all cores. Error for an aggregate that was not
/// recorded.
StepPathways step_pathways(const RoutingRecord& record, const std::string& aggregate,
                           unsigned threads = 0);

/// IEEE half precision to float.
float half_to_float(std::uint16_t bits);

}  // namespace warmstart
