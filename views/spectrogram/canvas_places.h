// Sizes and texts that the canvas's hands and its brush share. Internal to the spectrogram views.
#pragma once
#include <QString>

#include "views/spectrogram/sound_scene.h"

namespace warmstart {

constexpr int kAxisWidth = 64;  ///< left of the pictures: frequencies, class names
constexpr int kBarWidth = 56;   ///< right of them: colours with their values
constexpr int kWaveformHeight = 64;
constexpr int kTimeAxisHeight = 24;
constexpr int kEventHeight = 18;
constexpr int kScoreHeight = 12;
constexpr int kMostScores = 10;  ///< classes in the strip: those with the highest scores
constexpr int kAttentionHeight = 24;

/// "-42.3 dB", "mask 0.731", with the unit that the layer has.
QString valueText(const SceneLayer& layer, double value);

}  // namespace warmstart
