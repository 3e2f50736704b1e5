#include "core/run/queue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr std::array<const char*, 8> kJobStates{"queued", "starting",  "running",     "done",
                                                "failed", "cancelled", "interrupted", "paused"};

constexpr const char* kJobColumns =
    "SELECT j.id, j.run, coalesce(r.experiment, 0), j.state, j.request, j.priority, j.position,"
    " j.depends_on, coalesce(d.state, ''), j.device_wanted, j.device, j.threads, j.lease, j.note,"
    " j.reason, j.restarts, j.max_restarts, j.time_limit, j.created, j.started, j.ended,"
    " r.recipe, r.title, r.arm, r.profile, r.seed, r.step, r.total_steps"
    " FROM jobs j JOIN runs r ON r.id = j.run LEFT JOIN jobs d ON d.id = j.depends_on ";

Job job_from_row(const Statement& row) {
  Job job;
  job.id = row.integer(0);
  job.run = row.text(1);
  job.experiment = row.integer(2);
  job.state = job_state(row.text(3));
  job.request = row.text(4);
  job.priority = row.integer(5);
  job.position = row.integer(6);
  job.depends_on = row.integer(7);
  job.dependency_state = row.text(8);
  job.device_wanted = row.text(9);
  job.device = row.text(10);
  job.threads = row.integer(11);
  job.lease = row.text(12);
  job.note = row.text(13);
  job.reason = row.text(14);
  job.restarts = row.integer(15);
  job.max_restarts = row.integer(16);
  job.time_limit = row.real(17);
  job.created = row.real(18);
  job.started = row.real(19);
  job.ended = row.real(20);
  job.recipe = row.text(21);
  job.title = row.text(22);
  job.arm = row.text(23);
  job.profile = row.text(24);
  job.seed = row.integer(25);
  job.step = row.integer(26);
  job.total_steps = row.integer(27);
  return job;
}

void check_request(const JobRequest& request) {
  if (request.max_restarts < 0) throw Error("restarts cannot be negative", "", "give 0 or more");
  if (request.time_limit < 0) throw Error("a time limit cannot be negative", "", "give seconds");
}

/// Where a job stands among all: at work, waiting in order, held, ended (newest first).
constexpr const char* kJobOrder =
    " ORDER BY CASE j.state WHEN 'running' THEN 0 WHEN 'starting' THEN 0 WHEN 'queued' THEN 1"
    " WHEN 'paused' THEN 2 ELSE 3 END,"
    " CASE WHEN j.state = 'queued' THEN -j.priority ELSE -j.ended END, j.position, j.id";

}  // namespace

const char* job_state_name(JobState state) { return kJobStates[static_cast<std::size_t>(state)]; }

JobState job_state(const std::string& name) {
  const auto found = std::find(kJobStates.begin(), kJobStates.end(), name);
  if (found == kJobStates.end()) throw Error("unknown job state '" + name + "'", "", "");
  return static_cast<JobState>(found - kJobStates.begin());
}

bool job_ended(JobState state) {
  return state == JobState::kDone || state == JobState::kFailed || state == JobState::kCancelled ||
         state == JobState::kInterrupted;
}

Json to_json(const Job& job) {
  return {{"job", job.id},
          {"run", job.run},
          {"experiment", job.experiment},
          {"recipe", job.recipe},
          {"title", job.title},
          {"arm", job.arm},
          {"seed", job.seed},
          {"profile", job.profile},
          {"state", job_state_name(job.state)},
          {"request", job.request},
          {"priority", job.priority},
          {"position", job.position},
          {"depends_on", job.depends_on},
          {"device_wanted", job.device_wanted},
          {"device", job.device},
          {"threads", job.threads},
          {"note", job.note},
          {"reason", job.reason},
          {"restarts", job.restarts},
          {"max_restarts", job.max_restarts},
          {"time_limit_s", job.time_limit},
          {"step", job.step},
          {"total_steps", job.total_steps},
          {"created", job.created},
          {"started", job.started},
          {"ended", job.ended}};
}

/// What a verb does to a job in one of the states `from`.
struct Queue::Rule {
  std::vector<JobState> from;
  const char* set;
};

