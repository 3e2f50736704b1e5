#include "core/data/dataset.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>
#include <sstream>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/data/unusable_sample.h"

namespace warmstart {

std::string Dataset::token_text(std::int64_t) const { return {}; }

Json Dataset::origin(std::int64_t) const { return nullptr; }

std::shared_ptr<Dataset> Dataset::for_files(const std::vector<std::string>&) const {
  throw Error("this data set cannot read single files", "",
              "use a recipe whose data set reads files");
}

std::vector<std::filesystem::path> Dataset::save_prediction(std::int64_t, const Batch&,
                                                            const std::filesystem::path&) const {
  throw Error("this data set cannot write predictions", "",
              "use a recipe whose data set writes files");
}

void Transform::attach(const Json&) {}

/// Samples after the fixed transforms, kept while the budget lasts.
struct Source::Cache {
  explicit Cache(std::size_t budget) : budget_bytes(budget) {}
  std::mutex mutex;
  std::vector<std::shared_ptr<const Sample>> samples;
  std::size_t used_bytes = 0;
  std::size_t budget_bytes;
  std::atomic<std::uint64_t> drawn{0}, skipped{0};

  /// Sample `index` through all transforms.
  Sample draw(const Source& source, std::int64_t index, std::uint64_t seed);

  /// Says it the first, second, fourth, ... time; Error when they are too many.
  void skip(const UnusableSample& why) {
    constexpr std::uint64_t kEnough = 100;  // draws that tell a share
    const std::uint64_t count = ++skipped, all = std::max(drawn.load(), count);
    const std::string what = std::to_string(count) + " of " + std::to_string(all) +
                             " samples drawn were skipped, the last because of: " + why.what();
    if (all >= kEnough && count * 20 > all)
      throw Error(what, "data", "give samples that the transforms can use; up to 5 % are skipped");
    if (std::has_single_bit(count)) log_warning(what);
  }
};

Source::Source(std::shared_ptr<const Dataset> dataset,
               std::vector<std::shared_ptr<const Transform>> transforms, std::size_t cache_bytes)
    : dataset_(std::move(dataset)),
      transforms_(std::move(transforms)),
      cache_(std::make_unique<Cache>(cache_bytes)) {
  while (fixed_ < transforms_.size() && !transforms_[fixed_]->is_random()) ++fixed_;
  cache_->samples.resize(static_cast<std::size_t>(dataset_->size()));
}

Source::~Source() = default;

std::shared_ptr<Source> Source::from_spec(const DataSpec& spec) {
  std::vector<std::shared_ptr<const Transform>> transforms;
  const std::shared_ptr<Dataset> dataset = create<Dataset>(spec.dataset);
  const Json facts = spec.transforms.empty() ? Json() : dataset->facts();
  for (const ComponentSpec& transform : spec.transforms) {
    const std::shared_ptr<Transform> made = create<Transform>(transform);
    made->attach(facts);
    transforms.push_back(made);
  }
  return std::make_shared<Source>(dataset, std::move(transforms));
}

std::int64_t Source::size() const { return dataset_->size(); }

std::shared_ptr<Source> Source::with_dataset(std::shared_ptr<const Dataset> dataset) const {
  std::vector<std::shared_ptr<const Transform>> fixed;
  for (const auto& transform : transforms_)
    if (!transform->is_random()) fixed.push_back(transform);
  return std::make_shared<Source>(std::move(dataset), std::move(fixed), 0);
}

namespace {

std::size_t sample_bytes(const Sample& sample) {
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : sample.fields.fields()) bytes += tensor.nbytes();
  return bytes;
}

}  // namespace

Sample Source::draw(std::int64_t index, std::uint64_t seed) const {
  for (std::int64_t next = index, tried = 0;; next = (next + 1) % size()) {
    ++cache_->drawn;
    try {
      return cache_->draw(*this, next, seed);
    } catch (const UnusableSample& why) {
      if (++tried == size()) throw;
      cache_->skip(why);
    }
  }
}

Sample Source::Cache::draw(const Source& source, std::int64_t index, std::uint64_t seed) {
  const auto slot = static_cast<std::size_t>(index);
  Random random(mix_seed(seed, "transforms", static_cast<std::uint64_t>(index)));
  std::shared_ptr<const Sample> prepared;
  {
    const std::lock_guard lock(mutex);
    prepared = samples.at(slot);
  }
  if (!prepared) {
    Sample fresh = source.dataset_->get(index);
    for (std::size_t i = 0; i < source.fixed_; ++i) source.transforms_[i]->apply(fresh, random);
    const std::size_t bytes = sample_bytes(fresh);
    prepared = std::make_shared<const Sample>(std::move(fresh));
    const std::lock_guard lock(mutex);
    if (used_bytes + bytes <= budget_bytes && !samples[slot]) {
      samples[slot] = prepared;
      used_bytes += bytes;
    }
  }
  Sample sample = *prepared;
  for (std::size_t i = source.fixed_; i < source.transforms_.size(); ++i)
    source.transforms_[i]->apply(sample, random);
  sample.fields.set("index", at::scalar_tensor(index, at::kLong));
  return sample;
}

Batch collate(const std::vector<Sample>& samples) {
  Batch batch;
  if (samples.empty()) return batch;
  for (const auto& [name, first] : samples.front().fields.fields()) {
    std::vector<at::Tensor> parts;
    for (const Sample& sample : samples) {
      const at::Tensor& part = sample.fields.get(name);
      if (part.sizes() != first.sizes()) {
        std::ostringstream text;
        text << "field '" << name << "' has shape " << first.sizes() << " in " << samples.front().id
             << " and " << part.sizes() << " in " << sample.id;
        throw Error(text.str(), "batch", "add a crop or pad transform, or use batch_size: 1");
      }
      parts.push_back(part);
    }
    batch.set(name, at::stack(parts));
  }
  return batch;
}

}  // namespace warmstart
