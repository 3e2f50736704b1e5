"""BERT, GPT-2, LLaMA, OLMoE and T5 written from their papers, with the parameter names of the published checkpoints.

    published_language_models.py make FOLDER    random networks as KIND.pt and KIND.safetensors, with tokens and logits
    published_language_models.py check FOLDER   loads ours.KIND.pt and ours.KIND.safetensors (strictly), writes their logits

The networks share nothing with the project: attention by einsum, rotary positions as complex numbers, experts token by token.
"""
import math
import sys

import torch
from torch import nn
from torch.nn import functional as F

import exchange

WIDTH, HEADS, HIDDEN, DEPTH, WORDS, LENGTH, EXPERTS = 16, 4, 24, 2, 23, 12, 5


def attend(q, k, v, hidden):
    """q (B,T,H,d), k and v (B,T,G,d); hidden: broadcast to (B,H,T,T), True = not seen."""
    k, v = (x.repeat_interleave(q.shape[2] // x.shape[2], 2) for x in (k, v))
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(q.shape[-1])
    weight = scores.masked_fill(hidden, -math.inf).softmax(-1)
    return torch.einsum("bhqk,bkhd->bqhd", weight, v).flatten(2)


def future(tokens):
    return torch.ones(tokens.shape[1], tokens.shape[1]).triu(1).bool()


def named(**modules):
    group = nn.Module()
    for name, module in modules.items():
        group.add_module(name, module)
    return group


# ---------------------------------------------------------------------------------------------- BERT (Devlin et al. 2019)
def bert_layer():
    linear, norm = nn.Linear, lambda: nn.LayerNorm(WIDTH, eps=1e-12)
    return named(
        attention=named(self=named(query=linear(WIDTH, WIDTH), key=linear(WIDTH, WIDTH), value=linear(WIDTH, WIDTH)),
                        output=named(dense=linear(WIDTH, WIDTH), LayerNorm=norm())),
        intermediate=named(dense=linear(WIDTH, HIDDEN)), output=named(dense=linear(HIDDEN, WIDTH), LayerNorm=norm()))


class Bert(nn.Module):
    def __init__(self, head):
        super().__init__()
        norm = lambda: nn.LayerNorm(WIDTH, eps=1e-12)
        self.bert = named(
            embeddings=named(word_embeddings=nn.Embedding(WORDS, WIDTH), position_embeddings=nn.Embedding(LENGTH, WIDTH),
                             token_type_embeddings=nn.Embedding(2, WIDTH), LayerNorm=norm()),
            encoder=named(layer=nn.ModuleList([bert_layer() for _ in range(DEPTH)])))
        self.bert.embeddings.register_buffer("position_ids", torch.arange(LENGTH)[None])
        self.head = head
        if head == "masked_lm":
            decoder = nn.Linear(WIDTH, WORDS)
            decoder.weight = self.bert.embeddings.word_embeddings.weight
            self.cls = named(predictions=named(transform=named(dense=nn.Linear(WIDTH, WIDTH), LayerNorm=norm()), decoder=decoder))
            self.cls.predictions.bias = decoder.bias
        if head == "sequence":
            self.bert.pooler = named(dense=nn.Linear(WIDTH, WIDTH))
        if head != "masked_lm":
            self.classifier = nn.Linear(WIDTH, 3)

    def forward(self, tokens, segments, visible):
        e = self.bert.embeddings
        x = e.word_embeddings(tokens) + e.token_type_embeddings(segments) + e.position_embeddings.weight[: tokens.shape[1]]
        x = e.LayerNorm(x)
        hidden = (visible == 0)[:, None, None, :]
        for layer in self.bert.encoder.layer:
            a = layer.attention
            q, k, v = (getattr(a.self, part)(x).unflatten(-1, (HEADS, -1)) for part in ("query", "key", "value"))
            x = a.output.LayerNorm(x + a.output.dense(attend(q, k, v, hidden)))
            x = layer.output.LayerNorm(x + layer.output.dense(F.gelu(layer.intermediate.dense(x))))
        if self.head == "masked_lm":
            p = self.cls.predictions
            return p.decoder(p.transform.LayerNorm(F.gelu(p.transform.dense(x))))
        return self.classifier(torch.tanh(self.bert.pooler.dense(x[:, 0])) if self.head == "sequence" else x)


# ------------------------------------------------------------------------------------------- GPT-2 (Radford et al. 2019)
class Conv1D(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.empty(inputs, outputs)), nn.Parameter(torch.empty(outputs))

    def forward(self, x):
        return x @ self.weight + self.bias


class Gpt2(nn.Module):
    def __init__(self):
        super().__init__()
        blocks = []
        for _ in range(DEPTH):
            block = named(ln_1=nn.LayerNorm(WIDTH), attn=named(c_attn=Conv1D(WIDTH, 3 * WIDTH), c_proj=Conv1D(WIDTH, WIDTH)),
                          ln_2=nn.LayerNorm(WIDTH), mlp=named(c_fc=Conv1D(WIDTH, HIDDEN), c_proj=Conv1D(HIDDEN, WIDTH)))
            block.attn.register_buffer("bias", torch.ones(LENGTH, LENGTH).tril().bool()[None, None])
            block.attn.register_buffer("masked_bias", torch.tensor(-1e4))
            blocks.append(block)
        self.transformer = named(wte=nn.Embedding(WORDS, WIDTH), wpe=nn.Embedding(LENGTH, WIDTH), h=nn.ModuleList(blocks),
                                 ln_f=nn.LayerNorm(WIDTH))
        self.lm_head = nn.Linear(WIDTH, WORDS, bias=False)
        self.lm_head.weight = self.transformer.wte.weight

    def forward(self, tokens):
        t = self.transformer
        x = t.wte(tokens) + t.wpe.weight[: tokens.shape[1]]
        for block in t.h:
            q, k, v = (y.unflatten(-1, (HEADS, -1)) for y in block.attn.c_attn(block.ln_1(x)).chunk(3, -1))
            x = x + block.attn.c_proj(attend(q, k, v, future(tokens)))
            up = block.mlp.c_fc(block.ln_2(x))
            x = x + block.mlp.c_proj(0.5 * up * (1 + torch.tanh(math.sqrt(2 / math.pi) * (up + 0.044715 * up ** 3))))
        return self.lm_head(t.ln_f(x))


# ----------------------------------------------------------------- LLaMA (Touvron et al. 2023), OLMoE (Muennighoff et al. 2024)
class RmsNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x):
        return self.weight * x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)


