#include "core/run/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "core/base/error.h"

extern char** environ;

namespace warmstart {
namespace {

[[noreturn]] void process_failure(const std::string& what, const std::string& where) {
  throw Error(what + ": " + std::strerror(errno), where, "check limits on processes and memory",
              ErrorKind::kMachine);
}

std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  in >> id;
  return id;
}

struct ProcessEntry {
  char state = 'X';
  std::uint64_t start = 0;
};

std::optional<ProcessEntry> process_entry(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  // The second field is the program's name in brackets and may hold anything, brackets too.
  const std::size_t bracket = line.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(bracket + 1));
  ProcessEntry entry;
  std::string skipped;
  fields >> entry.state;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  if (!(fields >> entry.start)) return std::nullopt;
  return entry;
}

ExitStatus exit_status(int status) {
  ExitStatus result;
  if (WIFEXITED(status)) result.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string line = *entry;
    if (!added.contains(line.substr(0, line.find('=')))) result.push_back(line);
  }
  for (const auto& [name, value] : added) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// What the child needs after fork, made before it: only async-signal-safe calls are allowed there.
struct ChildPlan {
  std::vector<char*> arguments, environment;
  int output = -1;
  int gate = -1;
  std::string oom_adjustment;
  bool new_session = false;
};

[[noreturn]] void become(const ChildPlan& plan) {
  plan.new_session ? setsid() : setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal : {SIGINT, SIGTERM, SIGPIPE, SIGCHLD, SIGHUP}) ::signal(signal, SIG_DFL);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  if (plan.output >= 0) {
    dup2(plan.output, STDOUT_FILENO);
    dup2(plan.output, STDERR_FILENO);
  }
  const int adjust = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (adjust >= 0) {
    // Where it is not permitted the child simply keeps ours.
    if (write(adjust, plan.oom_adjustment.data(), plan.oom_adjustment.size()) < 0) errno = 0;
    close(adjust);
  }
  char go = 0;
  if (plan.gate >= 0 && read(plan.gate, &go, 1) != 1) _exit(125);  // our parent died
  execve(plan.arguments[0], plan.arguments.data(), plan.environment.data());
  const char message[] = "the program could not be started\n";
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(126);
  _exit(127);
}

int open_output(const Path& path) {
  if (path.empty()) return -1;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) process_failure("cannot open the log", path.string());
  return fd;
}

}  // namespace

Lease Lease::mine() {
  const std::optional<Lease> lease = of(getpid());
  if (!lease) process_failure("cannot read /proc/self/stat", "");
  return *lease;
}

std::optional<Lease> Lease::of(pid_t pid) {
  const std::optional<ProcessEntry> entry = process_entry(pid);
  if (!entry || entry->state == 'Z' || entry->state == 'X') return std::nullopt;
  return Lease{pid, entry->start, boot_id()};
}

std::optional<Lease> Lease::parse(const std::string& text) {
  std::istringstream in(text);
  Lease lease;
  char colon = 0;
  if (!(in >> lease.pid >> colon >> lease.start) || lease.pid <= 0) return std::nullopt;
  if (!(in >> colon >> lease.boot)) return std::nullopt;
  return lease;
}

std::string Lease::text() const {
  return std::to_string(pid) + ":" + std::to_string(start) + ":" + boot;
}

bool Lease::alive() const {
  const std::optional<Lease> now = of(pid);
  return now && now->start == start && now->boot == boot;
}

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? "SIG" + std::string(name) : "signal " + std::to_string(signal);
}

