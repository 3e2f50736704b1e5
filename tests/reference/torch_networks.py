"""The networks of core/models written with torch.nn alone; weights come by name, outputs and gradients go back."""
import torch
import torch.nn as nn
import torch.nn.functional as F

import exchange


def conv(dims):
    return nn.Conv3d if dims == 3 else nn.Conv2d


def norm(kind, dims, channels):
    if kind == "none":
        return nn.Identity()
    if kind == "batch":
        return (nn.BatchNorm3d if dims == 3 else nn.BatchNorm2d)(channels)
    return (nn.InstanceNorm3d if dims == 3 else nn.InstanceNorm2d)(channels, affine=True)


class ConvBlock(nn.Module):
    def __init__(self, s, cin, cout, stride):
        super().__init__()
        C, bias = conv(s["dims"]), s["norm"] == "none"
        self.conv1 = C(cin, cout, 3, stride, 1, bias=bias)
        self.norm1 = norm(s["norm"], s["dims"], cout)
        self.conv2 = C(cout, cout, 3, 1, 1, bias=bias)
        self.norm2 = norm(s["norm"], s["dims"], cout)
        self.residual = s["residual"]
        if self.residual and (cin != cout or any(k != 1 for k in stride)):
            self.shortcut = C(cin, cout, 1, stride)

    def forward(self, x):
        y = self.norm2(self.conv2(F.leaky_relu(self.norm1(self.conv1(x)))))
        if self.residual:
            y = y + (self.shortcut(x) if hasattr(self, "shortcut") else x)
        return F.leaky_relu(y)


class Up(nn.Module):
    def __init__(self, s, coarse, width, factor):
        super().__init__()
        self.up = conv(s["dims"])(coarse, width, 1)
        self.block = ConvBlock(s, 2 * width, width, [1] * s["dims"])
        self.factor = tuple(float(f) for f in factor)

    def forward(self, coarse, skip):
        return self.block(torch.cat([skip, self.up(F.interpolate(coarse, scale_factor=self.factor, mode="nearest"))], 1))


class UNet(nn.Module):
    def __init__(self, s):
        super().__init__()
        widths, dims = s["widths"], s["dims"]
        strides = [[1] * dims] + [[2] * dims for _ in widths[1:]]
        for level, depth in enumerate(s.get("depth_strides", [])):
            strides[level + 1][0] = depth
        self.encoder, self.decoder, self.head = nn.Module(), nn.Module(), nn.Module()
        cin = s["in_channels"]
        for level, width in enumerate(widths):
            blocks = nn.ModuleDict()
            for i in range(s["blocks"]):
                blocks["block%d" % i] = ConvBlock(s, cin, width, strides[level] if i == 0 else [1] * dims)
                cin = width
            self.encoder.add_module("level%d" % level, blocks)
        for level in range(len(widths) - 1):
            self.decoder.add_module("level%d" % level, Up(s, widths[level + 1], widths[level], strides[level + 1]))
        self.heads = min(3, len(widths) - 1) if s["deep_supervision"] else 1
        for level in range(self.heads):
            self.head.add_module("level%d" % level, conv(dims)(widths[level], s["classes"], 1))

    def forward(self, x):
        maps = []
        for level in self.encoder.children():
            for block in level.values():
                x = block(x)
            maps.append(x)
        out = {}
        for level in reversed(range(len(maps) - 1)):
            x = getattr(self.decoder, "level%d" % level)(x, maps[level])
            if level < self.heads:
                out["logits" + (".%d" % level if level else "")] = getattr(self.head, "level%d" % level)(x)
        return out


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.heads = heads

    def forward(self, x):
        y, _ = F.multi_head_attention_forward(
            x.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1), x.shape[2], self.heads, self.qkv.weight,
            self.qkv.bias, None, None, False, 0.0, self.out.weight, self.out.bias, need_weights=True)
        return y.transpose(0, 1)


