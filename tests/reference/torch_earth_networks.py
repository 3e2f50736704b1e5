"""The classifiers of plugins/satellite written with torch.nn alone (see torch_networks.py)."""
import torch
import torch.nn as nn
import torch.nn.functional as F

import exchange
import torch_networks


class Squeeze(nn.Module):
    def __init__(self, c, r):
        super().__init__()
        self.down, self.up = nn.Linear(c, c // r, bias=False), nn.Linear(c // r, c, bias=False)

    def forward(self, x):
        return x * torch.sigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1).flatten(1)))))[:, :, None, None]


class Coordinate(nn.Module):
    def __init__(self, c, r):
        super().__init__()
        self.shared, self.norm = nn.Conv2d(c, c // r, 1, bias=False), nn.BatchNorm2d(c // r)
        self.rows, self.columns = nn.Conv2d(c // r, c, 1), nn.Conv2d(c // r, c, 1)

    def forward(self, x):
        h, w = x.shape[2:]
        y = torch.cat([F.adaptive_avg_pool2d(x, (h, 1)), F.adaptive_avg_pool2d(x, (1, w)).permute(0, 1, 3, 2)], 2)
        first, second = torch.split(F.relu(self.norm(self.shared(y))), [h, w], 2)
        return x * torch.sigmoid(self.rows(first)) * torch.sigmoid(self.columns(second.permute(0, 1, 3, 2)))


class Cbam(nn.Module):
    def __init__(self, c, r):
        super().__init__()
        self.down, self.up = nn.Linear(c, c // r, bias=False), nn.Linear(c // r, c, bias=False)
        self.place = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        net = lambda v: self.up(F.relu(self.down(v.flatten(1))))
        y = x * torch.sigmoid(net(F.adaptive_avg_pool2d(x, 1)) + net(F.adaptive_max_pool2d(x, 1)))[:, :, None, None]
        return y * torch.sigmoid(self.place(torch.cat([y.mean(1, keepdim=True), y.max(1, keepdim=True).values], 1)))


class Fusion(nn.Module):
    def __init__(self, c, s):
        super().__init__()
        self.coordinate, self.squeeze = Coordinate(c, s["coordinate_reduction"]), Squeeze(c, s["squeeze_reduction"])
        self.alpha = nn.Parameter(torch.tensor(0.0))

    def forward(self, x):
        s = torch.sigmoid(self.alpha)
        return s * self.coordinate(x) + (1 - s) * self.squeeze(x)


class Attention(nn.Module):
    def __init__(self, c, s):
        super().__init__()
        made = {"none": None, "se": ("squeeze", lambda: Squeeze(c, s["squeeze_reduction"])),
                "coord": ("coordinate", lambda: Coordinate(c, s["coordinate_reduction"])),
                "cbam": ("cbam", lambda: Cbam(c, s["squeeze_reduction"])), "balanced": ("fusion", lambda: Fusion(c, s))}[s["attention"]]
        if made:
            self.add_module(made[0], made[1]())

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x


class Block(nn.Module):
    def __init__(self, s, cin, cout, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout)
        self.conv2, self.norm2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False), nn.BatchNorm2d(cout)
        self.attention = Attention(cout, s)
        if stride != 1 or cin != cout:
            self.shortcut, self.shortcut_norm = nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)

    def forward(self, x):
        y = self.attention(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))))
        return F.relu(y + (self.shortcut_norm(self.shortcut(x)) if hasattr(self, "shortcut") else x))


