#include "core/base/reader_process.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "core/base/error.h"

extern char** environ;

namespace warmstart {
namespace {

[[noreturn]] void no_reader(const std::string& reason, const std::string& program) {
  throw Error("the file reader could not be started: " + reason, program,
              "check that it is installed beside its plugin", ErrorKind::kMachine);
}

struct ReaderPipe {
  int ends[2] = {-1, -1};
  explicit ReaderPipe(const Path& program) {
    if (pipe2(ends, O_CLOEXEC) != 0) no_reader(std::strerror(errno), program.string());
  }
  ~ReaderPipe() {
    for (const int end : ends) {
      if (end >= 0) close(end);
    }
  }
  int take(int which) { return std::exchange(ends[which], -1); }
};

int spawn_reader(const Path& program, int cpu_seconds, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::string name = program.string(), limit = std::to_string(cpu_seconds);
  char* arguments[] = {name.data(), limit.data(), nullptr};
  pid_t pid = -1;
  const int code = posix_spawn(&pid, name.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) no_reader(std::strerror(code), name);
  return pid;
}

// The reader takes the whole list before it answers, so this cannot lock up on two full pipes.
void send_list(int input, const std::vector<Path>& files) {
  std::string list;
  for (const Path& file : files) list += file.string() + '\0';
  std::size_t sent = 0;
  while (sent < list.size()) {
    const ssize_t count = write(input, list.data() + sent, list.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // it died: the missing answer will say so
    sent += static_cast<std::size_t>(count);
  }
}

// A write to a reader that died must not end this process.
class PipeSignalOff {
 public:
  PipeSignalOff() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~PipeSignalOff() {
    const timespec none{};
    if (!sigismember(&before_, SIGPIPE)) sigtimedwait(&set_, nullptr, &none);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t set_, before_;
};

}  // namespace

Path find_reader(const std::string& name, const std::string& plugin, const void* near) {
  Dl_info info{};
  dladdr(near, &info);
  const Path here = std::filesystem::absolute(info.dli_fname ? info.dli_fname : "").parent_path();
  const Path places[] = {here / name, here / "../lib/plugins" / plugin / name};
  for (const Path& place : places) {
    if (access(place.c_str(), X_OK) == 0) return place;
  }
  no_reader("it is not in " + here.string(), name);
}

ReaderProcess::ReaderProcess(const Path& program, int cpu_seconds, const std::vector<Path>& files) {
  ReaderPipe input(program), output(program);
  pid_ = spawn_reader(program, cpu_seconds, input.ends[0], output.ends[1]);
  close(input.take(0));
  close(output.take(1));
  output_ = output.take(0);
  const PipeSignalOff quiet;
  send_list(input.ends[1], files);
}

ReaderProcess::~ReaderProcess() {
  stop();
  if (output_ >= 0) close(output_);
}

void ReaderProcess::stop() {
  if (pid_ < 0) return;
  if (silent_) kill(pid_, SIGKILL);
  // The end of its output was seen, or it is not wanted any more.
  if (waitpid(pid_, &status_, WNOHANG) == 0) {
    kill(pid_, silent_ ? SIGKILL : SIGTERM);
    while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
}

std::optional<std::string> ReaderProcess::next_line(int wall_seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(wall_seconds);
  while (true) {
    if (const auto newline = buffer_.find('\n'); newline != std::string::npos) {
      std::string line = buffer_.substr(0, newline);
      buffer_.erase(0, newline + 1);
      return line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd ready{output_, POLLIN, 0};
    const int code = left > 0 ? poll(&ready, 1, static_cast<int>(left)) : 0;
    if (code < 0 && errno == EINTR) continue;
    if (code <= 0) {
      silent_ = true;
      return std::nullopt;
    }
    char chunk[4096];
    const ssize_t count = read(output_, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    buffer_.append(chunk, static_cast<std::size_t>(count));
  }
}

std::string ReaderProcess::how_it_ended() {
  if (!silent_) {
    while (pid_ >= 0 && waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
  } else {
    stop();
    return "decoding it did not end in time";
  }
  if (WIFSIGNALED(status_) && WTERMSIG(status_) == SIGXCPU)
    return "decoding it did not end in time";
  if (WIFSIGNALED(status_)) {
    return "decoding it crashes the decoder (signal " + std::to_string(WTERMSIG(status_)) + ")";
  }
  return "decoding it ends the decoder (code " + std::to_string(WEXITSTATUS(status_)) + ")";
}

}  // namespace warmstart
