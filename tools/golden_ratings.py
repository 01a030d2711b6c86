#!/usr/bin/env python3
"""Writes the golden tensors of AutoRec and MFAE: reference-results/golden/{*autorec,mfae}-*.safetensors.

AutoRec is equation 1 of Sedhain et al. (2015), h(r) = f(W g(V r + mu) + b). In MFAE each pair of an
item and a rating has a vector and a bias; those of the ratings that are not masked are summed and
divided by one more than their number, and a rating is b_u + v_u . t_i + c_i. Both learn by the squared
error of the known ratings; implicit AutoRec by that of all items, 1 or 0.

Every value is computed twice, as in golden.py: by PyTorch on whole matrices, and by NumPy rating by
rating (AutoRec) or with a row of zeros and ones for each user (MFAE) with complex steps.

  python3 tools/golden_ratings.py            writes the files
  python3 tools/golden_ratings.py --check    compares with the files that are there, writes nothing

Needs what golden.py needs.
"""
import math
from collections import namedtuple

import golden  # sets the threads and instructions, before torch
from golden import as_float32, csr, with_loss

import numpy as np
import torch
from torch.nn.functional import embedding_bag, linear

Case = namedtuple(
    "Case",
    "name description architecture rows columns levels activation output_activation weight_decay dropout epsilon"
    " hidden latent",
)
STARS = (1, 2, 3, 4, 5)


def case(name, description, rows=5, columns=7, levels=STARS, activation="sigmoid", output_activation="identity",
         weight_decay=0.0, dropout=0.0, epsilon=1e-8):
    architecture = name[: name.rindex("-")]
    return Case(name, description, architecture, rows, columns, levels, activation, output_activation, weight_decay,
                dropout, epsilon, (), 3)


CASES = [
    case("u-autorec-small", "g a sigmoid, f the identity; weight decay, a user and an item without ratings",
         weight_decay=0.01),
    case("u-autorec-scaled", "g the identity, f a sigmoid from 0.5 to 5; a large epsilon of Adam",
         levels=(0.5, 2, 3.5, 5), activation="identity", output_activation="sigmoid", epsilon=1e-3),
    case("i-autorec-small", "rows are items, columns users; weight decay, half of the input dropped", rows=6,
         columns=5, weight_decay=0.002, dropout=0.5),
    case("implicit-autorec-small", "sigmoid twice, the error of all items; half of the input dropped", columns=11,
         levels=(), output_activation="sigmoid", dropout=0.5),
    case("mfae-small", "half of the ratings masked, of user 3 all; user 1 has none; weight decay",
         activation=None, output_activation=None, weight_decay=0.01, dropout=0.5, epsilon=1e-3),
]


# ---- inputs -----------------------------------------------------------------------------------


def inputs(c):
    """Everything that is given: which ratings there are, their values and levels, mask, parameters."""
    random = np.random.RandomState(20150527 + CASES.index(c))
    shape = (c.rows, c.columns)
    known = random.random_sample(shape) < 0.7
    known[np.arange(c.columns) % c.rows, np.arange(c.columns)] = True
    known[1] = False
    known[:, 3] = False
    level = random.randint(max(1, len(c.levels)), size=shape)
    mask = np.float64(random.random_sample(shape) >= c.dropout)
    if c.architecture == "mfae":
        mask[3] = 0
    given = {
        "known": known,
        "level": level,
        "r": np.where(known, np.array(c.levels or (1,), float)[level], 0),
        "mask": mask,
        "held_out": np.float64(~known & (random.random_sample(shape) < 0.5)),
    }
    encoder = (c.latent, c.columns)
    if c.architecture == "mfae":
        encoder = (c.latent + 1, c.columns * len(c.levels))
    parameters = {}
    for name, (out, fan_in) in (("q_layers.0", encoder), ("p_layers.0", (c.columns, c.latent))):
        parameters[f"{name}.weight"] = as_float32(random.standard_normal((out, fan_in)) / math.sqrt(c.latent))
        parameters[f"{name}.bias"] = as_float32(0.3 * random.standard_normal(out))
    if c.levels and c.architecture != "mfae":  # not at the ends of the sigmoid
        parameters["q_layers.0.weight"] = as_float32(parameters["q_layers.0.weight"] / 3)
    if c.levels and c.output_activation != "sigmoid":  # predictions that look like ratings
        parameters["p_layers.0.bias"] = as_float32(3 + parameters["p_layers.0.bias"])
    return given, parameters