Job Queue::change(std::int64_t id, const char* verb, const std::vector<Rule>& rules) {
  const Job job = get(id);
  for (const Rule& rule : rules) {
    if (std::find(rule.from.begin(), rule.from.end(), job.state) == rule.from.end()) continue;
    const int changed = workspace_.database().run(
        std::string("UPDATE jobs SET ") + rule.set + " WHERE id = ?2 AND state = ?3 AND ?1 > 0",
        now_seconds(), id, job_state_name(job.state));
    // The runner was faster: the job is in another state now, and the rules for that one apply.
    return changed == 1 ? get(id) : change(id, verb, rules);
  }
  std::string allowed;
  for (const Rule& rule : rules) {
    for (const JobState state : rule.from) {
      if (state == JobState::kStarting) continue;
      allowed += (allowed.empty() ? "" : ", ") + std::string(job_state_name(state));
    }
  }
  throw Error(
      "job " + std::to_string(id) + " is " + job_state_name(job.state) + "; cannot " + verb + " it",
      job.run, std::string(verb) + " works on jobs that are: " + allowed);
}

std::int64_t Queue::insert_job(const std::string& run, JobState state, const JobRequest& request) {
  Database& database = workspace_.database();
  database.run(
      "INSERT INTO jobs (run, state, priority, position, depends_on, device_wanted, max_restarts,"
      " time_limit, created) VALUES (?1, ?2, ?3, (SELECT coalesce(max(position), 0) + 1 FROM jobs),"
      " ?4, ?5, ?6, ?7, ?8)",
      run, job_state_name(state), request.priority, request.after, request.device,
      request.max_restarts, request.time_limit, now_seconds());
  return database.last_id();
}

Job Queue::submit(const JobRequest& request) {
  check_request(request);
  if (request.after != 0) get(request.after);
  const RunFolder folder = workspace_.create_run(request.info, request.recipe_text);
  return get(insert_job(folder.id(), JobState::kQueued, request));
}

std::vector<Job> Queue::list(const JobFilter& filter) {
  Statement rows = workspace_.database().query(
      std::string(kJobColumns) + "WHERE (?1 = 0 OR r.experiment = ?1)" + kJobOrder,
      filter.experiment);
  std::vector<Job> jobs;
  while (rows.next()) {
    Job job = job_from_row(rows);
    if (!filter.active_only || !job_ended(job.state)) jobs.push_back(std::move(job));
  }
  return jobs;
}

Job Queue::get(std::int64_t id) {
  Statement row = workspace_.database().query(std::string(kJobColumns) + "WHERE j.id = ?", id);
  if (!row.next()) {
    throw Error("no job " + std::to_string(id), workspace_.root().string(),
                "list them with: warmstart queue --all");
  }
  return job_from_row(row);
}

Job Queue::job_for(const RunRecord& run) {
  if (run.job != 0) return get(run.job);
  if (run.state == "running") {
    throw Error("run " + run.info.run + " is running in the foreground", "", "stop it there first");
  }
  const JobState state = run.state == "created" ? JobState::kInterrupted : job_state(run.state);
  return get(insert_job(run.info.run, state, {}));
}

Job Queue::find(const std::string& text) {
  std::int64_t id = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  // A run's id starts with a date: eight digits and more are never a job's number.
  if (whole && text.size() < 8) return get(id);
  return job_for(workspace_.find_run(text));
}

Job Queue::cancel(std::int64_t id) {
  using enum JobState;
  return change(id, "cancel",
                {{{kQueued, kPaused, kInterrupted},
                  "state = 'cancelled', ended = ?1, reason = 'cancelled', request = '', note = ''"},
                 {{kStarting, kRunning}, "request = 'cancel'"}});
}

Job Queue::pause(std::int64_t id) {
  using enum JobState;
  return change(id, "pause",
                {{{kQueued}, "state = 'paused', note = ''"},
                 {{kStarting, kRunning},
                  "request = CASE request WHEN 'cancel' THEN 'cancel' ELSE 'pause' END"}});
}

Job Queue::stop(std::int64_t id) {
  using enum JobState;
  return change(id, "stop",
                {{{kStarting, kRunning},
                  "request = CASE request WHEN 'cancel' THEN 'cancel' ELSE 'stop' END"}});
}