class Block(nn.Module):
    def __init__(self, width, heads, ratio):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.fc1, self.fc2 = nn.Linear(width, int(round(width * ratio))), nn.Linear(int(round(width * ratio)), width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Embedding(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.project = conv(s["dims"])(s["in_channels"], s["width"], s["patch"], s["patch"])

    def forward(self, x):
        return self.project(x).flatten(2).transpose(1, 2)


class Vit(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s, e = s, nn.Module()
        self.encoder = e
        e.embedding = Embedding(s)
        tokens = (s["image_size"] // s["patch"]) ** s["dims"]
        e.positions = nn.Parameter(torch.zeros(1, tokens, s["width"]))
        if s["pool"] == "cls":
            e.class_token = nn.Parameter(torch.zeros(1, 1, s["width"]))
        for i in range(s["depth"]):
            e.add_module("block%d" % i, Block(s["width"], s["heads"], s["mlp_ratio"]))
        e.norm = nn.LayerNorm(s["width"])
        self.head = nn.Linear(s["width"], s["classes"])

    def forward(self, x):
        e = self.encoder
        y = e.embedding(x) + e.positions
        cls = self.s["pool"] == "cls"
        if cls:
            y = torch.cat([e.class_token.expand(len(y), -1, -1), y], 1)
        for i in range(self.s["depth"]):
            y = getattr(e, "block%d" % i)(y)
        y = e.norm(y)
        patches = y[:, 1:] if cls else y
        side = self.s["image_size"] // self.s["patch"]
        grid = patches.transpose(1, 2).reshape(len(x), -1, *[side] * self.s["dims"])
        return {"logits": self.head(y[:, 0] if cls else y.mean(1)), "features": grid}


class Residual(nn.Module):
    def __init__(self, s, cin, width, stride):
        super().__init__()
        C, dims, bias = conv(s["dims"]), s["dims"], s["norm"] == "none"
        bottleneck = s["block"] == "bottleneck"
        out = width * (4 if bottleneck else 1)
        plan = [(cin, width, 1, 1), (width, width, 3, stride), (width, out, 1, 1)] if bottleneck else [
            (cin, width, 3, stride), (width, out, 3, 1)]
        self.count = len(plan)
        for i, (a, b, k, t) in enumerate(plan, 1):
            self.add_module("conv%d" % i, C(a, b, k, t, k // 2, bias=bias))
            self.add_module("norm%d" % i, norm(s["norm"], dims, b))
        if stride != 1 or cin != out:
            self.shortcut = C(cin, out, 1, stride, bias=bias)
            self.shortcut_norm = norm(s["norm"], dims, out)
        self.out = out

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, "norm%d" % i)(getattr(self, "conv%d" % i)(y))
            if i < self.count:
                y = F.relu(y)
        return F.relu(y + (self.shortcut_norm(self.shortcut(x)) if hasattr(self, "shortcut") else x))


class ResNet(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s, self.encoder = s, nn.Module()
        small, bias = s["small_images"], s["norm"] == "none"
        k = 3 if small else 7
        self.encoder.stem = nn.Module()
        self.encoder.stem.conv = conv(s["dims"])(s["in_channels"], s["width"], k, 1 if small else 2, k // 2, bias=bias)
        self.encoder.stem.norm = norm(s["norm"], s["dims"], s["width"])
        cin = s["width"]
        for level, depth in enumerate(s["depths"]):
            blocks = nn.ModuleDict()
            for i in range(depth):
                block = Residual(s, cin, s["width"] * 2**level, 2 if i == 0 and level > 0 else 1)
                blocks["block%d" % i] = block
                cin = block.out
            self.encoder.add_module("level%d" % level, blocks)
        self.head = nn.Linear(cin, s["classes"])

    def forward(self, x):
        y = F.relu(self.encoder.stem.norm(self.encoder.stem.conv(x)))
        if not self.s["small_images"]:
            y = (F.max_pool3d if self.s["dims"] == 3 else F.max_pool2d)(y, 3, 2, 1)
        for level in range(len(self.s["depths"])):
            for block in getattr(self.encoder, "level%d" % level).values():
                y = block(y)
        return {"logits": self.head(y.flatten(2).mean(2)), "features": y}


NETWORKS = {"unet": UNet, "vit": Vit, "resnet": ResNet}


def answer(tensors, settings):
    """Loss = sum over outputs of sum(output * weight)."""
    net = NETWORKS[settings["type"]](settings)
    counts = {name: b for name, b in net.named_buffers() if name.endswith("num_batches_tracked")}
    net.load_state_dict({**counts, **exchange.state(tensors, "state")}, strict=True)
    net.train()
    x = tensors["image"].requires_grad_()
    out = net(x)
    sum((out[name[7:]] * w).sum() for name, w in tensors.items() if name.startswith("weight.")).backward()
    result = {"out." + name: value for name, value in out.items()}
    result["gradient.image"] = x.grad
    for name, parameter in net.named_parameters():
        result["gradient." + name] = parameter.grad if parameter.grad is not None else torch.zeros_like(parameter)
    for name, buffer in net.named_buffers():
        result["buffer." + name] = buffer
    return result


if __name__ == "__main__":
    exchange.main(answer)