# ---- oracle 1: PyTorch ------------------------------------------------------------------------


def note(seen, kind, value):
    """Adds what a layer gives, numbered; `seen` holds nothing but layers so far."""
    seen[f"activation.{len(seen)}.{kind}"] = value
    return value


def torch_forward(c, given, p, training=True):
    """What the layers give and the loss; in scoring all outputs, [rows, columns]."""
    seen = {}
    known = torch.from_numpy(given["known"])
    r = torch.from_numpy(given["r"])
    forward = torch_mfae if c.architecture == "mfae" else torch_autorec
    everything = not training or c.architecture == "implicit-autorec"
    y = forward(c, given, p, seen, training)
    y = note(seen, "Linear", y) if everything else note(seen, "ObservedLinear", y[known])
    if c.output_activation == "sigmoid":
        low, high = (c.levels[0], c.levels[-1]) if c.levels else (0, 1)
        y = note(seen, "Sigmoid", low + (high - low) * torch.sigmoid(y))
    if not training:
        return y
    seen["nll"] = ((y - (r if everything else r[known])) ** 2).sum() / c.rows
    return with_loss(seen, p, c.weight_decay)


def torch_autorec(c, given, p, seen, training):
    r = torch.from_numpy(given["r"])
    if c.dropout:
        kept = torch.from_numpy(given["mask"]) / (1 - c.dropout) if training else 1
        r = note(seen, "Dropout", r * kept)
    h = note(seen, "SparseLinear", linear(r, p["q_layers.0.weight"], p["q_layers.0.bias"]))
    if c.activation == "sigmoid":
        h = note(seen, "Sigmoid", torch.sigmoid(h))
    return linear(h, p["p_layers.0.weight"], p["p_layers.0.bias"])


def torch_mfae(c, given, p, seen, training):
    """A user is a bag of pairs; item i with the level r is pair i R + r."""
    known = torch.from_numpy(given["known"])
    read = known & (torch.from_numpy(given["mask"]) == 1) if training else known
    pair = torch.arange(c.columns) * len(c.levels) + torch.from_numpy(given["level"])
    counts = read.sum(dim=1, keepdim=True)

    def bags(of):
        ones = torch.zeros((c.rows, c.columns * len(c.levels)), dtype=torch.float64)
        return ones.scatter(1, pair, of.double())

    note(seen, "RatingPairs", bags(known))
    note(seen, "Mask", bags(read))
    note(seen, "CountNormalize", bags(read) / (1 + counts))
    starts = torch.cumsum(counts[:, 0], 0) - counts[:, 0]
    sums = embedding_bag(pair[read], p["q_layers.0.weight"].T, starts, mode="sum")
    user = note(seen, "SparseLinear", sums / (1 + counts) + p["q_layers.0.bias"])
    vector, bias = user[:, : c.latent], user[:, c.latent :]
    return bias + vector @ p["p_layers.0.weight"].T + p["p_layers.0.bias"]


# ---- oracle 2: NumPy and complex steps --------------------------------------------------------


