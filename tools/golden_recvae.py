#!/usr/bin/env python3
"""Writes the golden tensors of RecVAE: reference-results/golden/recvae-*.safetensors.

The model is that of Shenbin et al. (2020): skip connections and layer normalisation in the encoder, a
prior that remembers an earlier encoder, a divergence taken at the drawn z, and updates of encoder and
decoder in turn. Every value is computed twice, as in golden.py: by PyTorch, and by NumPy with complex
steps.

  python3 tools/golden_recvae.py            writes the files
  python3 tools/golden_recvae.py --check    compares with the files that are there, writes nothing

Needs what golden.py needs.
"""
import math
from collections import namedtuple

import golden  # sets the threads and instructions, before torch
from golden import as_float32, csr

import numpy as np
import torch
from torch.nn.functional import layer_norm, linear, silu

USERS, ITEMS, HIDDEN, LATENT, LAYERS = 5, 11, 6, 3, 5
LEARNING_RATE = 1e-3
# What happens in turn: an update of the encoder (e) with dropout, one of the decoder (d) without, or the
# prior takes a copy of the encoder (c). Parameters are stored after the updates in STORED.
SCHEDULE = "ecd" + "eeecd" + "eeecd" + "ee"
STORED = (1, 2, 12)

Case = namedtuple(
    "Case", "name description gamma beta norm_epsilon weights rows epsilon architecture hidden latent"
)


def case(name, description, gamma=0.0, beta=0.0, norm_epsilon=0.1, weights=(0.15, 0.75, 0.1), rows="usual",
         epsilon=1e-8):
    return Case(name, description, gamma, beta, norm_epsilon, weights, rows, epsilon, "recvae",
                (HIDDEN,) * LAYERS, LATENT)


CASES = [
    case("recvae-small", "the plain one: each user's divergence weighs gamma = 0.05 for each of their items",
         gamma=0.05),
    case("recvae-beta", "one weight of the divergence for all users, 0.2; normalisation with epsilon 1e-5",
         beta=0.2, norm_epsilon=1e-5),
    case("recvae-empty-and-full", "a user without items and one with every item; other weights of the mixture",
         gamma=0.05, weights=(0.5, 0.25, 0.25), rows="empty and full", epsilon=1e-3),
]


# ---- inputs -----------------------------------------------------------------------------------


def shapes():
    """Tensors by the names of the authors' code."""
    for n in range(1, LAYERS + 1):
        yield f"encoder.fc{n}.weight", (HIDDEN, ITEMS if n == 1 else HIDDEN)
        yield f"encoder.fc{n}.bias", (HIDDEN,)
        yield f"encoder.ln{n}.weight", (HIDDEN,)
        yield f"encoder.ln{n}.bias", (HIDDEN,)
    for head in ("fc_mu", "fc_logvar"):
        yield f"encoder.{head}.weight", (LATENT, HIDDEN)
        yield f"encoder.{head}.bias", (LATENT,)
    yield "decoder.weight", (ITEMS, LATENT)
    yield "decoder.bias", (ITEMS,)


def drawn(random):
    """Parameters of the size that training gives them, gains about 1."""
    parameters = {}
    for name, shape in shapes():
        values = random.standard_normal(shape)
        if len(shape) == 2:
            values *= 2 / math.sqrt(shape[1])
        elif ".ln" in name:
            values = 0.3 * values + (1 if name.endswith("weight") else 0)
        else:
            values *= 0.3
        parameters[name] = as_float32(values)
    return parameters


def inputs(c):
    random = np.random.RandomState(20200203 + CASES.index(c))
    x = np.float64(random.random_sample((USERS, ITEMS)) < 0.4)
    x[np.arange(ITEMS) % USERS, np.arange(ITEMS)] = 1  # every item has a user
    held_out = np.float64(random.random_sample(x.shape) < 0.6) * (1 - x)
    if c.rows == "empty and full":
        x[1] = 0
        x[3] = 1
        held_out[3] = 0
    given = {
        "x": x,
        "held_out": held_out,
        "mask": np.float64(random.random_sample(x.shape) >= 0.5),
        "epsilon": as_float32(random.standard_normal((USERS, LATENT))),
    }
    parameters = drawn(random)
    given["old"] = {n: v for n, v in drawn(random).items() if n.startswith("encoder")}
    return given, parameters


def kl_weights(c, x):
    return c.gamma * x.sum(axis=1) if c.gamma else np.full(USERS, c.beta)


# ---- oracle 1: PyTorch ------------------------------------------------------------------------


