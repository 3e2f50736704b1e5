#!/usr/bin/env python3
"""Sets text_bench against PyTorch (a GPT step) and spm_encode (byte-pair encoding), and measures a streamed corpus.

Usage: text.py PROGRAM TEXT      PROGRAM: the built text_bench; TEXT: a text file of 1 MB or more
One thread each, CPU seconds, so that other work on the machine does not count; measured in turn, three times, the fastest counts.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

os.environ["OMP_WAIT_POLICY"] = "passive"
os.environ["WARMSTART_THREADS"] = "1"

import torch  # noqa: E402
import torch.nn as nn  # noqa: E402
import torch.nn.functional as F  # noqa: E402

ROUNDS = 3


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        b, t, d = x.shape
        q, k, v = (y.view(b, t, self.heads, -1).transpose(1, 2) for y in self.qkv(self.norm1(x)).chunk(3, -1))
        score = q @ k.transpose(-2, -1) * (d // self.heads) ** -0.5
        mixed = score.masked_fill(mask, float("-inf")).softmax(-1) @ v
        x = x + self.out(mixed.transpose(1, 2).reshape(b, t, d))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, vocabulary=4000, width=128, depth=4, heads=4, length=128):
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.register_buffer("mask", torch.ones(length, length).triu(1).bool())

    def forward(self, tokens):
        t = tokens.shape[1]
        x = self.words(tokens) + self.places(torch.arange(t))
        for block in self.blocks:
            x = block(x, self.mask[:t, :t])
        return self.head(self.norm(x))


def their_step():
    net = Gpt()
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3, foreach=True)
    tokens = torch.randint(4000, (8, 128))
    best = float("inf")
    for _ in range(30):
        start = time.process_time()
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(tokens)[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        loss.item()
        best = min(best, time.process_time() - start)
    return best


def ours(program, *words):
    out = subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True).stdout
    return {line.split()[0]: float(line.split()[1]) for line in out.splitlines()}


def least(values):
    return {key: min(value[key] for value in values) for key in values[0]}


def encoding(program, text, folder):
    sample = os.path.join(folder, "sample.txt")
    with open(text, "rb") as file, open(sample, "wb") as out:
        out.write(file.read(1 << 20))
    prefix = os.path.join(folder, "bpe")
    subprocess.run(["spm_train", "--input=" + sample, "--model_prefix=" + prefix, "--vocab_size=4000", "--model_type=bpe"],
                   check=True, capture_output=True)
    empty = os.path.join(folder, "empty.txt")
    open(empty, "w").close()

    def children():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def spm(path):
        start = children()
        subprocess.run(["spm_encode", "--model=" + prefix + ".model", "--output_format=id", "--input=" + path,
                        "--output=" + os.path.join(folder, "out")], check=True)
        return children() - start

    their, own, bytes_ = [], [], []
    for _ in range(ROUNDS):
        their.append(spm(sample) - spm(empty))
        own.append(ours(program, "encode", prefix + ".model", sample)["encode"])
        bytes_.append(ours(program, "byte_pairs", sample, 4000)["byte_pairs"])
    print("encode 1 MiB by byte-level merges: ours %.3f s, spm_encode %.3f s, ratio %.2f" % (
        min(bytes_), min(their), min(bytes_) / min(their)))
    print("encode 1 MiB: ours %.3f s, spm_encode %.3f s, ratio %.2f" % (min(own), min(their), min(own) / min(their)))
    large = os.path.join(folder, "large.txt")
    with open(text, "rb") as file, open(large, "wb") as out:
        content = file.read()
        while out.tell() < 10_000_000:
            out.write(content)
    shared = ours(program, "together", large)
    print("encode 10 MB with WordPiece, by the clock: one thread %.2f s, two %.2f s, ratio %.2f" % (
        shared["one_thread"], shared["two_threads"], shared["two_threads"] / shared["one_thread"]))
    print("train a vocabulary of 4,000 on 10 MB: %.1f s" % ours(program, "train", large, 4000)["train"])


def streaming(program, text, folder):
    """10 GB as links to one file: what is resident does not depend on where the bytes lie."""
    shard, corpus = os.path.join(folder, "shard"), os.path.join(folder, "corpus")
    with open(text, "rb") as file, open(shard, "wb") as out:
        content = file.read()
        while out.tell() < 100_000_000:
            out.write(content)
    os.mkdir(corpus)
    for i in range(100):
        os.symlink(shard, os.path.join(corpus, "%03d.txt" % i))
    values = ours(program, "stream", corpus, 3000)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print("stream %.1f GB: %.0f blocks a CPU second, largest child so far %.0f MiB" % (values["bytes"] / 1e9,
          values["blocks_a_second"], peak / 1024))


def main():
    program, text = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        streaming(program, text, folder)  # first: the peak is that of all children so far
        torch.set_num_threads(1)
        mine, other = [], []
        for _ in range(ROUNDS):
            other.append(their_step())
            mine.append(ours(program, "step"))
        own = least(mine)
        print("GPT step: ours %.1f ms, PyTorch %.1f ms, ratio %.2f" % (own["step"] * 1e3, min(other) * 1e3,
              own["step"] / min(other)))
        print("attention capture of two samples with its file: %.1f ms, every 50 steps %.2f %% of a step"
              % (own["capture"] * 1e3, 100 * own["capture"] / (50 * own["step"])))
        written = least([ours(program, "generate") for _ in range(ROUNDS)])
        print("120 tokens: cached %.3f s, uncached %.3f s, factor %.1f" % (
            written["generate_cached"], written["generate_uncached"],
            written["generate_uncached"] / written["generate_cached"]))
        print("128 tokens by an encoder-decoder: cached %.0f, uncached %.0f tokens/s, factor %.1f" % (
            128 / written["answer_cached"], 128 / written["answer_uncached"],
            written["answer_uncached"] / written["answer_cached"]))
        encoding(program, text, folder)


if __name__ == "__main__":
    main()