class NumpyModel:
    """The same in other words."""

    def __init__(self, c, given):
        self.c = c
        self.given = given
        self.places = [np.flatnonzero(row) for row in given["known"]]

    def __call__(self, p, training=True):
        c, given = self.c, self.given
        every = not training or c.architecture == "implicit-autorec"
        encode = self.mfae if c.architecture == "mfae" else self.autorec
        layers, users, biases = encode(p, training)
        outputs = [
            [
                p["p_layers.0.bias"][i] + biases[b] + sum(p["p_layers.0.weight"][i] * users[b])
                for i in (range(c.columns) if every else self.places[b])
            ]
            for b in range(c.rows)
        ]
        y = np.array(outputs if every else sum(outputs, []))
        target = given["r"] if every else np.concatenate([given["r"][b, i] for b, i in enumerate(self.places)])
        layers.append(("Linear" if every else "ObservedLinear", y))
        if c.output_activation == "sigmoid":
            y = 1 / (1 + np.exp(-y))
            if c.levels:
                y = c.levels[0] * (1 - y) + c.levels[-1] * y
            layers.append(("Sigmoid", y))
        if not training:
            return y
        out = {f"activation.{n}.{kind}": value for n, (kind, value) in enumerate(layers)}
        error = target - y
        out["nll"] = (error * error).sum() / c.rows
        return with_loss(out, p, c.weight_decay)

    def autorec(self, p, training):
        c, given = self.c, self.given
        keep = given["mask"] / (1 - c.dropout) if training else np.ones_like(given["mask"])
        hidden = np.array([
            p["q_layers.0.bias"] + sum(keep[b, i] * given["r"][b, i] * p["q_layers.0.weight"][:, i] for i in places)
            for b, places in enumerate(self.places)
        ])
        layers = [("Dropout", given["r"] * keep)] if c.dropout else []
        layers.append(("SparseLinear", hidden))
        if c.activation == "sigmoid":
            hidden = 1 / (1 + np.exp(-hidden))
            layers.append(("Sigmoid", hidden))
        return layers, hidden, np.zeros(c.rows)

    def mfae(self, p, training):
        c, given = self.c, self.given
        pairs = np.zeros((c.rows, c.columns, len(c.levels)))
        for b, places in enumerate(self.places):
            for i in places:
                pairs[b, i, given["level"][b, i]] = 1
        read = pairs * given["mask"][:, :, None] if training else pairs
        shares = np.array([row / (1 + row.sum()) for row in read])
        dense = [value.reshape(c.rows, -1) for value in (pairs, read, shares)]
        encoded = np.einsum("bp,kp->bk", dense[2], p["q_layers.0.weight"]) + p["q_layers.0.bias"]
        layers = [*zip(("RatingPairs", "Mask", "CountNormalize"), dense), ("SparseLinear", encoded)]
        return layers, encoded[:, :-1], encoded[:, -1]


# ---- files ------------------------------------------------------------------------------------


def tensors(c):
    given, parameters = inputs(c)
    first = golden.autograd(parameters, lambda p: torch_forward(c, given, p), c.epsilon)
    scores = torch_forward(c, given, {n: torch.from_numpy(v) for n, v in parameters.items()}, training=False)
    first["scores"] = scores.numpy()
    model = NumpyModel(c, given)
    second = golden.complex_step(parameters, model, c.epsilon)
    second["scores"] = model(parameters, training=False)
    if not c.levels:
        first.update(golden.torch_ranking(scores, given["r"], given["held_out"]))
        second.update(golden.numpy_ranking(second["scores"], given["r"], given["held_out"]))
    return golden.arranged({
        **csr("input", given["known"]),
        **({"input.values": given["r"][given["known"]], "levels": np.array(c.levels, float)} if c.levels else {}),
        "input.shape": np.int64([c.rows, c.columns]),
        **({"mask": given["mask"], "dropout": np.float64(c.dropout)} if c.dropout else {}),
        "weight_decay": np.float64(c.weight_decay),
        **golden.adam(c.epsilon),
        **({} if c.levels else csr("held_out", given["held_out"])),
        **parameters,
    }, first, second)


if __name__ == "__main__":
    golden.main(__doc__, CASES, tensors)
