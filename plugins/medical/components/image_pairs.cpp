// Volumes with label maps from a folder: the data set of most medical recipes.
#include <torch/types.h>

#include <cmath>

#include "core/data/dataset.h"
#include "core/recipe/recipe.h"
#include "plugins/medical/components/prediction_files.h"
#include "plugins/medical/components/volume_tensor.h"
#include "plugins/medical/io/case_list.h"
#include "plugins/medical/io/gate.h"
#include "plugins/medical/io/header_check.h"

namespace warmstart::medical {

/// A case whose files have passed the gate.
struct AdmittedCase {
  std::string name;
  std::vector<Admission> images;
  std::optional<Admission> label;
};

namespace {

std::vector<AdmittedCase> admit_cases(const std::vector<Case>& cases, Gate& gate) {
  std::vector<Path> files;
  for (const Case& one : cases) {
    files.insert(files.end(), one.images.begin(), one.images.end());
    if (!one.label.empty()) files.push_back(one.label);
  }
  const std::vector<Admission> admissions = gate.admit(files);
  std::vector<AdmittedCase> admitted;
  std::size_t next = 0;
  for (const Case& one : cases) {
    AdmittedCase result{one.name, {}, std::nullopt};
    for (std::size_t c = 0; c < one.images.size(); ++c) {
      result.images.push_back(admissions[next++]);
    }
    if (!one.label.empty()) result.label = admissions[next++];
    admitted.push_back(std::move(result));
  }
  return admitted;
}

void check_grids(const AdmittedCase& one, double tolerance_mm) {
  const Grid& grid = one.images.front().verdict.grid;
  const auto compare = [&](const Admission& other, const char* what) {
    const std::string difference = grid_difference(grid, other.verdict.grid, tolerance_mm);
    if (difference.empty()) return;
    throw Error("case " + one.name + ": " + what + " grid differs from image (" + difference + ")",
                other.file.string(), "resample it onto the image's grid");
  };
  for (const Admission& image : one.images) compare(image, "channel");
  if (one.label) compare(*one.label, "label");
}

std::string label_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

void check_labels(const AdmittedCase& one, std::int64_t classes) {
  if (!one.label) return;
  const Verdict& verdict = one.label->verdict;
  const double last = static_cast<double>(classes - 1);
  std::string wrong;
  if (!verdict.whole) wrong = "values between whole numbers";
  if (verdict.high > last) wrong = "value " + label_number(verdict.high);
  if (verdict.low < 0) wrong = "value " + label_number(verdict.low);
  if (wrong.empty()) return;
  throw Error("case " + one.name + ": the label has " + wrong + ", allowed are 0.." +
                  std::to_string(classes - 1),
              one.label->file.string(), "correct the label or the list of classes");
}

std::vector<std::string> numbered_classes(const std::vector<AdmittedCase>& cases) {
  double high = 0;
  for (const AdmittedCase& one : cases) {
    if (one.label) high = std::max(high, one.label->verdict.high);
  }
  if (high > 1000) {
    throw Error("label values go up to " + label_number(high), "",
                "give the list of classes; labels count up from 0");
  }
  std::vector<std::string> names{"background"};
  for (int k = 1; k <= static_cast<int>(high); ++k) names.push_back("class " + std::to_string(k));
  return names;
}

Path resolve_split_file(const std::string& name, const Path& root) {
  for (const Path& place : {Path(name), root / name, resource_dir() / name}) {
    if (std::filesystem::is_regular_file(place)) return place;
  }
  throw Error("there is no such split file", name,
              "give a path, or a name below the data's folder or the resources");
}

}  // namespace

class ImagePairs final : public Dataset {
 public:
  struct Config {
    std::string root, split = "all", split_file;
    std::vector<std::string> classes;
    std::int64_t limit = 0;
    bool labelled = true, probabilities = false;
    double grid_tolerance = 0.1;
    void describe(Fields& fields) {
      fields.field("root", root, "folder with images/ and labels/, or imagesTr/ and labelsTr/")
          .required();
      fields.field("split", split, "all, or a split of split_file (train, val, test, ...)");
      fields.field("split_file", split_file, "JSON file that lists the cases of each split");
      fields.field("classes", classes,
                   "class names with background; empty: from dataset.json, else numbered");
      fields.field("limit", limit, "use the first so many cases of the split; 0 = all").at_least(0);
      fields.field("labelled", labelled, "read the labels too");
      fields
          .field("grid_tolerance", grid_tolerance,
                 "largest distance between image and label grid in any corner")
          .at_least(0)
          .unit("mm");
      fields.field("probabilities", probabilities, "predictions also as class probabilities");
    }
  };

