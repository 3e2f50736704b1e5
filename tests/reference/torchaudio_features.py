"""Features of a wave by torchaudio: spectrum_real, spectrum_imag (F,T), mel (M,T), mfcc (C,T), cmvn (M,T), inverse (N)."""
import torch
import torchaudio

import exchange


def answer(tensors, s):
    wave = tensors["wave"]
    fft, window = s["fft"] or s["window"], torch.hann_window(s["window"])
    spectrum = torch.stft(wave, fft, s["hop"], s["window"], window, center=True, pad_mode="reflect", return_complex=True)
    mel_args = dict(n_fft=fft, win_length=s["window"], hop_length=s["hop"], n_mels=s["mels"], f_min=s["low"],
                    f_max=s["high"] or s["rate"] / 2, mel_scale=s["scale"], norm="slaney" if s["unit_area"] else None)
    mel = torchaudio.transforms.MelSpectrogram(s["rate"], **mel_args)(wave)
    mfcc = torchaudio.transforms.MFCC(s["rate"], s["coefficients"], melkwargs=mel_args)(wave)
    log_mel = torch.log(mel.clamp_min(1e-6))
    cmvn = (log_mel - log_mel.mean(1, keepdim=True)) / log_mel.std(1, unbiased=False, keepdim=True)
    inverse = torch.istft(spectrum, fft, s["hop"], s["window"], window, length=len(wave))
    return {"spectrum_real": spectrum.real, "spectrum_imag": spectrum.imag, "mel": mel, "mfcc": mfcc, "cmvn": cmvn,
            "inverse": inverse}


if __name__ == "__main__":
    exchange.main(answer)
