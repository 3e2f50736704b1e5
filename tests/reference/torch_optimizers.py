"""torch.optim.SGD and AdamW on given gradients, with the learning rate scaled by 1 - 0.02 step."""
import torch

import exchange


def answer(tensors, settings):
    parameters = {name: tensor.requires_grad_() for name, tensor in exchange.state(tensors, "start").items()}
    spared = [p for p in parameters.values() if p.dim() <= 1] if settings.pop("spare", False) else []
    rate, kind = settings["lr"], settings.pop("type")
    groups = [{"params": [p for p in parameters.values() if all(p is not q for q in spared)]}]
    if spared:
        groups.append({"params": spared, "weight_decay": 0.0})
    optimizer = getattr(torch.optim, kind)(groups, **settings)
    for step in range(20):
        for group in optimizer.param_groups:
            group["lr"] = rate * (1 - 0.02 * step)
        for name, parameter in parameters.items():
            parameter.grad = tensors.get("gradient.%s.%d" % (name, step))
        optimizer.step()
    return parameters


if __name__ == "__main__":
    exchange.main(answer)
