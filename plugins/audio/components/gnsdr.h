// The global normalised SDR of MIREX: what gnsdr and oracle_gnsdr share.
#pragma once
#include <string>

#include "core/metrics/metric.h"

namespace warmstart::audio {

/// How much an estimate of the voice is nearer to it than the mixture is, weighted by the clip's
/// length over the data's mean length, so that the mean over clips is sum(len * NSDR) / sum(len).
double weighted_nsdr(const at::Tensor& estimate, const Batch& fields, std::int64_t filter_length,
                     double mean_samples);

/// The data's mean clip length in samples; Error when the data set does not tell it.
double mean_samples_of(const Json& facts, const std::string& metric);

}  // namespace warmstart::audio
