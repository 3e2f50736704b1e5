"""PANNs' networks with the parameter names of the published checkpoints, written from the paper with torch's functions.

settings: variant (cnn6, cnn10, cnn14, wavegram), width, mels, classes, file; wavegram also rate, window, hop, low, high, pools.
Draws weights, saves them as the published files are ({"iteration", "model"}) and answers logits and embedding of `x`:
(B,1,M,T) for the spectrogram networks, (B,N) for wavegram.
"""
import torch
import torch.nn.functional as F
import torchaudio

import exchange


def norm_state(state, name, channels):
    state[name + ".weight"] = torch.rand(channels) + 0.5
    state[name + ".bias"] = torch.randn(channels) * 0.1
    state[name + ".running_mean"] = torch.randn(channels) * 0.1
    state[name + ".running_var"] = torch.rand(channels) + 0.5
    state[name + ".num_batches_tracked"] = torch.tensor(7)


def conv_state(state, name, *shape):
    fan = torch.tensor(shape[1:]).prod()
    state[name + ".weight"] = torch.randn(*shape) / fan ** 0.5


def block_state(state, name, cin, cout, single=False):
    for i in (1,) if single else (1, 2):
        kernel = 5 if single else 3
        conv_state(state, f"{name}.conv{i}", cout, cin if i == 1 else cout, kernel, kernel)
        norm_state(state, f"{name}.bn{i}", cout)


def norm(x, state, name):
    return F.batch_norm(x, state[name + ".running_mean"], state[name + ".running_var"], state[name + ".weight"],
                        state[name + ".bias"])


def block(x, state, name, pool):
    for i in (1, 2):
        weight = state.get(f"{name}.conv{i}.weight")
        if weight is not None:
            x = F.relu(norm(F.conv2d(x, weight, padding=weight.shape[2] // 2), state, f"{name}.bn{i}"))
    return F.avg_pool2d(x, pool)


def make(s):
    state, wave = {}, s["variant"] == "wavegram"
    widths = [int(64 * 2 ** i * s["width"]) for i in range(6 if s["variant"] in ("cnn14", "wavegram") else 4)]
    norm_state(state, "bn0", s["mels"])
    before = 1
    for i, width in enumerate(widths):
        block_state(state, f"conv_block{i + 1}", before * (2 if wave and i == 1 else 1), width, s["variant"] == "cnn6")
        before = width
    for name, rows in (("fc1", before), ("fc_audioset", s["classes"])):
        state[name + ".weight"] = torch.randn(rows, before) / before ** 0.5
        state[name + ".bias"] = torch.randn(rows) * 0.1
    if wave:
        conv_state(state, "pre_conv0", widths[0], 1, 11)
        norm_state(state, "pre_bn0", widths[0])
        for i, (cin, cout) in enumerate(((widths[0], widths[0]), (widths[0], widths[1]), (widths[1], widths[1]))):
            for j in (1, 2):
                conv_state(state, f"pre_block{i + 1}.conv{j}", cout, cin if j == 1 else cout, 3)
                norm_state(state, f"pre_block{i + 1}.bn{j}", cout)
        block_state(state, "pre_block4", widths[1] // (s["mels"] // 2), widths[0])
    return state, len(widths)


def log_mel(wave, s):
    mel = torchaudio.transforms.MelSpectrogram(s["rate"], n_fft=s["window"], hop_length=s["hop"], f_min=s["low"],
                                               f_max=s["high"], n_mels=s["mels"], norm="slaney", mel_scale="slaney")
    return (10 * torch.log10(mel(wave).clamp_min(1e-10))).unsqueeze(1)


def wavegram(wave, state, s):
    x = F.conv1d(wave[:, None], state["pre_conv0.weight"], stride=5, padding=5)
    x = F.relu(norm(x, state, "pre_bn0"))
    for i, pool in enumerate(s["pools"]):
        for j in (1, 2):
            weight = state[f"pre_block{i + 1}.conv{j}.weight"]
            x = F.relu(norm(F.conv1d(x, weight, padding=j, dilation=j), state, f"pre_block{i + 1}.bn{j}"))
        x = F.max_pool1d(x, pool)
    x = x.reshape(len(x), -1, s["mels"] // 2, x.shape[-1]).transpose(2, 3)
    return block(x, state, "pre_block4", (2, 1))


def answer(tensors, s):
    torch.manual_seed(s["seed"])
    state, blocks = make(s)
    torch.save({"iteration": 600000, "model": state}, s["file"])
    x = tensors["x"]
    wave = x if s["variant"] == "wavegram" else None
    x = x.transpose(2, 3) if wave is None else log_mel(wave, s).transpose(2, 3)  # (B,1,T,M)
    x = norm(x.transpose(1, 3), state, "bn0").transpose(1, 3)
    for i in range(blocks):
        x = block(x, state, f"conv_block{i + 1}", 1 if i == 5 else 2)
        if i == 0 and wave is not None:
            learned = wavegram(wave, state, s)
            frames = min(x.shape[2], learned.shape[2])
            x = torch.cat([x[:, :, :frames], learned[:, :, :frames]], 1)
    x = x.mean(3)
    x = x.max(2)[0] + x.mean(2)
    embedding = F.relu(F.linear(x, state["fc1.weight"], state["fc1.bias"]))
    logits = F.linear(embedding, state["fc_audioset.weight"], state["fc_audioset.bias"])
    return {"logits": logits, "embedding": embedding}


if __name__ == "__main__":
    exchange.main(answer)