def torch_encoder(c, h, p, note=lambda kind, value: None):
    def block(n, h, skips):
        return linear(h, p[f"encoder.fc{n}.weight"], p[f"encoder.fc{n}.bias"]) + skips

    def norm(n, h):
        return layer_norm(h, (HIDDEN,), p[f"encoder.ln{n}.weight"], p[f"encoder.ln{n}.bias"], c.norm_epsilon)

    first = block(1, h, 0)
    note("SparseLinear", first)
    note("Swish", silu(first))
    outputs = [norm(1, silu(first))]
    note("LayerNorm", outputs[0])
    for n in range(2, LAYERS + 1):
        outputs.append(norm(n, silu(block(n, outputs[-1], sum(outputs)))))
    note("Residual", outputs[-1])
    mu = linear(outputs[-1], p["encoder.fc_mu.weight"], p["encoder.fc_mu.bias"])
    lv = linear(outputs[-1], p["encoder.fc_logvar.weight"], p["encoder.fc_logvar.bias"])
    note("Heads", torch.cat([mu, lv], dim=1))
    return mu, lv


def torch_density(z, mu, lv):
    return torch.distributions.Normal(mu, torch.exp(0.5 * lv)).log_prob(z)


def torch_forward(c, given, p, old, dropout=True, training=True):
    x = torch.from_numpy(given["x"])
    seen = {}

    def note(kind, value):
        seen[f"activation.{len(seen)}.{kind}"] = value

    rows = x / x.norm(dim=1, keepdim=True).clamp(min=1e-12)
    note("L2Normalize", rows)
    h = rows * torch.from_numpy(given["mask"]) / 0.5 if dropout else rows
    note("Dropout", h)
    mu, lv = torch_encoder(c, h, p, note)
    z = mu + torch.from_numpy(given["epsilon"]) * torch.exp(0.5 * lv) if training else mu
    note("Gaussian", z)
    logits = linear(z, p["decoder.weight"], p["decoder.bias"])
    note("Linear", logits)
    seen["nll"] = -(x * torch.log_softmax(logits, dim=1)).sum(dim=1).mean()
    with torch.no_grad():
        old_mu, old_lv = torch_encoder(c, rows, old)
    zero = torch.zeros((), dtype=torch.float64)
    parts = [torch_density(z, zero, zero), torch_density(z, old_mu, old_lv), torch_density(z, zero, zero + 10)]
    mixture = torch.stack([math.log(w) + part for w, part in zip(c.weights, parts)])
    divergence = (torch_density(z, mu, lv) - torch.logsumexp(mixture, dim=0)).sum(dim=1)
    seen["kl"] = divergence.mean()
    seen["loss"] = seen["nll"] + (torch.from_numpy(kl_weights(c, given["x"])) * divergence).mean()
    return seen, logits


def autograd(c, given, parameters):
    def leaves(values, grad=True):
        return {n: torch.from_numpy(v.copy()).requires_grad_(grad) for n, v in values.items()}

    p = leaves(parameters)
    seen, _ = torch_forward(c, given, p, leaves(given["old"], False))
    seen["loss"].backward()
    values = {name: value.detach().numpy() for name, value in seen.items()}
    for name in golden.backward_order(parameters):
        values[f"gradient.{name}"] = p[name].grad.numpy()

    p = leaves(parameters)
    old = leaves(given["old"], False)
    encoder = [w for n, w in p.items() if n.startswith("encoder")]
    decoder = [w for n, w in p.items() if n.startswith("decoder")]
    adams = {
        "e": torch.optim.Adam(encoder, lr=LEARNING_RATE, eps=c.epsilon),
        "d": torch.optim.Adam(decoder, lr=LEARNING_RATE, eps=c.epsilon),
    }
    updates = 0
    for what in SCHEDULE:
        if what == "c":
            old = {n: p[n].detach().clone() for n in old}
            continue
        for w in p.values():
            w.grad = None
        torch_forward(c, given, p, old, dropout=what == "e")[0]["loss"].backward()
        adams[what].step()
        updates += 1
        if updates in STORED:
            values.update({f"updated.pytorch.{updates}.{n}": w.detach().numpy().copy() for n, w in p.items()})
    return values


# ---- oracle 2: NumPy and complex steps --------------------------------------------------------


def swish(x):
    return x / (1 + np.exp(-x))


def numpy_encoder(c, h, p):
    """Mean and log-variance, and what the layers before give."""

    def normalised(n, h):
        centred = h - h.sum(1, keepdims=True) / HIDDEN
        variance = (centred * centred).sum(1, keepdims=True) / HIDDEN
        return centred / np.sqrt(variance + c.norm_epsilon) * p[f"encoder.ln{n}.weight"] + p[f"encoder.ln{n}.bias"]

    def affine(name, h):
        return np.einsum("bi,oi->bo", h, p[f"encoder.{name}.weight"]) + p[f"encoder.{name}.bias"]

    first = affine("fc1", h)
    second = swish(first)
    output = third = normalised(1, second)
    total = 0 * third
    for n in range(2, LAYERS + 1):
        total = total + output
        output = normalised(n, swish(affine(f"fc{n}", output) + total))
    heads = np.concatenate([affine("fc_mu", output), affine("fc_logvar", output)], axis=1)
    return heads, [("SparseLinear", first), ("Swish", second), ("LayerNorm", third), ("Residual", output),
                   ("Heads", heads)]


