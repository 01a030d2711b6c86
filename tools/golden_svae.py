#!/usr/bin/env python3
"""Writes the golden tensors of SVAE: reference-results/golden/svae-*.safetensors.

The loss is that of Sachdeva et al. (2019) with the next items of each step; of their code where the case
says so. Every value is computed twice, as in golden.py: by torch.gru, user by user, and by NumPy with
the equations of the GRU (Cho et al. 2014, in the form of PyTorch's documentation) and complex steps.

  python3 tools/golden_svae.py            writes the files
  python3 tools/golden_svae.py --check    compares with the files that are there, writes nothing

Needs what golden.py needs.
"""
from collections import namedtuple

import golden  # sets the threads and instructions, before torch
from golden import as_float32, csr, with_loss

import numpy as np
import torch
from torch.nn.functional import embedding, linear

ITEMS, EMBEDDING, STATE, HIDDEN, LATENT, BETA = 9, 5, 4, 3, 2, 0.2
# Each user's items in the order of time; the last item is only predicted.
HISTORIES = [[4, 0, 7, 2, 8, 1, 3], [5, 2], [], [6], [3, 6, 0, 8, 5]]
USERS = len(HISTORIES)
SHAPES = {
    "item_embed.weight": (ITEMS, EMBEDDING),
    "gru.weight_ih_l0": (3 * STATE, EMBEDDING),
    "gru.weight_hh_l0": (3 * STATE, STATE),
    "gru.bias_ih_l0": (3 * STATE,),
    "gru.bias_hh_l0": (3 * STATE,),
    "encoder.linear1.weight": (HIDDEN, STATE),
    "encoder.linear1.bias": (HIDDEN,),
    "linear1.weight": (2 * LATENT, HIDDEN),
    "linear1.bias": (2 * LATENT,),
    "decoder.linear1.weight": (HIDDEN, LATENT),
    "decoder.linear1.bias": (HIDDEN,),
    "decoder.linear2.weight": (ITEMS, HIDDEN),
    "decoder.linear2.bias": (ITEMS,),
}

Case = namedtuple(
    "Case", "name description next window log_deviation mean_kl_of_steps weight_decay architecture hidden latent"
)


def case(name, description, next=4, window=0, log_deviation=False, mean_kl_of_steps=False, weight_decay=0.0):
    return Case(name, description, next, window, log_deviation, mean_kl_of_steps, weight_decay, "svae",
                (EMBEDDING, STATE, HIDDEN), LATENT)


CASES = [
    case("svae-paper", "as in the paper, the next 4 items; the divergence summed over steps"),
    case("svae-code", "exp(lv) as deviation, the divergence averaged over a user's steps; weight decay", next=3,
         log_deviation=True, mean_kl_of_steps=True, weight_decay=0.01),
    case("svae-window", "windows of 3 steps, each from an empty state; a user's first may be shorter", next=2,
         window=3),
]


# ---- inputs -----------------------------------------------------------------------------------


def windows(c, user):
    """Pairs of the first step and the one after the last; the last window is full."""
    steps = max(0, len(HISTORIES[user]) - 1)
    size = c.window or max(1, steps)
    return [(max(0, end - size), end) for end in reversed(range(steps, 0, -size))]


def inputs(c):
    random = np.random.RandomState(20190211 + CASES.index(c))
    x = np.zeros((USERS, ITEMS))
    for user, items in enumerate(HISTORIES):
        x[user, items] = 1
    held_out = np.float64(random.random_sample(x.shape) < 0.6) * (1 - x)
    held_out[2] = 0
    longest = max(map(len, HISTORIES)) - 1
    epsilon = as_float32(random.standard_normal((USERS, longest, LATENT)))
    parameters = {name: as_float32(random.standard_normal(shape)) for name, shape in SHAPES.items()}
    return x, held_out, epsilon, parameters


# ---- oracle 1: PyTorch ------------------------------------------------------------------------


def torch_states(items, p):
    """What is read at each step, and the states after them."""
    read = embedding(torch.tensor(items), p["item_embed.weight"])
    gru = [p[name] for name in SHAPES if name.startswith("gru")]
    empty = torch.zeros((1, 1, STATE), dtype=torch.float64)
    states, _ = torch.gru(read[None], empty, gru, True, 1, 0.0, False, False, True)
    return read, states[0]


def torch_network(c, states, p, epsilon):
    """What each layer after the states gives."""
    layers = [("Linear", linear(states, p["encoder.linear1.weight"], p["encoder.linear1.bias"]))]
    layers.append(("Tanh", torch.tanh(layers[-1][1])))
    layers.append(("Linear", linear(layers[-1][1], p["linear1.weight"], p["linear1.bias"])))
    mu, lv = torch.split(layers[-1][1], LATENT, dim=1)
    layers.append(("Gaussian", mu + epsilon * torch.exp(lv if c.log_deviation else lv / 2)))
    layers.append(("Linear", linear(layers[-1][1], p["decoder.linear1.weight"], p["decoder.linear1.bias"])))
    layers.append(("Tanh", torch.tanh(layers[-1][1])))
    layers.append(("Linear", linear(layers[-1][1], p["decoder.linear2.weight"], p["decoder.linear2.bias"])))
    return layers, mu, lv


