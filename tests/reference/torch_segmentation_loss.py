"""Dice + cross-entropy + focal with deep supervision, written class by class and sample by sample."""
import torch
import torch.nn.functional as F

import exchange


def dice(logits, label, valid, batch_dice):
    p, scores = logits.softmax(1), []
    groups = [slice(None)] if batch_dice else [slice(b, b + 1) for b in range(len(p))]
    for group in groups:
        for k in range(1, p.shape[1]):
            q, g = p[group, k][valid[group]], (label[group] == k)[valid[group]].float()
            scores.append((2 * (q * g).sum() + 1e-5) / (q.sum() + g.sum() + 1e-5))
    return 1 - torch.stack(scores).mean()


def loss(logits, label, s):
    ignore = s["ignore_index"]
    valid = label != ignore
    ce = F.cross_entropy(logits, label, ignore_index=ignore, reduction="none")[valid]
    weight = torch.tensor(s["class_weights"]) if "class_weights" in s else None
    mean = F.cross_entropy(logits, label, weight=weight, ignore_index=ignore)
    focal = ((1 - torch.exp(-ce)) ** s["focal_gamma"] * ce).mean()
    return s["dice"] * dice(logits, label, valid, s["batch_dice"]) + s["cross_entropy"] * mean + s["focal"] * focal


def answer(tensors, settings):
    label = tensors.pop("label")
    total, weights, weight = 0.0, 0.0, 1.0
    for name in sorted(tensors):
        logits = tensors[name].requires_grad_()
        small = F.interpolate(label[:, None].float(), size=logits.shape[2:], mode="nearest")[:, 0].long()
        total, weights = total + weight * loss(logits, small, settings), weights + weight
        weight /= 2
    total = total / weights
    total.backward()
    return {"loss": total, **{"gradient." + name: logits.grad for name, logits in tensors.items()}}


if __name__ == "__main__":
    exchange.main(answer)
