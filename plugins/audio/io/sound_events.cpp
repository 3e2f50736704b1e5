#include "plugins/audio/io/sound_events.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/base/error.h"

namespace warmstart::audio {
namespace {

constexpr double kTurn = 2 * 3.14159265358979323846;

/// What a family has to know: seconds of sound, samples a second, and where chance comes from.
struct EventTask {
  double seconds;
  double rate;
  Random& random;
  std::size_t samples() const { return static_cast<std::size_t>(seconds * rate); }
};
using EventWave = std::vector<float>;

/// A pitch between `low` and `high` Hz, uniform in octaves.
double event_pitch(const EventTask& task, double low, double high) {
  return low * std::pow(high / low, task.random.uniform());
}

/// sin of a phase that `hertz(t)` turns, times `level(t)`, t in seconds.
EventWave event_tone(const EventTask& task, const std::function<double(double)>& hertz,
                     const std::function<double(double)>& level) {
  EventWave wave(task.samples());
  double phase = 0;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    const double t = static_cast<double>(i) / task.rate;
    phase += kTurn * hertz(t) / task.rate;
    wave[i] = static_cast<float>(std::sin(phase) * level(t));
  }
  return wave;
}

EventWave event_chirp(const EventTask& task, double rise) {
  const double low = event_pitch(task, 250, 900), start = rise > 1 ? low : low / rise;
  return event_tone(
      task, [&](double t) { return start * std::pow(rise, t / task.seconds); },
      [](double) { return 1.0; });
}

EventWave event_bell(const EventTask& task) {
  const double carrier = event_pitch(task, 300, 1200), modulator = carrier * 1.4;
  EventWave wave(task.samples());
  for (std::size_t i = 0; i < wave.size(); ++i) {
    const double t = static_cast<double>(i) / task.rate, fall = std::exp(-4 * t / task.seconds);
    const double bend = 3 * fall * std::sin(kTurn * modulator * t);
    wave[i] = static_cast<float>(fall * std::sin(kTurn * carrier * t + bend));
  }
  return wave;
}

/// A plucked string (Karplus and Strong 1983).
EventWave event_pluck(const EventTask& task) {
  const auto period = static_cast<std::size_t>(task.rate / event_pitch(task, 110, 500));
  EventWave line(std::max<std::size_t>(2, period)), wave(task.samples());
  for (float& value : line) value = static_cast<float>(task.random.uniform(-1, 1));
  for (std::size_t i = 0; i < wave.size(); ++i) {
    float& now = line[i % line.size()];
    wave[i] = now;
    now = 0.498F * (now + line[(i + 1) % line.size()]);
  }
  return wave;
}

/// White noise through two-pole resonances at `centres` (Hz) of one width, the sum of all.
EventWave event_resonances(const EventWave& source, const EventTask& task,
                           const std::vector<double>& centres, double width) {
  EventWave wave(source.size());
  const double radius = std::exp(-kTurn / 2 * width / task.rate);
  for (const double centre : centres) {
    const double turn = 2 * radius * std::cos(kTurn * centre / task.rate);
    double before = 0, last = 0;
    for (std::size_t i = 0; i < source.size(); ++i) {
      const double now = (1 - radius) * source[i] + turn * last - radius * radius * before;
      before = last, last = now;
      wave[i] += static_cast<float>(now);
    }
  }
  return wave;
}

EventWave event_noise(const EventTask& task) {
  EventWave wave(task.samples());
  for (float& value : wave) value = static_cast<float>(task.random.normal());
  return wave;
}

EventWave event_noise_band(const EventTask& task, double low, double high) {
  return event_resonances(event_noise(task), task, {event_pitch(task, low, high)}, 200);
}

EventWave event_tremolo(const EventTask& task) {
  const double pitch = event_pitch(task, 300, 1500), beat = task.random.uniform(12, 25);
  return event_tone(
      task, [=](double) { return pitch; },
      [=](double t) { return 0.5 + 0.5 * std::sin(kTurn * beat * t); });
}

EventWave event_whistle(const EventTask& task) {
  const double pitch = event_pitch(task, 700, 2000), beat = task.random.uniform(5, 9);
  return event_tone(
      task, [=](double t) { return pitch * (1 + 0.06 * std::sin(kTurn * beat * t)); },
      [](double) { return 1.0; });
}

/// Pulses `hertz` times a second.
EventWave event_pulses(const EventTask& task, double hertz) {
  EventWave wave(task.samples());
  double phase = 1;
  for (float& value : wave) {
    value = phase >= 1 ? 1.0F : 0.0F;
    phase += hertz / task.rate - (phase >= 1 ? 1 : 0);
  }
  return wave;
}

EventWave event_clicks(const EventTask& task) {
  return event_resonances(event_pulses(task, task.random.uniform(10, 25)), task,
                          {event_pitch(task, 1500, 3000)}, 900);
}

EventWave event_kick(const EventTask& task) {
  const double pitch = event_pitch(task, 50, 90);
  return event_tone(
      task, [=](double t) { return pitch * (1 + 4 * std::exp(-t / 0.02)); },
      [](double t) { return std::exp(-t / 0.1); });
}

EventWave event_hat(const EventTask& task) {
  EventWave wave = event_noise(task);
  float last = 0;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    const float now = wave[i];
    wave[i] =
        (now - last) * static_cast<float>(std::exp(-static_cast<double>(i) / task.rate / 0.04));
    last = now;
  }
  return wave;
}

