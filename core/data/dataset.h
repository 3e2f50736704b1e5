// Where samples come from, and what is done to one before it is batched. After this door nobody
// knows the file format.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/random.h"
#include "core/catalog/catalog.h"
#include "core/data/batch.h"
#include "core/recipe/recipe.h"

namespace warmstart {

/// One sample: fields without the batch axis, and a name for people (a file stem, "phantom 12").
struct Sample {
  std::string id;
  Batch fields;
};

class Dataset {
 public:
  static constexpr const char* kKind = "dataset";
  virtual ~Dataset() = default;
  virtual std::int64_t size() const = 0;
  /// Sample `index`, the same one each time; called from several threads. Errors name the file.
  virtual Sample get(std::int64_t index) const = 0;
  /// What recipes may refer to as ${data.NAME}: "classes" (with background), "class_names",
  /// "channels", "dims", ...
  virtual Json facts() const = 0;
  /// How a token number of the field "tokens" reads to people. Default: "", there are no tokens.
  virtual std::string token_text(std::int64_t token) const;
  /// Where sample `index` was taken from, for captures: {"scene", "file", "crs", ...}. Default:
  /// null, it has no place.
  virtual Json origin(std::int64_t index) const;
  /// The same reading rules for a user's files without labels (`warmstart predict`). Default: not
  /// supported (Error).
  virtual std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const;
  /// Writes what a model predicted for sample `index` in the domain's own format on the input's own
  /// grid; `outputs` has no batch axis. Returns the files written. Default: not supported (Error).
  virtual std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs, const std::filesystem::path& folder) const;
};

class Transform {
 public:
  static constexpr const char* kKind = "transform";
  virtual ~Transform() = default;
  /// Called once before the first sample; `facts`: the dataset's. Error when they lack something.
  virtual void attach(const Json& facts);
  /// Replaces fields (`set`); never writes into a tensor in place: the sample may be shared with
  /// the cache.
  virtual void apply(Sample& sample, Random& random) const = 0;
  /// A random transform is drawn anew for each epoch; the fixed ones before the first random one
  /// are cached.
  virtual bool is_random() const = 0;
};

/// A dataset with its transforms: what a recipe's `data.NAME` becomes. Thread-safe. Samples after
/// the leading fixed transforms are kept in memory up to a budget.
class Source {
 public:
  Source(std::shared_ptr<const Dataset> dataset,
         std::vector<std::shared_ptr<const Transform>> transforms,
         std::size_t cache_bytes = std::size_t{2} << 30);
  ~Source();
  /// Makes the dataset and transforms that a recipe's data entry names.
  static std::shared_ptr<Source> from_spec(const DataSpec& spec);
  std::int64_t size() const;
  /// Draws sample `index` with the randomness `seed`; adds the field "index".
  Sample draw(std::int64_t index, std::uint64_t seed) const;
  const Dataset& dataset() const { return *dataset_; }
  /// The same transforms but for the random ones: for data that is looked at, not trained on.
  std::shared_ptr<Source> with_dataset(std::shared_ptr<const Dataset> dataset) const;

 private:
  struct Cache;
  std::shared_ptr<const Dataset> dataset_;
  std::vector<std::shared_ptr<const Transform>> transforms_;
  std::size_t fixed_ = 0;
  std::unique_ptr<Cache> cache_;
};

/// Stacks samples into a batch; fields of unequal shape are an Error naming both samples.
Batch collate(const std::vector<Sample>& samples);

}  // namespace warmstart
