"""Makes the tiny sound files of tests/smoke/data: make_sounds.py FOLDER. Tones stand for digits, a gliding tone for a voice."""
import os
import sys
import wave

import numpy as np

RATE = 8000


def save(path, samples):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def main():
    folder = sys.argv[1]
    t = np.arange(int(0.12 * RATE)) / RATE
    for speaker, pitch in (("george", 0.9), ("nicolas", 1.0), ("theo", 1.1)):
        for digit in range(10):
            save(f"{folder}/spoken-digits/{digit}_{speaker}_0.wav", 0.5 * np.sin(2 * np.pi * (300 + 150 * digit) * pitch * t))
    t = np.arange(int(0.4 * RATE)) / RATE
    singers = ("Ani", "Kenshin", "abjones", "amy", "bobon", "heycat", "leon", "tammy")
    for i, singer in enumerate(singers):
        voice = 0.3 * np.sin(2 * np.pi * (250 + 40 * i) * t + 3 * np.sin(2 * np.pi * 5 * t))
        song = 0.3 * np.sin(2 * np.pi * (900 + 100 * i) * t) * (1 + np.sin(2 * np.pi * 4 * t)) / 2
        save(f"{folder}/ibm-voice-separation/vocals/{singer}_1.wav", voice)
        save(f"{folder}/ibm-voice-separation/accompaniment/{singer}_1.wav", song)
        save(f"{folder}/continued-speech/audio/speech-commands-arabic/0000000{i}_1.wav", voice)
    t = np.arange(int(0.3 * RATE)) / RATE
    for speaker, pitch in (("george", 110), ("theo", 140)):
        for digit in range(10):
            tones = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in (1, 2, 3 + digit))
            save(f"{folder}/continued-speech/spoken-digits/{digit}_{speaker}_0.wav", 0.3 * tones * np.hanning(len(t)))

main()