EventWave event_buzz(const EventTask& task) {
  return event_pulses(task, event_pitch(task, 60, 200));
}

/// Pulses of a throat through the formants of a vowel.
EventWave event_vowel(const EventTask& task, const std::vector<double>& formants) {
  const double size = task.random.uniform(0.85, 1.2);
  std::vector<double> centres = formants;
  for (double& centre : centres) centre *= size;
  return event_resonances(event_pulses(task, event_pitch(task, 90, 260)), task, centres, 90);
}

struct EventFamily {
  const char* name;
  EventWave (*make)(const EventTask&);
};

constexpr EventFamily kFamilies[] = {
    {"chirp_up", [](const EventTask& task) { return event_chirp(task, 3); }},
    {"chirp_down", [](const EventTask& task) { return event_chirp(task, 1.0 / 3); }},
    {"bell", event_bell},
    {"pluck", event_pluck},
    {"low_noise", [](const EventTask& task) { return event_noise_band(task, 150, 500); }},
    {"high_noise", [](const EventTask& task) { return event_noise_band(task, 1500, 3500); }},
    {"tremolo", event_tremolo},
    {"whistle", event_whistle},
    {"clicks", event_clicks},
    {"kick", event_kick},
    {"hat", event_hat},
    {"buzz", event_buzz},
    {"vowel_a",
     [](const EventTask& task) {
       return event_vowel(task, {750, 1200, 2600});
     }},
    {"vowel_i",
     [](const EventTask& task) {
       return event_vowel(task, {290, 2250, 3000});
     }},
    {"vowel_u",
     [](const EventTask& task) {
       return event_vowel(task, {310, 800, 2300});
     }},
};

}  // namespace

const std::vector<std::string>& sound_families() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const EventFamily& family : kFamilies) list.emplace_back(family.name);
    return list;
  }();
  return names;
}

std::vector<float> make_sound_event(std::size_t family, double seconds, std::int64_t rate,
                                    Random& random) {
  if (family >= std::size(kFamilies)) {
    throw Error("there is no sound family " + std::to_string(family), "sound events",
                "there are " + std::to_string(std::size(kFamilies)));
  }
  std::vector<float> wave =
      kFamilies[family].make(EventTask{seconds, static_cast<double>(rate), random});
  float peak = 0;
  for (const float value : wave) peak = std::max(peak, std::abs(value));
  // Five milliseconds in and out, so that no family is known by a click at its ends.
  const double edge = 0.005 * static_cast<double>(rate);
  for (std::size_t i = 0; i < wave.size(); ++i) {
    const double near = static_cast<double>(std::min(i, wave.size() - 1 - i));
    wave[i] *= static_cast<float>(std::min(1.0, near / edge)) / std::max(peak, 1e-6F);
  }
  return wave;
}

}  // namespace warmstart::audio
