// queue, cancel, pause, resume, stop, retry, extend, move, priority.
#include <algorithm>

#include "app/cli/commands.h"
#include "app/table.h"
#include "core/base/error.h"
#include "core/run/event_tail.h"
#include "core/run/queue.h"
#include "core/run/serve_lock.h"

namespace warmstart {
namespace {

constexpr std::size_t kEndedShown = 10;

struct QueueOptions : CommonOptions {
  bool all = false;
  std::int64_t experiment = 0;
};

void declare_queue(CLI::App& app, QueueOptions& o) {
  declare_common(app, o);
  app.add_flag("--all", o.all, "every job that ever was; default: the last 10 of those that ended");
  app.add_option("--experiment", o.experiment, "jobs of one submission only")->type_name("N");
}

/// The index learns a run's step when it ends; until then its log knows.
void update_progress(Job& job, const Workspace& workspace) {
  if (job.state != JobState::kRunning && job.state != JobState::kPaused) return;
  const EventTail tail = read_event_tail(RunFolder{workspace.runs_dir() / job.run}, job.started);
  job.step = std::max(job.step, tail.step);
  job.total_steps = std::max(job.total_steps, tail.total_steps);
}

std::string state_text(const Job& job) {
  const std::string name = job_state_name(job.state);
  return job.request.empty() ? name : name + " (" + job.request + " asked)";
}

std::string time_spent(const Job& job) {
  if (job.started == 0) return "-";
  if (job.state == JobState::kRunning) return duration_text(now_seconds() - job.started);
  return job.ended > job.started ? duration_text(job.ended - job.started) : "-";
}

void print_jobs(const std::vector<Job>& jobs) {
  Table table({{"job", true},
               {"state"},
               {"recipe"},
               {"arm"},
               {"seed", true},
               {"device"},
               {"step", true},
               {"time", true},
               {"priority", true},
               {"restarts", true},
               {"note"}});
  for (const Job& job : jobs) {
    table.add({std::to_string(job.id), state_text(job), job.recipe, job.arm,
               std::to_string(job.seed), job.device.empty() ? job.device_wanted : job.device,
               steps_text(job.step, job.total_steps), time_spent(job), std::to_string(job.priority),
               std::to_string(job.restarts), job.note.empty() ? job.reason : job.note});
  }
  table.print(std::cout);
}

int show_queue(const QueueOptions& options) {
  Workspace workspace = open_workspace(options);
  Queue queue(workspace);
  std::vector<Job> jobs = queue.list({.experiment = options.experiment});
  std::size_t ended = 0;
  if (!options.all) {
    std::erase_if(jobs,
                  [&](const Job& job) { return job_ended(job.state) && ++ended > kEndedShown; });
  }
  for (Job& job : jobs) update_progress(job, workspace);
  const std::optional<std::string> holder = ServeLock::holder(workspace.root());
  if (options.json) {
    Json json{{"runner", holder ? Json(*holder) : Json()}, {"jobs", Json::array()}};
    for (const Job& job : jobs) json["jobs"].push_back(to_json(job));
    print_json(json);
    return 0;
  }
  std::cout << (holder ? "runner: " + *holder
                       : "no runner is at work; start one with: warmstart serve")
            << "\n";
  if (!jobs.empty()) print_jobs(jobs);
  return 0;
}

struct JobsOptions : CommonOptions {
  std::vector<std::string> jobs;
};

void declare_jobs(CLI::App& app, JobsOptions& o) {
  declare_common(app, o);
  app.add_option("jobs", o.jobs, "numbers of jobs, or runs")->required()->type_name("ID");
}

void report(const Job& job, bool json) {
  if (json) return;
  std::cout << "job " << job.id << "  " << state_text(job) << "  " << job.run << "\n";
}

/// A request to a job at work needs somebody to bring it.
void warn_without_runner(const Workspace& workspace, const std::vector<Job>& jobs, bool json) {
  const bool waiting = std::any_of(jobs.begin(), jobs.end(), [](const Job& job) {
    return !job.request.empty() || job.state == JobState::kQueued;
  });
  if (json || !waiting || ServeLock::holder(workspace.root())) return;
  std::cout << "no runner is at work: it happens once one is; start it with: warmstart serve\n";
}

template <Job (Queue::*verb)(std::int64_t)>
int change_jobs(const JobsOptions& options) {
  Workspace workspace = open_workspace(options);
  Queue queue(workspace);
  Json json = Json::array();
  std::vector<Job> jobs;
  for (const std::string& text : options.jobs) {
    jobs.push_back((queue.*verb)(queue.find(text).id));
    json.push_back(to_json(jobs.back()));
    report(jobs.back(), options.json);
  }
  if (options.json) print_json(json);
  warn_without_runner(workspace, jobs, options.json);
  return 0;
}

struct NumberOptions : CommonOptions {
  std::string job;
  std::int64_t number = 0;
};

template <Job (Queue::*verb)(std::int64_t, std::int64_t)>
int change_number(const NumberOptions& options) {
  Workspace workspace = open_workspace(options);
  Queue queue(workspace);
  const Job job = (queue.*verb)(queue.find(options.job).id, options.number);
  if (options.json) print_json(to_json(job));
  report(job, options.json);
  warn_without_runner(workspace, {job}, options.json);
  return 0;
}

auto declare_number(const char* name, const char* help) {
  return [name, help](CLI::App& app, NumberOptions& o) {
    declare_common(app, o);
    app.add_option("job", o.job, "number of a job, or a run")->required()->type_name("ID");
    app.add_option(name, o.number, help)->required()->type_name("N");
  };
}

}  // namespace

void add_queue_commands(CLI::App& app, Invocation& invocation) {
  add_command<QueueOptions>(app, invocation, "queue", "what runs where, what waits", declare_queue,
                            show_queue);
  add_command<JobsOptions>(app, invocation, "cancel",
                           "end jobs; a running one has 10 s to save a checkpoint", declare_jobs,
                           change_jobs<&Queue::cancel>);
  add_command<JobsOptions>(app, invocation, "pause",
                           "save a checkpoint and free the device; hold a queued job", declare_jobs,
                           change_jobs<&Queue::pause>);
  add_command<JobsOptions>(app, invocation, "resume", "queue paused or interrupted jobs again",
                           declare_jobs, change_jobs<&Queue::resume>);
  add_command<JobsOptions>(app, invocation, "stop", "save a checkpoint and end as interrupted",
                           declare_jobs, change_jobs<&Queue::stop>);
  add_command<JobsOptions>(app, invocation, "retry",
                           "queue failed or cancelled jobs again, from their last checkpoint",
                           declare_jobs, change_jobs<&Queue::retry>);
  add_command<NumberOptions>(
      app, invocation, "extend", "add steps to the last stage and queue the run again",
      declare_number("steps", "steps to add"), change_number<&Queue::extend>);
  add_command<NumberOptions>(app, invocation, "move", "give a queued job another place",
                             declare_number("place", "place among the queued jobs, from 1"),
                             change_number<&Queue::move>);
  add_command<NumberOptions>(
      app, invocation, "priority", "set a job's priority; higher starts first",
      declare_number("priority", "the new priority"), change_number<&Queue::set_priority>);
}

}  // namespace warmstart