def torch_forward(c, epsilon, p):
    nll = kl = torch.zeros((), dtype=torch.float64)
    rows = []
    for user, items in enumerate(HISTORIES):
        read = [torch_states(items[start:end], p) for start, end in windows(c, user)]
        if not read:
            continue
        read, states = (torch.cat(parts) for parts in zip(*read))
        layers, mu, lv = torch_network(c, states, p, torch.from_numpy(epsilon[user, : len(states)]))
        rows.append([("Embedding", read), ("Gru", states), *layers])
        log_p = torch.log_softmax(layers[-1][1], dim=1)
        for t in range(len(states)):
            nll = nll - sum(log_p[t, i] for i in items[t + 1 :][: c.next]) / c.next
        divergence = (0.5 * (mu**2 + torch.exp(lv) - 1 - lv)).sum(dim=1)
        kl = kl + (divergence.mean() if c.mean_kl_of_steps else divergence.sum())
    seen = {
        f"activation.{n}.{layer[0][0]}": torch.cat([values for _, values in layer])
        for n, layer in enumerate(zip(*rows))
    }
    return with_loss({**seen, "nll": nll / USERS, "kl": kl / USERS}, p, c.weight_decay, BETA)


def torch_scores(c, p):
    scores = []
    for items in HISTORIES:
        state = torch.zeros((1, STATE), dtype=torch.float64)
        if items:
            state = torch_states(items[-c.window :], p)[1][-1:]
        scores.append(torch_network(c, state, p, 0)[0][-1][1])
    return torch.cat(scores)


# ---- oracle 2: NumPy and complex steps --------------------------------------------------------


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def numpy_step(h, item, p):
    """One step of the GRU from the state h."""
    a = p["gru.weight_ih_l0"] @ p["item_embed.weight"][item] + p["gru.bias_ih_l0"]
    b = p["gru.weight_hh_l0"] @ h + p["gru.bias_hh_l0"]
    (a_r, a_z, a_n), (b_r, b_z, b_n) = np.split(a, 3), np.split(b, 3)
    z = sigmoid(a_z + b_z)
    return (1 - z) * np.tanh(a_n + sigmoid(a_r + b_r) * b_n) + z * h


def numpy_network(c, h, p, epsilon):
    """What each layer after the state gives, for one step."""
    first = p["encoder.linear1.weight"] @ h + p["encoder.linear1.bias"]
    encoded = p["linear1.weight"] @ np.tanh(first) + p["linear1.bias"]
    deviation = np.exp(encoded[LATENT:]) ** (1 if c.log_deviation else 0.5)
    z = encoded[:LATENT] + epsilon * deviation
    second = p["decoder.linear1.weight"] @ z + p["decoder.linear1.bias"]
    logits = p["decoder.linear2.weight"] @ np.tanh(second) + p["decoder.linear2.bias"]
    return [first, np.tanh(first), encoded, z, second, np.tanh(second), logits]


def numpy_forward(c, epsilon, p):
    kinds = ("Embedding", "Gru", "Linear", "Tanh", "Linear", "Gaussian", "Linear", "Tanh", "Linear")
    rows = []
    nll = kl = 0
    for user, items in enumerate(HISTORIES):
        steps = len(items) - 1
        for t in range(steps):
            if t == 0 or c.window and (steps - t) % c.window == 0:
                h = np.zeros(STATE)
            h = numpy_step(h, items[t], p)
            layers = numpy_network(c, h, p, epsilon[user, t])
            rows.append([p["item_embed.weight"][items[t]], h, *layers])
            logits = layers[-1]
            log_sum = np.log(np.exp(logits).sum())
            nll = nll + sum(log_sum - logits[i] for i in items[t + 1 : t + 1 + c.next]) / c.next / USERS
            mu, lv = np.split(layers[2], 2)
            divergence = sum(mu * mu + np.exp(lv) - lv - 1) / 2 / USERS
            kl = kl + divergence / (steps if c.mean_kl_of_steps else 1)
    seen = {f"activation.{n}.{kind}": np.array([row[n] for row in rows]) for n, kind in enumerate(kinds)}
    return with_loss({**seen, "nll": nll, "kl": kl}, p, c.weight_decay, BETA)


def numpy_scores(c, p):
    scores = []
    for items in HISTORIES:
        h = np.zeros(STATE)
        for item in items[-c.window :]:
            h = numpy_step(h, item, p)
        scores.append(numpy_network(c, h, p, 0)[-1])
    return np.array(scores)


# ---- files ------------------------------------------------------------------------------------


def tensors(c):
    x, held_out, epsilon, parameters = inputs(c)
    adam_epsilon = 1e-3 if c.weight_decay else 1e-8
    first = golden.autograd(parameters, lambda p: torch_forward(c, epsilon, p), adam_epsilon)
    scores = torch_scores(c, {n: torch.from_numpy(v) for n, v in parameters.items()})
    first.update({"scores": scores.numpy(), **golden.torch_ranking(scores, x, held_out)})
    second = golden.complex_step(parameters, lambda p: numpy_forward(c, epsilon, p), adam_epsilon)
    second["scores"] = numpy_scores(c, parameters)
    second.update(golden.numpy_ranking(second["scores"], x, held_out))
    return golden.arranged({
        **csr("input", x),
        "input.sequence": np.int64([item for items in HISTORIES for item in items]),
        "input.shape": np.int64(x.shape),
        "next": np.int64(c.next),
        "window": np.int64(c.window),
        "log_deviation": np.int64(c.log_deviation),
        "mean_kl_of_steps": np.int64(c.mean_kl_of_steps),
        "epsilon": epsilon,
        "beta": np.float64(BETA),
        "weight_decay": np.float64(c.weight_decay),
        **golden.adam(adam_epsilon),
        **csr("held_out", held_out),
        **parameters,
    }, first, second)


if __name__ == "__main__":
    golden.main(__doc__, CASES, tensors)
