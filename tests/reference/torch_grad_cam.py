"""Grad-CAM of small networks by PyTorch's own hooks and interpolation: for each k of of_classes `heat.k`, and the `classes.k` that were
looked for."""
import torch
import torch.nn.functional as F

import exchange
import torch_earth_networks
import torch_networks


class SeenConvNet(torch_earth_networks.ConvNet):
    """Its map comes after the last ReLU, which no module's output is."""

    def forward(self, x):
        last = len(self.s["widths"]) - 1
        for i in range(last + 1):
            x = F.relu(getattr(self, "norm%d" % i)(getattr(self, "conv%d" % i)(x)))
            if i == last:
                self.seen = x
            x = F.max_pool2d(x, 2)
        return {"logits": self.head(F.adaptive_avg_pool2d(x, 1).flatten(1))}


def heat_of(logits, wanted, seen, sample):
    """The small map of one sample, and the class that it is of."""
    if logits.dim() == 1:
        k = wanted if wanted >= 0 else int(logits.argmax())
        score = logits[k]
    else:
        taken = logits.argmax(0)
        k = wanted if wanted >= 0 else int(torch.bincount(taken.flatten()).argmax())
        score = logits[k][taken == k].sum()
    slope, = torch.autograd.grad(score, seen, retain_graph=True)
    return F.relu((slope[sample].mean((1, 2), keepdim=True) * seen[sample]).sum(0)), k


def answer(tensors, s):
    convnet = s["type"] == "satellite.convnet"
    net = (SeenConvNet if convnet else torch_networks.NETWORKS[s["type"]])(s)
    state = {n[6:]: t for n, t in tensors.items() if n.startswith("state.")}
    missing = [n for n in net.load_state_dict(state, strict=False)[0] if not n.endswith("num_batches_tracked")]
    assert not missing, missing
    net.eval()
    seen = []
    if not convnet:
        last = list(list(net.encoder.children())[-1].values())[-1]
        last.register_forward_hook(lambda module, inputs, output: seen.append(output))
    logits = net(tensors["image"])["logits"]
    seen = net.seen if convnet else seen[0]
    answers = {}
    for wanted in s["of_classes"]:
        classes, heats = [], []
        for sample in range(len(logits)):
            heat, k = heat_of(logits[sample], wanted, seen, sample)
            heat = F.interpolate(heat[None, None], tensors["image"].shape[2:], mode="bilinear", align_corners=False)[0, 0]
            heats.append((heat / heat.max() if heat.max() > 0 else heat).detach())
            classes.append(k)
        answers["heat.%d" % wanted], answers["classes.%d" % wanted] = torch.stack(heats), torch.tensor(classes)
    return answers


if __name__ == "__main__":
    exchange.main(answer)
