"""What each block of a decoder is worth, written from the definitions of Mix-LN: the norm of its gradient,
the angle between neighbours' last tokens, the loss without it."""
import math

import torch
import torch_language_models as models

import exchange


def answer(tensors, settings):
    state = {name: tensor.clone().requires_grad_("positions" not in name)
             for name, tensor in exchange.state(tensors, "state").items()}
    tokens = tensors["tokens"]

    def loss_of(blocks, outputs=None):
        s = dict(settings, blocks=blocks)
        x = models.positioned(state["encoder.embedding.weight"][tokens], state)
        for index in blocks:
            x = models.stack(x, state, dict(s, blocks=[index]), lambda b, i, j: j <= i, False, None)
            if outputs is not None:
                outputs.append(x[:, -1].detach().double())
        x = models.normalise(x, state, "encoder.stack.norm", s)
        logits = x @ state["head.weight"].t()
        return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())

    every = list(range(settings["depth"]))
    outputs = []
    loss = loss_of(every, outputs)
    loss.backward()
    norms = []
    for block in every:
        gradients = [t.grad.flatten() for name, t in state.items() if f".block{block}." in name]
        norms.append(torch.cat(gradients).norm())
    angle = torch.tensor([[torch.acos(torch.cosine_similarity(a, b, dim=1).clamp(-1, 1)).mean() / math.pi
                           for b in outputs] for a in outputs])
    damage = [loss_of([b for b in every if b != block]).detach() - loss.detach() for block in every]
    return {"gradient_norm": torch.stack(norms), "angular_distance": angle.float(), "removal_damage": torch.stack(damage)}


if __name__ == "__main__":
    exchange.main(answer)