def turn(x, neighbours):
    """x (B,T,H,d): pairs of neighbouring channels, or channel i with i + d/2, as complex numbers."""
    half = x.shape[-1] // 2
    pairs = x.unflatten(-1, (half, 2)) if neighbours else x.unflatten(-1, (2, half)).transpose(-1, -2)
    rate = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    angle = torch.arange(x.shape[1])[:, None, None] * rate
    turned = torch.view_as_real(torch.view_as_complex(pairs.double().contiguous()) * torch.polar(torch.ones_like(angle), angle))
    return (turned if neighbours else turned.transpose(-1, -2)).flatten(-2).to(x.dtype)


def plain(inputs, outputs):
    return nn.Linear(inputs, outputs, bias=False)


def swiglu():
    return named(gate_proj=plain(WIDTH, HIDDEN), up_proj=plain(WIDTH, HIDDEN), down_proj=plain(HIDDEN, WIDTH))


def feed(mlp, x):
    return mlp.down_proj(F.silu(mlp.gate_proj(x)) * mlp.up_proj(x))


class Llama(nn.Module):
    def __init__(self, experts=0, groups=2):
        super().__init__()
        self.experts, eps = experts, 1e-5
        keys = WIDTH // HEADS * groups
        layers = []
        for _ in range(DEPTH):
            attention = named(q_proj=plain(WIDTH, WIDTH), k_proj=plain(WIDTH, keys), v_proj=plain(WIDTH, keys), o_proj=plain(WIDTH, WIDTH))
            mlp = swiglu()
            if experts:
                attention.q_norm, attention.k_norm = RmsNorm(WIDTH, eps), RmsNorm(keys, eps)
                mlp = named(gate=plain(WIDTH, experts), experts=nn.ModuleList([swiglu() for _ in range(experts)]))
            layers.append(named(input_layernorm=RmsNorm(WIDTH, eps), self_attn=attention,
                                post_attention_layernorm=RmsNorm(WIDTH, eps), mlp=mlp))
        self.model = named(embed_tokens=nn.Embedding(WORDS, WIDTH), layers=nn.ModuleList(layers), norm=RmsNorm(WIDTH, eps))
        self.lm_head = plain(WIDTH, WORDS)

    def mix(self, mlp, x):
        out = torch.zeros_like(x)
        for b in range(x.shape[0]):
            for t in range(x.shape[1]):
                share = mlp.gate(x[b, t]).softmax(-1)
                for e in share.topk(2).indices:
                    out[b, t] += share[e] * feed(mlp.experts[int(e)], x[b, t])
        return out

    def forward(self, tokens):
        x = self.model.embed_tokens(tokens)
        for layer in self.model.layers:
            a, y = layer.self_attn, layer.input_layernorm(x)
            q, k, v = a.q_proj(y), a.k_proj(y), a.v_proj(y)
            if self.experts:
                q, k = a.q_norm(q), a.k_norm(k)
            q, k, v = (z.unflatten(-1, (-1, WIDTH // HEADS)) for z in (q, k, v))
            x = x + a.o_proj(attend(turn(q, False), turn(k, False), v, future(tokens)))
            y = layer.post_attention_layernorm(x)
            x = x + (self.mix(layer.mlp, y) if self.experts else feed(layer.mlp, y))
        return self.lm_head(self.model.norm(x))


class LlamaOriginal(nn.Module):
    def __init__(self):
        super().__init__()
        self.tok_embeddings, self.norm, self.output = nn.Embedding(WORDS, WIDTH), RmsNorm(WIDTH, 1e-5), plain(WIDTH, WORDS)
        self.layers = nn.ModuleList([
            named(attention=named(wq=plain(WIDTH, WIDTH), wk=plain(WIDTH, WIDTH), wv=plain(WIDTH, WIDTH), wo=plain(WIDTH, WIDTH)),
                  feed_forward=named(w1=plain(WIDTH, HIDDEN), w2=plain(HIDDEN, WIDTH), w3=plain(WIDTH, HIDDEN)),
                  attention_norm=RmsNorm(WIDTH, 1e-5), ffn_norm=RmsNorm(WIDTH, 1e-5)) for _ in range(DEPTH)])

    def forward(self, tokens):
        x = self.tok_embeddings(tokens)
        for layer in self.layers:
            a, y = layer.attention, layer.attention_norm(x)
            q, k, v = (w(y).unflatten(-1, (HEADS, -1)) for w in (a.wq, a.wk, a.wv))
            x = x + a.wo(attend(turn(q, True), turn(k, True), v, future(tokens)))
            f, y = layer.feed_forward, layer.ffn_norm(x)
            x = x + f.w2(F.silu(f.w1(y)) * f.w3(y))
        return self.output(self.norm(x))


# ------------------------------------------- T5 (Raffel et al. 2020) and T5 1.1 (gated parts, an output layer of its own)
BUCKETS, FARTHEST = 8, 20


def distance_buckets(queries, keys, both_ways):
    """(T,S) ranges of key minus query as the authors compute them, in single precision."""
    away = (torch.arange(keys)[None, :] - torch.arange(queries)[:, None])
    count, first = BUCKETS, torch.zeros_like(away)
    if both_ways:
        count //= 2
        first = (away > 0).long() * count
        away = away.abs()
    else:
        away = (-away).clamp(min=0)
    exact = count // 2
    ratio = torch.log(away.clamp(min=1).float() / exact) / math.log(FARTHEST / exact)
    far = (exact + (ratio * (count - exact)).long()).clamp(max=count - 1)
    return first + torch.where(away < exact, away, far)


class T5(nn.Module):
    def __init__(self, gated, channels):
        super().__init__()
        self.gated, inner = gated, HEADS * channels
        norm = lambda: RmsNorm(WIDTH, 1e-6)

        def attention():
            return named(q=plain(WIDTH, inner), k=plain(WIDTH, inner), v=plain(WIDTH, inner), o=plain(inner, WIDTH))

        def feeding():
            first = dict(wi_0=plain(WIDTH, HIDDEN), wi_1=plain(WIDTH, HIDDEN)) if gated else dict(wi=plain(WIDTH, HIDDEN))
            return named(DenseReluDense=named(**first, wo=plain(HIDDEN, WIDTH)), layer_norm=norm())

        def block(decodes):
            parts = [named(SelfAttention=attention(), layer_norm=norm())]
            if decodes:
                parts.append(named(EncDecAttention=attention(), layer_norm=norm()))
            return named(layer=nn.ModuleList(parts + [feeding()]))

        def stack(decodes):
            blocks = nn.ModuleList([block(decodes) for _ in range(DEPTH)])
            blocks[0].layer[0].SelfAttention.relative_attention_bias = nn.Embedding(BUCKETS, HEADS)
            return named(embed_tokens=self.shared, block=blocks, final_layer_norm=norm())

        self.shared = nn.Embedding(WORDS, WIDTH)
        self.encoder, self.decoder, self.lm_head = stack(False), stack(True), plain(WIDTH, WORDS)
        if not gated:
            self.lm_head.weight = self.shared.weight
            unused = nn.Module()
            unused.register_buffer("weight", torch.ones(BUCKETS, HEADS))
            self.decoder.block[0].layer[1].EncDecAttention.relative_attention_bias = unused

    @staticmethod
    def look(a, x, y, bias, hidden):
        """Unscaled: q, k and v of heads, the bias (T,S,H) added to their products."""
        q, k, v = (w(z).unflatten(-1, (HEADS, -1)) for w, z in ((a.q, x), (a.k, y), (a.v, y)))
        scores = torch.einsum("bqhd,bkhd->bqkh", q, k) + bias
        weight = scores.masked_fill(hidden[..., None], -math.inf).softmax(2)
        return a.o(torch.einsum("bqkh,bkhd->bqhd", weight, v).flatten(2))

    def through(self, stack, tokens, hidden, both_ways, memory=None, memory_hidden=None):
        x = self.shared(tokens)
        table = stack.block[0].layer[0].SelfAttention.relative_attention_bias
        bias = table(distance_buckets(x.shape[1], x.shape[1], both_ways))
        for block in stack.block:
            own, feeding = block.layer[0], block.layer[-1]
            y = own.layer_norm(x)
            x = x + self.look(own.SelfAttention, y, y, bias, hidden)
            if memory is not None:
                cross = block.layer[1]
                x = x + self.look(cross.EncDecAttention, cross.layer_norm(x), memory, 0.0, memory_hidden)
            d, y = feeding.DenseReluDense, feeding.layer_norm(x)
            if self.gated:
                g = d.wi_0(y)
                risen = 0.5 * g * (1 + torch.tanh(math.sqrt(2 / math.pi) * (g + 0.044715 * g ** 3))) * d.wi_1(y)
            else:
                risen = d.wi(y).clamp(min=0)
            x = x + d.wo(risen)
        return stack.final_layer_norm(x)

    def forward(self, tokens, visible, target):
        unseen = (visible == 0)[:, None, :]
        memory = self.through(self.encoder, tokens, unseen, True)
        x = self.through(self.decoder, target, future(target)[None], False, memory, unseen)
        return self.lm_head(x if self.gated else x * WIDTH ** -0.5)


KINDS = {
    "bert": lambda: Bert("masked_lm"),
    "bert_sequence": lambda: Bert("sequence"),
    "bert_token": lambda: Bert("token"),
    "gpt2": Gpt2,
    "llama": Llama,
    "olmoe": lambda: Llama(EXPERTS, HEADS),
    "llama_original": LlamaOriginal,
    "t5": lambda: T5(False, WIDTH // HEADS),
    "t5_v1_1": lambda: T5(True, 5),
}


def inputs():
    torch.manual_seed(5)
    tokens = torch.randint(1, WORDS, (2, 9))
    visible = torch.ones_like(tokens)
    visible[1, 7:] = 0
    target = torch.randint(1, WORDS, (2, 11))
    target[:, 0] = 0
    return tokens, (torch.arange(18).reshape(2, 9) % 9 > 4).long(), visible, target


def logits_of(network):
    tokens, segments, visible, target = inputs()
    network.eval()
    with torch.no_grad():
        if isinstance(network, Bert):
            return network(tokens, segments, visible)
        return network(tokens, visible, target) if isinstance(network, T5) else network(tokens)


def make(folder):
    tokens, segments, visible, target = inputs()
    exchange.write(f"{folder}/inputs", {"tokens": tokens, "segments": segments, "attention_mask": visible, "decoder_tokens": target})
    for kind, build in KINDS.items():
        torch.manual_seed(7)
        network = build()
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                # Far from the start of a training, so that every part of the network matters.
                parameter.copy_(0.3 * torch.randn_like(parameter) + (1.0 if "norm" in name.lower() or "ln_" in name else 0.0) * (parameter.dim() == 1))
        state = network.state_dict()
        torch.save(state, f"{folder}/{kind}.pt")
        exchange.write(f"{folder}/{kind}.safetensors", state)
        exchange.write(f"{folder}/{kind}.logits", {"logits": logits_of(network)})


def check(folder):
    for kind, build in KINDS.items():
        answers = {}
        for end in ("pt", "safetensors"):
            path = f"{folder}/ours.{kind}.{end}"
            state = torch.load(path) if end == "pt" else exchange.read(path)[0]
            network = build()
            constants = {name for name, _ in network.named_buffers()}
            missing, unexpected = network.load_state_dict(state, strict=False)
            assert set(missing) <= constants and not unexpected, (kind, end, missing, unexpected)
            answers[end] = logits_of(network)
        exchange.write(f"{folder}/ours.{kind}.logits", answers)


torch.set_num_threads(1)
{"make": make, "check": check}[sys.argv[1]](sys.argv[2])