Job Queue::resume(std::int64_t id) {
  using enum JobState;
  return change(id, "resume",
                {{{kPaused, kInterrupted}, "state = 'queued', reason = '', note = '', ended = 0"}});
}

Job Queue::retry(std::int64_t id) {
  using enum JobState;
  return change(id, "retry",
                {{{kFailed, kCancelled, kInterrupted},
                  "state = 'queued', reason = '', note = '', ended = 0, restarts = 0"}});
}

Job Queue::extend(std::int64_t id, std::int64_t steps) {
  using enum JobState;
  if (steps < 1) {
    throw Error("cannot extend by " + std::to_string(steps) + " steps", "", "give 1 or more");
  }
  Transaction transaction(workspace_.database());
  const Job job = change(id, "extend",
                         {{{kDone, kFailed, kCancelled, kInterrupted, kPaused, kQueued},
                           "state = 'queued', reason = '', note = '', ended = 0, restarts = 0"}});
  workspace_.database().run("UPDATE runs SET extra_steps = extra_steps + ? WHERE id = ?", steps,
                            job.run);
  transaction.commit();
  return get(id);
}

Job Queue::move(std::int64_t id, std::int64_t place) {
  Transaction transaction(workspace_.database());
  Job job = get(id);
  if (job.state != JobState::kQueued) {
    throw Error(
        "job " + std::to_string(id) + " is " + job_state_name(job.state) + "; cannot move it",
        job.run, "move works on jobs that are: queued");
  }
  std::vector<Job> order = list({.active_only = true});
  std::erase_if(
      order, [&](const Job& other) { return other.state != JobState::kQueued || other.id == id; });
  const auto last = static_cast<std::int64_t>(order.size()) + 1;
  const std::int64_t index = std::clamp<std::int64_t>(place, 1, last) - 1;
  // Between two neighbours of other priorities it takes the nearer of theirs.
  if (index < last - 1) job.priority = std::max(job.priority, order[index].priority);
  if (index > 0) job.priority = std::min(job.priority, order[index - 1].priority);
  order.insert(order.begin() + index, job);
  std::int64_t position = 0;
  for (const Job& other : order) {
    workspace_.database().run("UPDATE jobs SET position = ?, priority = ? WHERE id = ?", ++position,
                              other.priority, other.id);
  }
  transaction.commit();
  return get(id);
}

Job Queue::set_priority(std::int64_t id, std::int64_t priority) {
  using enum JobState;
  get(id);
  workspace_.database().run("UPDATE jobs SET priority = ? WHERE id = ?", priority, id);
  return get(id);
}

bool Queue::claim(std::int64_t id, const std::string& runner_lease, const Place& place) {
  return workspace_.database().run(
             "UPDATE jobs SET state = 'starting', lease = ?, device = ?, threads = ?, started = ?,"
             " ended = 0, note = '', reason = '', request = '' WHERE id = ? AND state = 'queued'",
             runner_lease, place.device, place.threads, now_seconds(), id) == 1;
}

bool Queue::set_running(std::int64_t id, const std::string& runner_lease,
                        const std::string& worker_lease) {
  return workspace_.database().run(
             "UPDATE jobs SET state = 'running', lease = ?"
             " WHERE id = ? AND state = 'starting' AND lease = ?",
             worker_lease, id, runner_lease) == 1;
}

bool Queue::finish(const Job& job, JobState state, const std::string& reason) {
  return workspace_.database().run(
             "UPDATE jobs SET state = ?, reason = ?, ended = ?, lease = '', request = '', note = ''"
             " WHERE id = ? AND state = ? AND lease = ?",
             job_state_name(state), reason, now_seconds(), job.id, job_state_name(job.state),
             job.lease) == 1;
}

bool Queue::requeue(const Job& job, bool count_restart, const std::string& note) {
  return workspace_.database().run(
             "UPDATE jobs SET state = 'queued', restarts = restarts + ?, note = ?, lease = '',"
             " request = '' WHERE id = ? AND state = ? AND lease = ?",
             count_restart, note, job.id, job_state_name(job.state), job.lease) == 1;
}

void Queue::set_note(std::int64_t id, const std::string& note) {
  workspace_.database().run("UPDATE jobs SET note = ?1 WHERE id = ?2 AND note != ?1", note, id);
}

}  // namespace warmstart
