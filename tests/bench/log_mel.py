"""The log-mel spectrogram of 10 s at 16 kHz: ours (log_mel_bench) and torchaudio's, by turns in one run.

Usage: python3 log_mel.py PROGRAM [THREADS]
"""
import statistics
import subprocess
import sys
import time

import torch
import torchaudio


def torchaudio_time(transform, wave):
    times = []
    for _ in range(60):
        start = time.perf_counter()
        transform(wave).clamp_min(1e-6).log()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main():
    program, threads = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    torch.set_num_threads(threads)
    transform = torchaudio.transforms.MelSpectrogram(16000, n_fft=400, hop_length=160, n_mels=80)
    wave = torch.sin(torch.arange(160000) * 0.1) * 0.5
    ours, theirs = [], []
    with torch.inference_mode():
        for _ in range(5):
            ours.append(float(subprocess.check_output([program, str(threads)])))
            theirs.append(torchaudio_time(transform, wave))
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print(f"ours {ours:.2f} ms, torchaudio {theirs:.2f} ms, ratio {ours / theirs:.2f}")


main()