  explicit ImagePairs(const Config& config) : config_(config) {
    const CaseFolder folder = find_cases(config.root, config.labelled);
    std::vector<Case> chosen = folder.cases;
    if (config.split != "all") {
      if (config.split_file.empty()) {
        throw Error("split '" + config.split + "' needs a split_file", "medical.image_pairs",
                    "name the file that lists the splits, or set split: all");
      }
      const Path file = resolve_split_file(config.split_file, config.root);
      chosen = pick_cases(folder.cases, read_split(file, config.split), config.root);
    }
    if (config.limit > 0 && static_cast<std::size_t>(config.limit) < chosen.size()) {
      chosen.resize(static_cast<std::size_t>(config.limit));
    }
    Gate gate;
    cases_ = admit_cases(chosen, gate);
    class_names_ = !config.classes.empty() ? config.classes : folder.class_names;
    check_cases();
    if (class_names_.empty() && config.labelled) {
      // Numbered by the whole folder, so that every split sees the same classes.
      class_names_ = numbered_classes(admit_cases(folder.cases, gate));
    }
    for (const AdmittedCase& one : cases_) {
      check_labels(one, static_cast<std::int64_t>(class_names_.size()));
    }
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(cases_.size()); }

  Sample get(std::int64_t index) const override {
    const AdmittedCase& one = cases_.at(static_cast<std::size_t>(index));
    Sample sample{one.name, {}};
    std::vector<at::Tensor> channels;
    for (const Admission& image : one.images) channels.push_back(to_tensor(read_volume(image)));
    sample.fields.set("image", at::stack(channels));
    if (one.label) sample.fields.set("label", to_tensor(read_volume(*one.label)).to(at::kLong));
    const Grid& grid = one.images.front().verdict.grid;
    sample.fields.set("spacing", spacing_tensor(grid));
    sample.fields.set("direction", direction_tensor(grid));
    sample.fields.set("origin", origin_tensor(grid));
    return sample;
  }

  Json facts() const override {
    Json facts{{"channels", cases_.front().images.size()}, {"dims", 3}, {"cases", size()}};
    if (!class_names_.empty()) {
      facts["classes"] = class_names_.size();
      facts["class_names"] = class_names_;
    }
    const Vector3 spacing = canonical(cases_.front().images.front().verdict.grid).spacing();
    facts["spacing"] = {spacing[2], spacing[1], spacing[0]};  // of the first case, mm along D, H, W
    return facts;
  }

  std::shared_ptr<Dataset> for_files(const std::vector<std::string>& paths) const override {
    std::vector<Case> cases = group_channels({paths.begin(), paths.end()});
    if (cases.empty()) throw Error("no files given", "", "name volume files or DICOM folders");
    const std::size_t channels = cases_.front().images.size();
    for (const Case& one : cases) {
      if (one.images.size() == channels) continue;
      throw Error("case " + one.name + " has " + std::to_string(one.images.size()) +
                      " channels, the model was trained on " + std::to_string(channels),
                  one.images.front().string(), "give all channels as NAME_0000, NAME_0001, ...");
    }
    const auto files = std::make_shared<ImagePairs>(*this);
    files->config_.labelled = false;
    Gate gate;
    files->cases_ = admit_cases(cases, gate);
    files->check_cases();
    return files;
  }

  std::vector<std::filesystem::path> save_prediction(
      std::int64_t index, const Batch& outputs,
      const std::filesystem::path& folder) const override {
    const AdmittedCase& one = cases_.at(static_cast<std::size_t>(index));
    Grid grid = one.images.front().verdict.grid;
    const Path& file = one.images.front().file;
    // The forms are not part of a verdict; they are wanted bit for bit.
    if (format_of(file) == Format::kNifti) grid = check_header(file).grid;
    return write_prediction(one.name, grid, outputs, folder, config_.probabilities);
  }

 private:
  void check_cases() const {
    for (const AdmittedCase& one : cases_) {
      for (const Admission& image : one.images) require_good(image);
      if (one.label) require_good(*one.label);
      check_grids(one, config_.grid_tolerance);
    }
  }

  Config config_;
  std::vector<AdmittedCase> cases_;
  std::vector<std::string> class_names_;
};

const Registered<Dataset, ImagePairs> image_pairs{Card{
    .name = "image_pairs",
    .summary = "volumes with label maps from a folder (NIfTI, NRRD, MetaImage, DICOM series)",
    .needs = {},
    .yields = {"image", "label", "spacing", "direction", "origin"},
    .papers = {1, 17, 18},
}};

}  // namespace warmstart::medical
