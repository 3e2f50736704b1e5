"""Language models written from their papers on given weights: logits, router losses and gradients.

Independent of the project's layers: attention head by head, experts token by token, masks as loops."""
import math

import torch

import exchange


def normalise(x, state, name, s, kind=None):
    weight = state[name + ".weight"]
    if (kind or s["norm"]) == "layer":
        return torch.nn.functional.layer_norm(x, weight.shape, weight, state[name + ".bias"], s["norm_epsilon"] or 1e-5)
    return weight * x / torch.sqrt((x ** 2).mean(-1, keepdim=True) + (s["norm_epsilon"] or 1e-6))


def linear(x, state, name):
    return torch.nn.functional.linear(x, state[name + ".weight"], state.get(name + ".bias"))


def turn(x, base):
    """Rotary positions by complex multiplication; x (T,d), halves paired."""
    tokens, width = x.shape
    rate = base ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angle = torch.arange(tokens, dtype=torch.float64)[:, None] * rate[None, :]
    pairs = torch.complex(x[:, : width // 2].double(), x[:, width // 2:].double())
    turned = pairs * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([turned.real, turned.imag], 1).to(x.dtype)


def bucket(distance, s, both_ways):
    """T5's range of key minus query, as its authors' code writes it."""
    number, offset = s["relative_buckets"], -distance
    first = 0
    if both_ways:
        number //= 2
        if offset < 0:
            first = number
        offset = abs(offset)
    else:
        offset = max(offset, 0)
    exact = number // 2
    if offset < exact:
        return first + offset
    far = exact + int(math.log(offset / exact) / math.log(s["relative_distance"] / exact) * (number - exact))
    return first + min(far, number - 1)


def divisor(per_head, s):
    return math.sqrt(per_head) if s["scaled_attention"] else 1.0


def attend(x, state, name, s, sees, far=None):
    batch, tokens, width = x.shape
    per_head = s["head_width"] or width // s["heads"]
    groups = s["key_value_heads"] or s["heads"]
    q_all, k_all, v_all = torch.split(linear(x, state, name + ".qkv"),
                                      [s["heads"] * per_head, groups * per_head, groups * per_head], -1)
    if s["query_key_norm"]:
        q_all = normalise(q_all, state, name + ".query_norm", s, "rms")
        k_all = normalise(k_all, state, name + ".key_norm", s, "rms")
    rows = []
    for b in range(batch):
        heads = []
        for h in range(s["heads"]):
            group = h * groups // s["heads"]
            q = q_all[b, :, h * per_head: (h + 1) * per_head]
            k, v = (y[b, :, group * per_head: (group + 1) * per_head] for y in (k_all, v_all))
            if s["positions"] == "rotary":
                q, k = turn(q, s["rotary_base"]), turn(k, s["rotary_base"])
            mixed = []
            for i in range(tokens):
                keys = [j for j in range(tokens) if sees(b, i, j)]
                score = (k[keys] @ q[i]) / divisor(per_head, s)
                if far is not None:
                    score = score + torch.stack([far[0][bucket(j - i, s, far[1]), h] for j in keys])
                weight = torch.softmax(score, 0)
                mixed.append(weight @ v[keys])
            heads.append(torch.stack(mixed))
        rows.append(torch.cat(heads, 1))
    return linear(torch.stack(rows), state, name + ".out")


GATED = ("swiglu", "geglu_tanh")


def gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def activate(up, gate, s):
    if s["feed_forward"] == "gelu_tanh":
        return gelu_tanh(up)
    if s["feed_forward"] == "geglu_tanh":
        return gelu_tanh(gate) * up
    if s["feed_forward"] == "relu":
        return up * (up > 0)
    return torch.nn.functional.gelu(up) if gate is None else torch.nn.functional.silu(gate) * up


def feed(x, state, name, s, losses):
    if not s["experts"]:
        base = name + ".feed_forward"
        gate = linear(x, state, base + ".gate") if s["feed_forward"] in GATED else None
        return linear(activate(linear(x, state, base + ".fc1"), gate, s), state, base + ".fc2")
    base = name + ".experts"
    flat = x.reshape(-1, x.shape[-1])
    logits = flat @ state[base + ".router.weight"].t()
    probability = torch.softmax(logits, 1)
    counts = torch.zeros(s["experts"], dtype=x.dtype)
    out = []
    for token, p in zip(flat, probability):
        picked = sorted(range(s["experts"]), key=lambda e: -p[e].item())[: s["top_k"]]
        total = sum(p[e] for e in picked) if s["normalise_top_k"] else 1.0
        y = torch.zeros_like(token)
        for e in picked:
            counts[e] += 1
            gate = token @ state[base + ".gate"][e] if s["feed_forward"] in GATED else None
            y = y + p[e] / total * (activate(token @ state[base + ".up"][e], gate, s) @ state[base + ".down"][e])
        out.append(y)
    share = counts / counts.sum()
    losses["balance"] += s["experts"] * (share * probability.mean(0)).sum()
    losses["z"] += (torch.log(torch.exp(logits).sum(1)) ** 2).mean()
    return torch.stack(out).reshape(x.shape)


def look_at(x, memory, state, name, s, visible):
    """Cross attention, head by head and query by query."""
    per_head = s["head_width"] or x.shape[2] // s["heads"]
    q_all = linear(x, state, name + ".query")
    k_all, v_all = torch.chunk(linear(memory, state, name + ".key_value"), 2, -1)
    rows = []
    for b in range(x.shape[0]):
        keys = [j for j in range(memory.shape[1]) if visible[b, j] != 0]
        heads = []
        for h in range(s["heads"]):
            part = slice(h * per_head, (h + 1) * per_head)
            weight = torch.softmax(q_all[b, :, part] @ k_all[b, keys][:, part].t() / divisor(per_head, s), 1)
            heads.append(weight @ v_all[b, keys][:, part])
        rows.append(torch.cat(heads, 1))
    return linear(torch.stack(rows), state, name + ".out")


def block(x, state, name, s, place, sees, losses, far=None, memory=None):
    def around(x, number, inner):
        norm = f"{name}.norm{number}"
        if place == "post":
            return normalise(x + inner(x), state, norm, s)
        if place == "deepnorm":
            return normalise(x * (2 * s["depth"]) ** 0.25 + inner(x), state, norm, s)
        y = inner(normalise(x, state, norm, s))
        if place == "sandwich":
            y = normalise(y, state, norm + "_after", s)
        return x + y

    x = around(x, 1, lambda y: attend(y, state, name + ".attention", s, sees, far))
    if memory is not None:
        x = around(x, "_cross", lambda y: look_at(y, memory[0], state, name + ".cross_attention", s, memory[1]))
    return around(x, 2, lambda y: feed(y, state, name, s, losses))


def stack(x, state, s, sees, last_norm, losses, both_ways=True, base="encoder.stack", memory=None):
    far = (state[base + ".relative.weight"], both_ways) if s["positions"] == "relative" else None
    post = math.floor(s["post_fraction"] * s["depth"])
    for index in s["blocks"] or range(s["depth"]):
        place = s["norm_position"]
        if place == "mix":
            place = "post" if index < post else "pre"
        x = block(x, state, f"{base}.block{index}", s, place, sees, losses, far, memory)
    return normalise(x, state, base + ".norm", s) if last_norm else x


def positioned(x, state):
    table = state.get("encoder.stack.positions")
    return x if table is None else x + table[: x.shape[1]]


def gpt(tokens, state, s, tensors, losses):
    prefix = tensors.get("prefix")

    def sees(b, i, j):
        if s["mask"] == "bidirectional":
            return True
        return j <= i or (s["mask"] == "prefix" and j < prefix[b])

    x = positioned(state["encoder.embedding.weight"][tokens], state)
    x = stack(x, state, s, sees, True, losses, both_ways=s["mask"] != "causal")
    head = state["encoder.embedding.weight"] if s["tie_embeddings"] else state["head.weight"]
    return x @ head.t()


def bert(tokens, state, s, tensors, losses):
    visible = tensors["attention_mask"]
    x = state["encoder.embedding.weight"][tokens] + state["encoder.segments.weight"][tensors["segments"]]
    x = normalise(positioned(x, state), state, "encoder.norm", s)
    x = stack(x, state, s, lambda b, i, j: visible[b, j] != 0, s["norm_position"] != "post", losses)
    if s["output"] == "token":
        return linear(x, state, "head.out")
    if s["output"] == "sequence":
        return linear(torch.tanh(linear(x[:, 0], state, "head.inner")), state, "head.out")
    if s["output"] == "pretraining":
        losses["pair"] = linear(torch.tanh(linear(x[:, 0], state, "head.pooler")), state, "head.pair")
    inner = torch.nn.functional.gelu(linear(x, state, "head.inner"))
    return normalise(inner, state, "head.norm", s) @ state["encoder.embedding.weight"].t() + state["head.word_bias"]


def t5(tokens, state, s, tensors, losses):
    visible, embedding = tensors["attention_mask"], state["encoder.embedding.weight"]
    memory = stack(embedding[tokens], state, s, lambda b, i, j: visible[b, j] != 0, True, losses)
    decoder = dict(s, depth=s["decoder_depth"] or s["depth"])
    x = stack(embedding[tensors["decoder_tokens"]], state, decoder, lambda b, i, j: j <= i, True, losses,
              False, "decoder.stack", (memory, visible))
    if s["scale_head"]:
        x = x / math.sqrt(x.shape[-1])
    return x @ (embedding if s["tie_embeddings"] else state["head.weight"]).t()


def answer(tensors, settings):
    state = {name: tensor.clone().requires_grad_(tensor.is_floating_point() and "positions" not in name)
             for name, tensor in exchange.state(tensors, "state").items()}
    losses = {"balance": torch.zeros(()), "z": torch.zeros(())}
    model = {"gpt_decoder": gpt, "bert_encoder": bert, "t5_encoder_decoder": t5}[settings["type"]]
    logits = model(tensors["tokens"], state, settings, tensors, losses)
    total = (logits * tensors["weight"]).sum() + losses["balance"] + losses["z"]
    if "pair" in losses:
        total = total + (losses["pair"] * tensors["pair_weight"]).sum()
    total.backward()
    result = {"logits": logits.detach()}
    if "pair" in losses:
        result["pair_logits"] = losses["pair"].detach()
    if settings["experts"]:
        result.update({"router_balance": losses["balance"].detach(), "router_z": losses["z"].detach()})
    for name, tensor in state.items():
        if tensor.grad is not None:
            result["gradient." + name] = tensor.grad
    return result


if __name__ == "__main__":
    exchange.main(answer)
