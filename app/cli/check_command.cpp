// check: runs all arms and seeds of a recipe through the queue, then says whether its claim holds,
// with the numbers.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include "app/cli/submission.h"
#include "core/base/error.h"
#include "core/run/experiment_claims.h"
#include "core/run/process.h"
#include "core/run/run_history.h"
#include "core/run/runner.h"

namespace warmstart {
namespace {

std::atomic<bool> check_asked_to_stop{false};

struct CheckOptions : SubmitOptions {
  std::int64_t slots = 0;
};

void declare_check(CLI::App& app, CheckOptions& o) {
  declare_submit(app, o);
  app.add_option("--slots", o.slots, "jobs at once on the CPU, or on each GPU; default: one a core")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
}

/// A runner of our own while alive, where none is at work in the workspace.
class OwnRunner {
 public:
  OwnRunner(const Path& folder, std::int64_t slots) {
    if (ServeLock::holder(folder)) return;
    thread_ = std::thread([this, folder, slots] {
      try {
        Workspace workspace = Workspace::open(folder);
        RunnerOptions options;
        options.devices = find_devices(folder, {WARMSTART_WITH_CUDA != 0, slots});
        Runner runner(workspace, std::move(options),
                      std::make_unique<LocalExecutor>(
                          sibling_program("warmstart-worker", "WARMSTART_WORKER")));
        runner.run(stop_);
      } catch (const Error& error) {
        problem_ = error.what();
        failed_ = true;
      }
    });
  }
  ~OwnRunner() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  OwnRunner(const OwnRunner&) = delete;
  OwnRunner& operator=(const OwnRunner&) = delete;
  void rethrow() const {
    if (failed_)
      throw Error("the runner stopped: " + problem_, "", "look at `warmstart queue`",
                  ErrorKind::kMachine);
  }

 private:
  std::thread thread_;
  std::atomic<bool> stop_{false}, failed_{false};
  std::string problem_;
};

void show_progress(const std::vector<Job>& jobs, double seconds, bool last) {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  static std::size_t shown = SIZE_MAX;
  std::size_t ended = 0, running = 0;
  std::int64_t step = 0, total = 0;
  for (const Job& job : jobs) {
    ended += job_ended(job.state) ? 1 : 0;
    running += job.state == JobState::kRunning ? 1 : 0;
    step += job.step;
    total += job.total_steps;
  }
  if (!terminal && ended == shown) return;
  shown = ended;
  std::fprintf(stderr, "%s%zu of %zu runs ended, %zu at work, step %ld of %ld so far, %.0f s%s",
               terminal ? "\r\033[K" : "", ended, jobs.size(), running, static_cast<long>(step),
               static_cast<long>(total), seconds, terminal && !last ? "" : "\n");
  std::fflush(stderr);
}

void wait_for_jobs(Workspace& workspace, std::int64_t experiment, const OwnRunner& runner,
                   bool quiet) {
  Queue queue(workspace);
  const auto start = std::chrono::steady_clock::now();
  while (true) {
    std::vector<Job> jobs = queue.list({.experiment = experiment});
    const bool all =
        std::all_of(jobs.begin(), jobs.end(), [](const Job& job) { return job_ended(job.state); });
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!quiet) show_progress(jobs, seconds, all);
    if (all) return;
    runner.rethrow();
    if (check_asked_to_stop) {
      for (const Job& job : jobs) {
        if (job_ended(job.state)) continue;
        if (job.state == JobState::kQueued) {
          queue.cancel(job.id);
        } else {
          queue.stop(job.id);
        }
      }
      check_asked_to_stop = false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

int check(const CheckOptions& options) {
  int exit_code = 0;
  const std::optional<Json> resolved = resolve_recipe(options, exit_code);
  if (!resolved) return exit_code;
  const std::vector<ClaimSpec> claims = claims_of_text(resolved->at("text"));
  if (claims.empty())
    throw Error("the recipe makes no claim", options.recipe,
                "add `claim:`, or use `warmstart run`");
  Workspace workspace = open_workspace(options);
  const std::vector<Job> jobs = submit_all(workspace, *resolved, options, "check");
  const std::int64_t experiment = jobs.front().experiment;
  {
    struct sigaction action {};
    action.sa_handler = [](int) { check_asked_to_stop = true; };
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    const OwnRunner runner(workspace.root(), options.slots > 0 ? options.slots : core_count());
    wait_for_jobs(workspace, experiment, runner, options.json);
  }
  const std::vector<ClaimResult> results = check_experiment(workspace, experiment);
  conclude_experiment(workspace, experiment);  // a runner that was killed at the end had no time to
  bool holds = true;
  Json json{
      {"recipe", resolved->at("recipe")}, {"experiment", experiment}, {"claims", Json::array()}};
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ClaimResult& result = results[i];
    // What the recipe itself calls not shown is reported, but nothing depends on it.
    holds = holds && (result.holds || claims[i].state == "not_shown");
    json["claims"].push_back(result.to_json());
  }
  json["holds"] = holds;
  if (options.json) {
    print_json(json);
  } else {
    std::cout << claims_table(results);
  }
  return holds ? 0 : static_cast<int>(ErrorKind::kVerification);
}

}  // namespace

void add_check_command(CLI::App& app, Invocation& invocation) {
  add_command<CheckOptions>(app, invocation, "check",
                            "run all arms and seeds, then print the claim with its numbers",
                            declare_check, check);
}

}  // namespace warmstart
