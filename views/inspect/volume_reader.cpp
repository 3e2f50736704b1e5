#include "views/inspect/volume_reader.h"

#include <QString>

#include "core/base/error.h"
#include "core/base/memory.h"

namespace warmstart {
namespace {

constexpr int kCpuSeconds = 120;
constexpr std::chrono::seconds kMostSilence{60};
constexpr std::chrono::milliseconds kLook{40};  ///< how soon a wish to stop is seen
constexpr double kShareOfFree = 0.8;

}  // namespace

VolumeReader::VolumeReader(const ReaderTask& task, Loading& loading)
    : task_(task),
      loading_(loading),
      reader_(
          find_reader("warmstart-volume-reader", "medical",
                      reinterpret_cast<const void*>(&answerNotUnderstood)),
          {task.service, std::to_string(ReaderStream::kSharedFile), std::to_string(kCpuSeconds)},
          memory_.file()) {}

void VolumeReader::ask(const Json& question) {
  reader_.send(question.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}

void VolumeReader::go() { reader_.send("\n"); }

Json VolumeReader::answer() {
  while (true) {
    const Json said = Json::parse(line(), nullptr, false);
    if (!said.is_object()) failed();
    if (said.contains("progress")) {
      loading_.share = said.value("progress", 0.0);
      continue;
    }
    if (said.value("good", false)) return said;
    throw Error(said.value("reason", "it cannot be read"), task_.where, said.value("hint", ""));
  }
}

void VolumeReader::receive(void* bytes, std::size_t size) {
  if (!reader_.receive_all(bytes, size, static_cast<int>(kMostSilence.count()))) failed();
}

std::string VolumeReader::line() {
  const auto end = ReaderStream::Clock::now() + kMostSilence;
  while (!loading_.stop) {
    if (const auto said = reader_.next_line(ReaderStream::Clock::now() + kLook)) return *said;
    if (!reader_.silent() || ReaderStream::Clock::now() > end) failed();
  }
  throw LoadingStopped();
}

void VolumeReader::failed() {
  throw Error(reader_.how_it_ended(task_.work), task_.where, task_.when_gone);
}

void answerNotUnderstood(const std::string& where) {
  throw Error("the file reader's answer is not understood", where,
              "check that reader and window are of one version", ErrorKind::kMachine);
}

void requireMemory(std::uint64_t bytes, std::uint64_t room, const MemoryWish& wish) {
  const double free = static_cast<double>(available_memory()) * kShareOfFree;
  const double most = room > 0 ? static_cast<double>(room) : free;
  if (most <= 0 || static_cast<double>(bytes) <= most) return;
  const auto gigabytes = [](double count) {
    return QString::number(count / (1 << 30), 'g', 3).toStdString() + " GiB";
  };
  throw Error(wish.what + ' ' + gigabytes(static_cast<double>(bytes)) +
                  " of memory, there is room for " + gigabytes(most),
              wish.where, wish.hint);
}

}  // namespace warmstart