class AttnResNet(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s, self.names = s, []
        cin = s["widths"][0]
        self.stem, self.stem_norm = nn.Conv2d(s["in_channels"], cin, 3, 1, 1, bias=False), nn.BatchNorm2d(cin)
        for stage, (width, depth) in enumerate(zip(s["widths"], s["depths"])):
            for i in range(depth):
                self.names.append("stage%d_block%d" % (stage, i))
                self.add_module(self.names[-1], Block(s, cin, width, 2 if stage and not i else 1))
                cin = width
        self.head = nn.Linear(cin, s["classes"])

    def forward(self, x):
        y = F.relu(self.stem_norm(self.stem(x)))
        for name in self.names:
            y = getattr(self, name)(y)
        y = F.adaptive_avg_pool2d(y, 1).flatten(1)
        out = {"logits": self.head(y), "features": y}
        if self.s["attention"] == "balanced":
            shares = [torch.sigmoid(getattr(self, n).attention.fusion.alpha.detach()) for n in self.names]
            out["fusion"] = torch.stack(shares).expand(len(x), -1)
        return out


class ConvNet(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s, cin = s, s["in_channels"]
        for i, width in enumerate(s["widths"]):
            self.add_module("conv%d" % i, nn.Conv2d(cin, width, 3, 1, 1, bias=False))
            self.add_module("norm%d" % i, nn.BatchNorm2d(width))
            cin = width
        if s["hidden"]:
            edge = s["image_size"] >> len(s["widths"])
            self.hidden = nn.Linear(cin * edge * edge, s["hidden"])
            cin = s["hidden"]
        self.head = nn.Linear(cin, s["classes"])

    def forward(self, x):
        for i in range(len(self.s["widths"])):
            x = F.max_pool2d(F.relu(getattr(self, "norm%d" % i)(getattr(self, "conv%d" % i)(x))), 2)
        x = F.relu(self.hidden(x.flatten(1))) if self.s["hidden"] else F.adaptive_avg_pool2d(x, 1).flatten(1)
        return {"logits": self.head(x), "features": x}


class Rcf(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s = s
        self.register_buffer("filters", torch.zeros(s["filters"], s["in_channels"], s["kernel"], s["kernel"]))
        self.head = nn.Linear(2 * s["filters"], s["classes"])

    def forward(self, x):
        y = F.conv2d(x, self.filters, torch.full((self.s["filters"],), float(self.s["bias"])))
        f = torch.cat([F.relu(y).mean((2, 3)), F.relu(-y).mean((2, 3))], 1)
        return {"logits": self.head(f), "features": f}


class Statistics(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.head = nn.Linear(4 * s["in_channels"], s["classes"])

    def forward(self, x):
        f = x.flatten(2)
        f = torch.cat([f.mean(2), f.std(2, unbiased=False), f.min(2).values, f.max(2).values], 1)
        return {"logits": self.head(f), "features": f}


class ConvNormRelu(nn.Module):
    def __init__(self, cin, cout, k):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(cin, cout, k, padding=k // 2, bias=False), nn.BatchNorm2d(cout)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class UPerNet(nn.Module):
    def __init__(self, s):
        super().__init__()
        cin, width, self.bins = s["width"], s["decoder_width"], [1, 2, 3, 6]
        for b in self.bins:
            self.register_buffer("pool%d" % b, torch.zeros(b, s["image_size"] // 32))
            self.add_module("bin%d" % b, ConvNormRelu(cin, width, 1))
        self.context = ConvNormRelu(cin + 4 * width, width, 3)
        for i in range(3):
            self.add_module("lateral%d" % i, ConvNormRelu(cin, width, 1))
            self.add_module("smooth%d" % i, ConvNormRelu(width, width, 3))
        self.fuse = ConvNormRelu(4 * width, width, 3)

    def forward(self, maps):
        to = lambda x, like: F.interpolate(x, like.shape[2:], mode="bilinear", align_corners=False)
        last = maps[-1]
        pooled = [to(getattr(self, "bin%d" % b)(F.adaptive_avg_pool2d(last, b)), last) for b in self.bins]
        y = self.context(torch.cat([last] + pooled, 1))
        levels = [y]
        for i in (2, 1, 0):
            y = getattr(self, "lateral%d" % i)(maps[i]) + to(y, maps[i])
            levels.insert(0, getattr(self, "smooth%d" % i)(y))
        return self.fuse(torch.cat([to(m, maps[0]) for m in levels], 1))


class VitUpernet(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s, e = dict(s, dims=2), nn.Module()
        self.encoder, self.side = e, s["image_size"] // s["patch"]
        e.embedding = torch_networks.Embedding(self.s)
        e.positions = nn.Parameter(torch.zeros(1, self.side ** 2, s["width"]))
        for i in range(s["depth"]):
            e.add_module("block%d" % i, torch_networks.Block(s["width"], s["heads"], s["mlp_ratio"]))
        e.norm = nn.LayerNorm(s["width"])
        self.decoder, self.head = UPerNet(s), nn.Conv2d(s["decoder_width"], s["classes"], 1)

    def forward(self, x):
        e, maps = self.encoder, []
        y = e.embedding(x) + e.positions
        for i in range(self.s["depth"]):
            y = getattr(e, "block%d" % i)(y)
            if i in self.s["levels"]:
                grid = y.transpose(1, 2).reshape(len(x), -1, self.side, self.side)
                edge = self.s["image_size"] // (4, 8, 16, 32)[len(maps)]
                maps.append(F.interpolate(grid, (edge, edge), mode="bilinear", align_corners=False))
        fused = F.interpolate(self.decoder(maps), x.shape[2:], mode="bilinear", align_corners=False)
        return {"logits": self.head(fused), "features": e.norm(y).mean(1)}


torch_networks.NETWORKS.update({"satellite.attn_resnet": AttnResNet, "satellite.convnet": ConvNet, "satellite.rcf": Rcf,
                                "satellite.image_statistics": Statistics, "satellite.vit_upernet": VitUpernet})

if __name__ == "__main__":
    exchange.main(torch_networks.answer)