ChildProcess ChildProcess::spawn(const SpawnRequest& request) {
  std::vector<std::string> arguments = request.arguments;
  std::vector<std::string> environment = merged_environment(request.environment);
  ChildPlan plan{
      pointers(arguments), pointers(environment), -1, -1, std::to_string(request.oom_score_adjust),
      request.new_session};
  int gate[2] = {-1, -1};
  // A socket and not a pipe: writing to a child that has died must not raise SIGPIPE.
  if (request.gated && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) != 0) {
    process_failure("cannot make a socket", "");
  }
  plan.gate = gate[0];
  plan.output = open_output(request.output);
  const pid_t pid = fork();
  if (pid == 0) {
    if (gate[1] >= 0) close(gate[1]);  // else our own copy would keep the gate from closing
    become(plan);
  }
  const int problem = errno;
  if (plan.output >= 0) close(plan.output);
  if (gate[0] >= 0) close(gate[0]);
  ChildProcess child;
  child.gate_ = gate[1];
  errno = problem;
  if (pid < 0) process_failure("cannot start a process", request.arguments.front());
  if (!request.new_session) setpgid(pid, pid);  // both sides do it: whoever is first
  // Until it is waited for its entry stays, even if it has ended already.
  const std::optional<ProcessEntry> entry = process_entry(pid);
  child.lease_ = Lease{pid, entry ? entry->start : 0, boot_id()};
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : lease_(std::move(other.lease_)),
      gate_(std::exchange(other.gate_, -1)),
      status_(other.status_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(lease_, other.lease_);
  std::swap(gate_, other.gate_);
  std::swap(status_, other.status_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (gate_ >= 0) close(gate_);
}

void ChildProcess::open_gate() {
  const char go = 1;
  // One that has died at the gate is found by poll(), like any other death.
  while (send(gate_, &go, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
  close(std::exchange(gate_, -1));
}

std::optional<ExitStatus> ChildProcess::poll() {
  if (status_) return status_;
  siginfo_t ended{};
  if (waitid(P_PID, static_cast<id_t>(lease_.pid), &ended, WEXITED | WNOWAIT | WNOHANG) == 0) {
    if (ended.si_pid == 0) return std::nullopt;
    // What it started ends with it. Before it is reaped its number cannot belong to anybody else.
    kill(-lease_.pid, SIGKILL);
  }
  int status = 0;
  const pid_t found = waitpid(lease_.pid, &status, WNOHANG);
  if (found == lease_.pid) status_ = exit_status(status);
  if (found < 0 && errno == ECHILD) status_ = ExitStatus{};
  return status_;
}

ExitStatus ChildProcess::wait() {
  int status = 0;
  while (!status_) {
    if (waitpid(lease_.pid, &status, 0) == lease_.pid) {
      status_ = exit_status(status);
    } else if (errno != EINTR) {
      status_ = ExitStatus{};
    }
  }
  return *status_;
}

bool signal_group(const Lease& lease, int signal) {
  return lease.alive() && kill(-lease.pid, signal) == 0;
}

void wait_for_any(const std::vector<Lease>& leases, std::chrono::milliseconds limit) {
  std::vector<pollfd> watched;
  for (const Lease& lease : leases) {
    const int fd = static_cast<int>(syscall(SYS_pidfd_open, lease.pid, 0));
    if (fd >= 0) watched.push_back({fd, POLLIN, 0});
  }
  ::poll(watched.data(), watched.size(), static_cast<int>(limit.count()));
  for (const pollfd& entry : watched) close(entry.fd);
}

Path sibling_program(const std::string& name, const char* environment_variable) {
  const char* chosen = std::getenv(environment_variable);
  std::error_code ignored;
  const Path path =
      chosen != nullptr && *chosen != '\0'
          ? Path(chosen)
          : std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / name;
  if (access(path.c_str(), X_OK) != 0) {
    throw Error(
        "program " + name + " is missing", path.string(),
        "install Warmstart whole, or name the program with $" + std::string(environment_variable),
        ErrorKind::kMachine);
  }
  return path;
}

namespace {

std::string drain(int fd) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t count = read(fd, buffer, sizeof buffer);
    if (count > 0) text.append(buffer, static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) break;
  }
  close(fd);
  return text;
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& arguments) {
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
    process_failure("cannot make a pipe", arguments.front());
  }
  std::vector<std::string> strings = arguments;
  std::vector<char*> list = pointers(strings);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    execvp(list[0], list.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  CommandResult result;
  // Both pipes are drained at once: a program that fills one while we read the other would wait for
  // ever.
  std::thread errors([&] { result.errors = drain(err[0]); });
  result.output = drain(out[0]);
  errors.join();
  int status = 0;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (pid < 0) process_failure("cannot start a process", arguments.front());
  result.status = exit_status(status);
  return result;
}

}  // namespace warmstart
