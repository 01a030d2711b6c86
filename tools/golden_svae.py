#!/usr/bin/env python3
"""Writes the golden tensors of SVAE: reference-results/golden-svae/*.safetensors.

The values are PyTorch's in float64: torch.nn.Embedding, torch.nn.GRU user by user, log_softmax, and
gradients by autograd. The loss is that of Sachdeva et al. (2019) with the next items of each step; of
their code where the case says so.

  python3 tools/golden_svae.py            writes the files
  python3 tools/golden_svae.py --check    compares with the files that are there, writes nothing

Needs what tools/golden.py needs.
"""
import sys
from collections import namedtuple

from golden import FOLDER, check, safetensors  # sets the threads and instructions, before torch

import numpy as np
import torch
from torch import nn

FOLDER = FOLDER.parent / "golden-svae"
ITEMS, EMBEDDING, STATE, HIDDEN, LATENT, BETA = 9, 5, 4, 3, 2, 0.2
# Each user's items in the order of time; the last item is only predicted.
HISTORIES = [[4, 0, 7, 2, 8, 1, 3], [5, 2], [], [6], [3, 6, 0, 8, 5]]
Case = namedtuple("Case", "name description next log_deviation mean_kl_of_steps architecture hidden latent")
CASES = [
    Case("svae-paper", "the divergence summed over steps", 4, False, False, "svae", (EMBEDDING, STATE, HIDDEN), LATENT),
    Case("svae-code", "exp(lv) as deviation, the divergence averaged over a user's steps", 3, True, True, "svae",
         (EMBEDDING, STATE, HIDDEN), LATENT),
]


class Svae(nn.Module):
    def __init__(self):
        super().__init__()
        self.item_embed = nn.Embedding(ITEMS, EMBEDDING)
        self.gru = nn.GRU(EMBEDDING, STATE, batch_first=True)
        self.encoder = nn.ModuleDict({"linear1": nn.Linear(STATE, HIDDEN)})
        self.linear1 = nn.Linear(HIDDEN, 2 * LATENT)
        self.decoder = nn.ModuleDict({"linear1": nn.Linear(LATENT, HIDDEN), "linear2": nn.Linear(HIDDEN, ITEMS)})

    def states(self, items):
        return self.gru(self.item_embed(torch.tensor([items])))[0][0]

    def encode(self, states):
        return torch.split(self.linear1(torch.tanh(self.encoder["linear1"](states))), LATENT, dim=1)

    def decode(self, z):
        return self.decoder["linear2"](torch.tanh(self.decoder["linear1"](z)))


def loss(model, c, epsilon):
    """The negative log-likelihood and the divergence, means over users."""
    nll = kl = torch.zeros((), dtype=torch.float64)
    for user, items in enumerate(HISTORIES):
        steps = len(items) - 1
        if steps < 1:
            continue
        mu, lv = model.encode(model.states(items[:-1]))
        z = mu + torch.tensor(epsilon[user, :steps]) * torch.exp(lv if c.log_deviation else lv / 2)
        log_p = torch.log_softmax(model.decode(z), dim=1)
        for t in range(steps):
            nll = nll - sum(log_p[t, i] for i in items[t + 1 :][: c.next]) / c.next
        divergence = (0.5 * (mu**2 + torch.exp(lv) - 1 - lv)).sum(dim=1)
        kl = kl + (divergence.mean() if c.mean_kl_of_steps else divergence.sum())
    return nll / len(HISTORIES), kl / len(HISTORIES)


def tensors(c):
    torch.manual_seed(len(c.name))
    model = Svae().double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter).float().double())
    longest = max(map(len, HISTORIES))
    epsilon = np.random.default_rng(3).standard_normal((len(HISTORIES), longest, LATENT))
    nll, kl = loss(model, c, epsilon)
    (nll + BETA * kl).backward()
    scores = []
    with torch.no_grad():
        for items in HISTORIES:
            state = model.states(items)[-1:] if items else torch.zeros((1, STATE), dtype=torch.float64)
            scores.append(model.decode(model.encode(state)[0]).numpy()[0])
    named = dict(model.named_parameters())
    return {
        "input.indptr": np.cumsum([0] + [len(items) for items in HISTORIES]).astype(np.int64),
        "input.sequence": np.int64([item for items in HISTORIES for item in items]),
        "next": np.int64([c.next]),
        "log_deviation": np.int64([c.log_deviation]),
        "mean_kl_of_steps": np.int64([c.mean_kl_of_steps]),
        "epsilon": epsilon,
        "beta": np.float64(BETA),
        **{name: parameter.detach().numpy() for name, parameter in named.items()},
        "nll": np.float64(nll.item()),
        "kl": np.float64(kl.item()),
        **{f"gradient.{name}": parameter.grad.numpy() for name, parameter in named.items()},
        "scores": np.array(scores),
    }


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    same = True
    for c in CASES:
        named = tensors(c)
        raw = safetensors(c, named)
        path = FOLDER / f"{c.name}.safetensors"
        if sys.argv[1:]:
            same &= check(path, raw, named)
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_bytes(raw)
            print(f"wrote {path.name}, {len(raw):,} bytes")
    if not same:
        sys.exit("the files are not what this program computes")


if __name__ == "__main__":
    main()
