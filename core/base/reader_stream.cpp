#include "core/base/reader_stream.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

/// The files that a reader begins with, of this process.
struct ReaderFiles {
  int input, output, shared;
};

int spawn_reader(const Path& program, const std::vector<std::string>& arguments,
                 const ReaderFiles& files) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, files.input, 0);
  posix_spawn_file_actions_adddup2(&actions, files.output, 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (files.shared >= 0)
    posix_spawn_file_actions_adddup2(&actions, files.shared, ReaderStream::kSharedFile);
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t pid = -1;
  const int code = posix_spawn(&pid, program.c_str(), &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) no_reader(std::strerror(code), program.string());
  return pid;
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
  const Path places[] = {here / name, here / "../lib/plugins" / plugin / name,
                         here / "warmstart/plugins" / plugin / name};
  for (const Path& place : places) {
    if (access(place.c_str(), X_OK) == 0) return place;
  }
  no_reader("it is not in " + here.string(), name);
}

ReaderStream::ReaderStream(const Path& program, const std::vector<std::string>& arguments,
                           int shared) {
  ReaderPipe input(program), output(program);
  pid_ = spawn_reader(program, arguments, {input.ends[0], output.ends[1], shared});
  input_ = input.take(1);
  output_ = output.take(0);
}

ReaderStream::~ReaderStream() {
  end_input();
  stop();
  if (output_ >= 0) close(output_);
}

bool ReaderStream::send(std::string_view bytes) {
  const PipeSignalOff quiet;
  while (!bytes.empty()) {
    const ssize_t count = write(input_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void ReaderStream::end_input() {
  if (input_ >= 0) close(std::exchange(input_, -1));
}

void ReaderStream::stop() {
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

std::optional<std::size_t> ReaderStream::receive(void* bytes, std::size_t size,
                                                 Clock::time_point until) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd ready{output_, POLLIN, 0};
    const int code = left > 0 ? poll(&ready, 1, static_cast<int>(left)) : 0;
    if (code < 0 && errno == EINTR) continue;
    if (code <= 0) {
      silent_ = true;
      return std::nullopt;
    }
    const ssize_t count = read(output_, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    silent_ = false;
    return static_cast<std::size_t>(std::max<ssize_t>(0, count));
  }
}

bool ReaderStream::receive_all(void* bytes, std::size_t size, int wall_seconds) {
  const auto until = Clock::now() + std::chrono::seconds(wall_seconds);
  auto* place = static_cast<char*>(bytes);
  const std::size_t held = std::min(size, buffer_.size());
  std::memcpy(place, buffer_.data(), held);
  buffer_.erase(0, held);
  for (std::size_t got = held; got < size;) {
    const auto count = receive(place + got, size - got, until);
    if (!count || *count == 0) return false;
    got += *count;
  }
  return true;
}

std::optional<std::string> ReaderStream::next_line(int wall_seconds) {
  return next_line(Clock::now() + std::chrono::seconds(wall_seconds));
}

std::optional<std::string> ReaderStream::next_line(Clock::time_point until) {
  while (true) {
    if (const auto newline = buffer_.find('\n'); newline != std::string::npos) {
      std::string line = buffer_.substr(0, newline);
      buffer_.erase(0, newline + 1);
      return line;
    }
    char chunk[4096];
    const auto count = receive(chunk, sizeof chunk, until);
    if (!count || *count == 0) return std::nullopt;
    buffer_.append(chunk, *count);
  }
}

std::string ReaderStream::how_it_ended(const std::string& work) {
  if (!silent_) {
    while (pid_ >= 0 && waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
  } else {
    stop();
    return work + " did not end in time";
  }
  if (WIFSIGNALED(status_) && WTERMSIG(status_) == SIGXCPU) return work + " did not end in time";
  if (WIFSIGNALED(status_)) {
    return work + " crashes the decoder (signal " + std::to_string(WTERMSIG(status_)) + ")";
  }
  return work + " ends the decoder (code " + std::to_string(WEXITSTATUS(status_)) + ")";
}

}  // namespace warmstart
