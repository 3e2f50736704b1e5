// What data sets share whose samples are whole images with classes or labels.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/data/prediction_table.h"
#include "plugins/satellite/components/scene_tiles.h"

namespace warmstart::satellite {

class WholeImages : public Dataset {
 public:
  std::int64_t size() const final { return static_cast<std::int64_t>(images_->size()); }
  Json origin(std::int64_t index) const final {
    return images_->origin(static_cast<std::size_t>(index));
  }
  Json facts() const final {
    Json facts = images_->facts();
    facts["classes"] = class_names_.size();
    facts["class_names"] = class_names_;
    return facts;
  }

 protected:
  /// A row about `file`, the image's; the files written, once the last image has its row.
  std::vector<Path> write_row(std::int64_t index, const std::string& file, bool several_labels,
                              const Batch& outputs, const Path& folder) const {
    const auto written = write_prediction({{"file", file, file}}, outputs,
                                          {class_names_, several_labels, index == 0, folder}, file);
    return index + 1 == size() ? written : std::vector<Path>{};
  }

  std::vector<std::string> class_names_;
  std::shared_ptr<const SceneTiles> images_;
};

}  // namespace warmstart::satellite
