#include "core/run/run_import.h"

#include "core/base/error.h"

namespace warmstart {
namespace {

/// A folder that goes with its owner unless it was kept.
class Incoming {
 public:
  explicit Incoming(Path folder) : folder_(std::move(folder)) {
    std::filesystem::remove_all(folder_);
  }
  ~Incoming() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  const Path& path() const { return folder_; }

 private:
  Path folder_;
};

}  // namespace

std::string import_run(Workspace& workspace, const Path& folder) {
  const RunFolder source = RunFolder::open(folder);
  read_run_info(source);
  const std::string id = source.id();
  const Path target = workspace.runs_dir() / id;
  if (std::filesystem::exists(target))
    throw Error("a run of this name is here already", target.string(),
                "rename the folder, or delete the run that is here");
  // The index looks for folders with a run.json: a copy under way has another name and no index
  // entry.
  const Incoming incoming(workspace.runs_dir() / (".incoming-" + id));
  try {
    std::filesystem::copy(
        folder, incoming.path(),
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_symlinks);
    std::filesystem::rename(incoming.path(), target);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error("the run cannot be copied: " + error.code().message(), folder.string(),
                "look at free space and permissions of " + workspace.runs_dir().string(),
                ErrorKind::kMachine);
  }
  const AdoptedFolders adopted = workspace.adopt_folders();
  for (const std::string& problem : adopted.problems) {
    if (problem.find(id) != std::string::npos)
      throw Error(problem, target.string(), "the copy is damaged: look at the original");
  }
  return id;
}

}  // namespace warmstart
