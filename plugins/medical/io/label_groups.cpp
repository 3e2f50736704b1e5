#include "plugins/medical/io/label_groups.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "core/base/error.h"

namespace warmstart::medical {
namespace {

std::map<int, std::string> label_names(const Path& file) {
  std::map<int, std::string> names;
  if (file.empty()) return names;
  std::istringstream lines(read_file(file, 1 << 20));
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    int number = 0;
    std::string name;
    if (words >> number >> name) names[number] = name;
  }
  return names;
}

std::vector<int> labels_of(const std::string& entry, const std::map<int, std::string>& names) {
  if (!entry.empty() && entry.size() < 7 && std::all_of(entry.begin(), entry.end(), ::isdigit)) {
    return {std::stoi(entry)};
  }
  std::vector<int> labels;
  for (const auto& [number, name] : names) {
    if (!entry.empty() && name.starts_with(entry)) labels.push_back(number);
  }
  return labels;
}

void add_group(LabelGroups& result, const std::string& group,
               const std::map<int, std::string>& names) {
  const auto equals = group.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error("'" + group + "' is no group of labels", "groups",
                "write name=entry,entry with numbers or starts of names");
  }
  const int number = static_cast<int>(result.class_names.size());
  result.class_names.push_back(group.substr(0, equals));
  std::istringstream entries(group.substr(equals + 1));
  std::string entry;
  while (std::getline(entries, entry, ',')) {
    const std::vector<int> labels = labels_of(entry, names);
    if (labels.empty()) {
      throw Error("'" + entry + "' matches no label", "groups", "see the atlas's list of names");
    }
    for (const int label : labels) {
      if (result.class_of.emplace(label, number).second) continue;
      throw Error("label " + std::to_string(label) + " is in two groups", "groups",
                  "name it in one of them");
    }
  }
}

}  // namespace

LabelGroups read_label_groups(const std::vector<std::string>& groups, const Path& names) {
  const std::map<int, std::string> known = label_names(names);
  LabelGroups result;
  result.class_names.push_back("background");
  for (const std::string& group : groups) add_group(result, group, known);
  return result;
}

std::vector<std::string> aal_lobes() {
  return {"frontal=Precentral,Frontal,Rolandic,Supp_Motor,Olfactory,Rectus,Paracentral",
          "insula_cingulate=Insula,Cingulum",
          "medial_temporal=Hippocampus,ParaHippocampal,Amygdala",
          "occipital=Calcarine,Cuneus,Lingual,Occipital",
          "parietal=Postcentral,Parietal,SupraMarginal,Angular,Precuneus",
          "deep_grey=Caudate,Putamen,Pallidum,Thalamus",
          "temporal=Heschl,Temporal,Fusiform",
          "cerebellum=Cerebelum,Vermis"};
}

}  // namespace warmstart::medical