def numpy_forward(c, given, p, old, dropout=True, training=True):
    x = given["x"]
    lengths = np.sqrt(x.sum(1))
    rows = np.stack([row / r if r > 0 else row for row, r in zip(x, lengths)])
    h = np.where(given["mask"] == 1, 2 * rows, 0) if dropout else rows
    heads, layers = numpy_encoder(c, h, p)
    mu, lv = np.split(heads, 2, axis=1)
    z = mu + given["epsilon"] * np.exp(lv / 2) if training else mu
    logits = np.einsum("bk,ik->bi", z, p["decoder.weight"]) + p["decoder.bias"]
    layers = [("L2Normalize", rows), ("Dropout", h), *layers, ("Gaussian", z), ("Linear", logits)]
    out = {f"activation.{n}.{kind}": value for n, (kind, value) in enumerate(layers)}
    shifted = logits - logits.real.max(1, keepdims=True)
    out["nll"] = -(x * (shifted - np.log(np.exp(shifted).sum(1, keepdims=True)))).sum() / USERS
    old_mu, old_lv = np.split(numpy_encoder(c, rows, old)[0], 2, axis=1)
    # The densities without their common factor 1 / sqrt(2 pi), which cancels in the ratio.
    prior = (c.weights[0] * np.exp(-z * z / 2)
             + c.weights[1] * np.exp(-((z - old_mu) ** 2) / np.exp(old_lv) / 2 - old_lv / 2)
             + c.weights[2] * np.exp(-z * z / math.exp(10) / 2 - 5))
    posterior = -((z - mu) ** 2) / np.exp(lv) / 2 - lv / 2
    divergence = (posterior - np.log(prior)).sum(1)
    out["kl"] = divergence.sum() / USERS
    out["loss"] = out["nll"] + (kl_weights(c, x) * divergence).sum() / USERS
    return out


def complex_step(c, given, parameters):
    def gradient(p, old, name, dropout):
        gradient = np.empty_like(p[name])
        for place in np.ndindex(gradient.shape):
            stepped = p[name].astype(complex)
            stepped[place] += 1j * golden.STEP
            gradient[place] = numpy_forward(c, given, {**p, name: stepped}, old, dropout)["loss"].imag / golden.STEP
        return gradient

    values = numpy_forward(c, given, parameters, given["old"])
    for name in golden.backward_order(parameters):
        values[f"gradient.{name}"] = gradient(parameters, given["old"], name, True)
    p = dict(parameters)
    old = given["old"]
    m = {n: 0 * w for n, w in p.items()}
    v = {n: 0 * w for n, w in p.items()}
    count = {"e": 0, "d": 0}
    updates = 0
    for what in SCHEDULE:
        if what == "c":
            old = {n: p[n] for n in old}
            continue
        block = [n for n in p if n.startswith("encoder" if what == "e" else "decoder")]
        gradients = {n: gradient(p, old, n, what == "e") for n in block}
        count[what] += 1
        t = count[what]
        for n, g in gradients.items():
            m[n] = m[n] + (g - m[n]) * (1 - 0.9)
            v[n] = v[n] + (g * g - v[n]) * (1 - 0.999)
            p[n] = p[n] - LEARNING_RATE * m[n] / (1 - 0.9**t) / (np.sqrt(v[n] / (1 - 0.999**t)) + c.epsilon)
        updates += 1
        if updates in STORED:
            values.update({f"updated.pytorch.{updates}.{n}": w for n, w in p.items()})
    return values


# ---- files ------------------------------------------------------------------------------------


def tensors(c):
    given, parameters = inputs(c)
    x, held_out = given["x"], given["held_out"]
    first = autograd(c, given, parameters)
    with torch.no_grad():
        p = {n: torch.from_numpy(w) for n, w in parameters.items()}
        old = {n: torch.from_numpy(w) for n, w in given["old"].items()}
        scores = torch_forward(c, given, p, old, dropout=False, training=False)[1]
    first.update({"scores": scores.numpy(), **golden.torch_ranking(scores, x, held_out)})
    second = complex_step(c, given, parameters)
    second["scores"] = numpy_forward(c, given, parameters, given["old"], False, False)["activation.8.Linear"]
    second.update(golden.numpy_ranking(second["scores"], x, held_out))
    return golden.arranged({
        **csr("input", x),
        "input.shape": np.int64(x.shape),
        "mask": given["mask"],
        "epsilon": given["epsilon"],
        "dropout": np.float64(0.5),
        **({"gamma": np.float64(c.gamma)} if c.gamma else {"beta": np.float64(c.beta)}),
        "weight_decay": np.float64(0),
        "norm_epsilon": np.float64(c.norm_epsilon),
        "mixture": np.float64(c.weights),
        "schedule": np.int64(["ecd".index(what) for what in SCHEDULE]),
        **golden.adam(c.epsilon),
        **csr("held_out", held_out),
        **parameters,
        **{f"old.{n}": w for n, w in given["old"].items()},
    }, first, second)


if __name__ == "__main__":
    golden.main(__doc__, CASES, tensors)
