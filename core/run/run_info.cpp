// run.json and the readable names of runs.
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <random>

#include "core/base/error.h"
#include "core/run/run_id.h"
#include "core/run/workspace.h"

namespace warmstart {
namespace {

std::string format_utc(double seconds, const char* format) {
  const auto whole = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&whole, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

/// Lower-case letters, digits and underscores: safe in a file name and in a shell.
std::string plain_word(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) result += c;
    if (c >= 'A' && c <= 'Z') result += static_cast<char>(c - 'A' + 'a');
    if (!plain && !(c >= 'A' && c <= 'Z') && !result.empty() && result.back() != '_') result += '_';
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  return result.empty() ? "run" : result.substr(0, 40);
}

std::string random_suffix() {
  static constexpr char kLetters[] = "0123456789abcdefghjkmnpqrstvwxyz";  // none that look alike
  std::random_device device;
  std::string suffix;
  for (int i = 0; i < 4; ++i) suffix += kLetters[device() % 32];
  return suffix;
}

}  // namespace

double now_seconds() {
  using namespace std::chrono;
  return duration<double>(system_clock::now().time_since_epoch()).count();
}

std::string utc_text(double seconds) { return format_utc(seconds, "%Y-%m-%dT%H:%M:%SZ"); }

std::string make_run_id(const RunInfo& info) {
  const std::string recipe = info.recipe.substr(info.recipe.rfind('/') + 1);
  const std::string stem = recipe.ends_with(".yaml") ? recipe.substr(0, recipe.size() - 5) : recipe;
  return format_utc(now_seconds(), "%Y%m%d-%H%M%S") + "-" + plain_word(stem) + "-" +
         plain_word(info.arm) + "-s" + std::to_string(info.seed) + "-" + random_suffix();
}

RunInfo complete(RunInfo info) {
  if (info.run.empty()) info.run = make_run_id(info);
  if (info.created.empty()) info.created = utc_text(now_seconds());
  if (info.version.empty()) info.version = program_version();
  if (info.host.empty()) {
    std::array<char, 256> name{};
    gethostname(name.data(), name.size() - 1);
    info.host = name.data();
  }
  return info;
}

Json to_json(const RunInfo& info) {
  return {{"run", info.run},
          {"recipe", info.recipe},
          {"title", info.title},
          {"arm", info.arm},
          {"seed", info.seed},
          {"profile", info.profile},
          {"smoke", info.smoke},
          {"created", info.created},
          {"host", info.host},
          {"device", info.device},
          {"version", info.version},
          {"extra_steps", info.extra_steps},
          {"experiment", info.experiment}};
}

RunInfo read_run_info(const RunFolder& folder) {
  const std::string text = read_file(folder.state(), 1 << 20);
  try {
    const Json json = Json::parse(text);
    RunInfo info;
    info.run = json.at("run");
    info.recipe = json.at("recipe");
    info.title = json.value("title", "");
    info.arm = json.at("arm");
    info.seed = json.at("seed");
    info.profile = json.value("profile", "small");
    info.smoke = json.value("smoke", false);
    info.created = json.value("created", "");
    info.host = json.value("host", "");
    info.device = json.value("device", "");
    info.version = json.value("version", "");
    info.extra_steps = json.value("extra_steps", std::int64_t{0});
    info.experiment = json.value("experiment", std::int64_t{0});
    return info;
  } catch (const Json::exception& error) {
    throw Error("run.json is damaged: " + std::string(error.what()), folder.state().string(),
                "put the file back from a copy, or start the run again", ErrorKind::kMachine);
  }
}

void write_run_info(const RunFolder& folder, const RunInfo& info) {
  write_atomically(folder.state(), to_json(info).dump(2) + "\n");
}

}  // namespace warmstart
