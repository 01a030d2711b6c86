#!/usr/bin/env python3
"""Writes the golden tensors of Mult-VAE and Mult-DAE: reference-results/golden/mult-*.safetensors.

Every value is computed twice, by two programs that share nothing but the inputs:

  autograd       PyTorch in float64, gradients by autograd, PyTorch's own Adam where it has one
  complex_step   NumPy only; the derivative by parameter t is Im f(t + ih) / h with h = 1e-30, which
                 has neither truncation nor cancellation (Squire and Trapp 1998, SIAM Review 40(1))

Unless they agree to 1e-10 of each tensor's largest value, nothing is written.

  python3 tools/golden.py            writes the files
  python3 tools/golden.py --check    compares with the files that are there, writes nothing

golden_ratings.py, golden_svae.py and golden_recvae.py do the same for other models, with what stands here below the
two oracles: Adam, rankings, files.

Needs python3, python3-torch and python3-numpy of Debian 12 (PyTorch 1.13, NumPy 1.24).
"""
import json
import math
import os
import struct
import sys
from collections import namedtuple
from pathlib import Path

# The same bits whatever the processor: no vector instructions that not every x86-64 has.
os.environ["ATEN_CPU_CAPABILITY"] = "default"
os.environ["OPENBLAS_CORETYPE"] = "Prescott"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)

FOLDER = Path(__file__).resolve().parent.parent / "reference-results" / "golden"
AGREEMENT = 1e-10
STEP = 1e-30
UPDATES = 10
K = 5  # of recall@k, NDCG@k and top_n

Case = namedtuple(
    "Case",
    "name description architecture users items hidden latent beta weight_decay dropout epsilon rows logits draws",
)


def case(name, description, users=5, items=17, hidden=(7,), latent=3, beta=0.2, weight_decay=0.0,
         dropout=0.5, epsilon=1e-8, rows="usual", logits=None, draws=0):
    architecture = name[: len("mult-vae")]
    if architecture == "mult-dae" and hidden == (7,):
        hidden, beta = (), 0.0
    return Case(name, description, architecture, users, items, hidden, latent, beta, weight_decay,
                dropout, epsilon, rows, logits, draws)


CASES = [
    case("mult-vae-small", "the plain one: beta 0.2, no weight decay"),
    case("mult-vae-beta0", "beta 0: the KL divergence has no part in loss and gradients", beta=0.0),
    case("mult-vae-beta1", "beta 1: the evidence lower bound itself", beta=1.0, dropout=0.3),
    case("mult-vae-decay", "weight decay 0.01; a large epsilon of Adam tells its two forms apart",
         weight_decay=0.01, dropout=0.3, epsilon=1e-3),
    case("mult-vae-empty-and-full", "a user without items and one with every item, weight decay",
         weight_decay=0.01, rows="empty and full"),
    case("mult-vae-one-user", "a batch of one user", users=1),
    case("mult-vae-deep", "two hidden layers on either side, weight decay",
         hidden=(8, 5), weight_decay=0.002),
    case("mult-vae-large-logits", "logits up to 1,000: softmax without overflow", epsilon=1e-3,
         logits=1000),
    case("mult-dae-small", "the plain one, no weight decay"),
    case("mult-dae-decay", "weight decay 0.01; a large epsilon of Adam tells its two forms apart",
         weight_decay=0.01, dropout=0.3, epsilon=1e-3),
    case("mult-dae-empty-and-full", "a user without items and one with every item, weight decay",
         weight_decay=0.01, rows="empty and full"),
    case("mult-dae-one-user", "a batch of one user", users=1),
    case("mult-dae-deep", "one hidden layer on either side, weight decay", hidden=(8,),
         weight_decay=0.002),
    case("mult-dae-large-logits", "logits up to 1,000: softmax without overflow", epsilon=1e-3,
         logits=1000),
    case("mult-vae-sampled", "outputs sampled: the users' own items and 9 draws; a user without items"
         " and one with every item, weight decay", weight_decay=0.01, rows="empty and full", draws=9),
]


# ---- inputs -----------------------------------------------------------------------------------


def as_float32(values):
    """Values that float32 has too, so that engines of either precision start from the same ones."""
    return np.float64(np.float32(values))


def inputs(c):
    """Everything that is given: dense rows x, held-out items, mask, epsilon, parameters."""
    random = np.random.RandomState(20180423 + CASES.index(c))
    x = np.float64(random.random_sample((c.users, c.items)) < 0.4)
    x[np.arange(c.items) % c.users, np.arange(c.items)] = 1  # every item has a user
    held_out = np.float64(random.random_sample((c.users, c.items)) < 0.6) * (1 - x)
    if c.rows == "empty and full":
        x[1] = 0
        x[3] = 1
        held_out[3] = 0
    if c.users == 1:  # as a user of the others has it: not every item
        x[0, ::3] = 0
        held_out[0] = 1 - x[0]
    held_out[0, np.flatnonzero(held_out[0])[2:]] = 0  # fewer than k, the others mostly more
    mask = np.float64(random.random_sample((c.users, c.items)) >= c.dropout)
    given = {"x": x, "held_out": held_out, "mask": mask}
    widths = [c.items, *c.hidden]
    if c.architecture == "mult-vae":
        given["epsilon"] = as_float32(random.standard_normal((c.users, c.latent)))
        encoder = [*widths, 2 * c.latent]
    else:
        encoder = [*widths, c.latent]
    decoder = [c.latent, *reversed(widths)]
    parameters = {}
    for stack, sizes in (("q_layers", encoder), ("p_layers", decoder)):
        for n, (fan_in, out) in enumerate(zip(sizes, sizes[1:])):
            weight = random.standard_normal((out, fan_in)) / math.sqrt(fan_in)
            if stack == "q_layers" and n == 0:
                weight *= 2  # the input is short: of length 1, spread over many items
            parameters[f"{stack}.{n}.weight"] = as_float32(weight)
            parameters[f"{stack}.{n}.bias"] = as_float32(0.3 * random.standard_normal(out))
    if c.logits:  # the largest becomes nearly 1,000
        last = f"p_layers.{len(c.hidden)}"
        largest = np.abs(NumpyModel(c, given)(parameters)[f"activation.{last_linear(c)}.Linear"]).max()
        for tensor in ("weight", "bias"):
            name = f"{last}.{tensor}"
            parameters[name] = as_float32(parameters[name] * (0.999 * c.logits / largest))
    if c.draws:  # some twice, and some that users have
        q = x.sum(0) ** 0.75 / (x.sum(0) ** 0.75).sum()
        given["draws"] = np.int64(random.choice(c.items, c.draws, p=q))
        given["expected_draws"] = c.draws * q
    return given, parameters


def last_linear(c):
    """Position of the decoder's last layer: two for the input, two for each layer but the last."""
    return 2 + 2 * (2 * len(c.hidden) + 1)


def csr(name, dense):
    rows = [np.flatnonzero(row) for row in dense]
    return {
        f"{name}.indptr": np.int64(np.cumsum([0, *map(len, rows)])),
        f"{name}.indices": np.int64(np.concatenate(rows)),
    }


# ---- oracle 1: PyTorch ------------------------------------------------------------------------


def torch_forward(c, given, p, training=True):
    x = torch.from_numpy(given["x"])
    seen = {}
    layer = 0

    def note(kind, value):
        nonlocal layer
        seen[f"activation.{layer}.{kind}"] = value
        layer += 1
        return value

    h = note("L2Normalize", x / x.norm(dim=1, keepdim=True).clamp(min=1e-12))
    if training:
        h = h * torch.from_numpy(given["mask"]) / (1 - c.dropout)
    note("Dropout", h)
    depth = len(c.hidden)
    for n in range(depth + 1):
        kind = "SparseLinear" if n == 0 else "Linear"
        h = note(kind, torch.nn.functional.linear(h, p[f"q_layers.{n}.weight"], p[f"q_layers.{n}.bias"]))
        if n < depth or c.architecture == "mult-dae":
            h = note("Tanh", torch.tanh(h))
    if c.architecture == "mult-vae":
        mu, lv = h[:, : c.latent], h[:, c.latent :]
        seen["kl"] = (0.5 * (mu**2 + lv.exp() - 1 - lv)).sum(dim=1).mean()
        h = mu
        if training:
            h = mu + torch.from_numpy(given["epsilon"]) * torch.exp(0.5 * lv)
        note("Gaussian", h)
    for n in range(depth + 1):
        h = note("Linear", torch.nn.functional.linear(h, p[f"p_layers.{n}.weight"], p[f"p_layers.{n}.bias"]))
        if n < depth:
            h = note("Tanh", torch.tanh(h))
    if c.draws and training:
        seen["nll"] = torch_sampled(given, x, h)
    else:
        seen["nll"] = -(x * torch.log_softmax(h, dim=1)).sum(dim=1).mean()
    return with_loss(seen, p, c.weight_decay, c.beta), h


def torch_sampled(given, x, logits):
    """Term by term: a user's own items, and each draw that is none of them with its correction."""
    total = 0
    for has, s in zip(x, logits):
        own = s[has > 0]
        negatives = [s[j] - math.log(given["expected_draws"][j]) for j in given["draws"] if has[j] == 0]
        terms = torch.cat([own, torch.stack(negatives)]) if negatives else own
        total = total + len(own) * torch.logsumexp(terms, dim=0) - own.sum()
    return total / len(x)


# ---- oracle 2: NumPy and complex steps --------------------------------------------------------


class NumpyModel:
    """The forward pass with nothing in it that is not analytic in the parameters."""

    def __init__(self, c, given):
        self.c = c
        self.x = given["x"]
        lengths = np.sqrt((self.x**2).sum(1))
        self.normalised = np.stack([row / r if r > 0 else row for row, r in zip(self.x, lengths)])
        self.dropped = np.where(given["mask"] == 1, self.normalised / (1 - c.dropout), 0)
        self.epsilon = given.get("epsilon")
        self.share = np.ones_like(self.x)  # of each exponential in the denominator
        if c.draws:
            counts = np.bincount(given["draws"], minlength=c.items)
            self.share = np.where(self.x == 1, 1, counts / given["expected_draws"])

    def __call__(self, p, training=True):
        c = self.c
        out = {"activation.0.L2Normalize": self.normalised}
        out["activation.1.Dropout"] = h = self.dropped if training else self.normalised
        position = 2
        kind = "SparseLinear"
        stacks = [("q_layers", n) for n in range(len(c.hidden) + 1)]
        stacks += [("p_layers", n) for n in range(len(c.hidden) + 1)]
        for stack, n in stacks:
            h = np.einsum("bi,oi->bo", h, p[f"{stack}.{n}.weight"]) + p[f"{stack}.{n}.bias"]
            out[f"activation.{position}.{kind}"] = h
            position, kind = position + 1, "Linear"
            if stack == "q_layers" and n == len(c.hidden) and c.architecture == "mult-vae":
                mu, lv = np.split(h, 2, axis=1)
                out["kl"] = np.sum(mu * mu + np.exp(lv) - lv - 1) / (2 * c.users)
                h = mu + self.epsilon * np.exp(lv / 2) if training else mu
                out[f"activation.{position}.Gaussian"] = h
                position += 1
            elif (stack, n) != stacks[-1]:
                h = np.tanh(h)
                out[f"activation.{position}.Tanh"] = h
                position += 1
        shifted = h - h.real.max(1, keepdims=True)  # the real part: a constant
        log_p = shifted - np.log((self.share * np.exp(shifted)).sum(1, keepdims=True))
        out["nll"] = -(self.x * log_p).sum() / c.users
        return with_loss(out, p, c.weight_decay, c.beta)


def tensors(c):
    given, parameters = inputs(c)
    x, held_out = given["x"], given["held_out"]
    first = autograd(parameters, lambda p: torch_forward(c, given, p)[0], c.epsilon)
    with torch.no_grad():
        _, scores = torch_forward(c, given, {n: torch.from_numpy(v) for n, v in parameters.items()}, training=False)
    first.update({"scores": scores.numpy(), **torch_ranking(scores, x, held_out)})

    model = NumpyModel(c, given)
    second = complex_step(parameters, model, c.epsilon)
    second["scores"] = model(parameters, training=False)[f"activation.{last_linear(c)}.Linear"]
    second.update(numpy_ranking(second["scores"], x, held_out))
    return arranged({
        **csr("input", x),
        "input.shape": np.int64([c.users, c.items]),
        "mask": given["mask"],
        **({"epsilon": given["epsilon"]} if "epsilon" in given else {}),
        **{name: given[name] for name in ("draws", "expected_draws") if c.draws},
        "dropout": np.float64(c.dropout),
        **({"beta": np.float64(c.beta)} if "epsilon" in given else {}),
        "weight_decay": np.float64(c.weight_decay),
        **adam(c.epsilon),
        **csr("held_out", held_out),
        **parameters,
    }, first, second)


# ---- what the models share: the loss, gradients, Adam, rankings -----------------------------------


def with_loss(out, p, weight_decay, beta=0):
    """Adds the decay of all weights, and what training makes small."""
    out["decay"] = weight_decay * sum((w * w).sum() for name, w in p.items() if "weight" in name)
    out["loss"] = out["nll"] + beta * out.get("kl", 0) + out["decay"]
    return out


def autograd(parameters, forward, epsilon):
    """By PyTorch: what forward gives, gradients of its loss, and parameters after updates."""

    def leaves():
        return {n: torch.from_numpy(v.copy()).requires_grad_() for n, v in parameters.items()}

    p = leaves()
    seen = forward(p)
    seen["loss"].backward()
    values = {name: value.detach().numpy() for name, value in seen.items()}
    for name in backward_order(parameters):
        values[f"gradient.{name}"] = p[name].grad.numpy()

    # TensorFlow's form: the corrections in the learning rate, epsilon outside of them.
    p = leaves()
    m = {n: torch.zeros_like(w) for n, w in p.items()}
    v = {n: torch.zeros_like(w) for n, w in p.items()}
    for t in range(1, UPDATES + 1):
        for w in p.values():
            w.grad = None
        forward(p)["loss"].backward()
        with torch.no_grad():
            rate = 1e-3 * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            for n, w in p.items():
                m[n] = 0.9 * m[n] + 0.1 * w.grad
                v[n] = 0.999 * v[n] + 0.001 * w.grad**2
                w -= rate * m[n] / (v[n].sqrt() + epsilon)
        if t in (1, UPDATES):
            for n, w in p.items():
                values[f"updated.tensorflow.{t}.{n}"] = w.detach().numpy().copy()

    p = leaves()
    adam = torch.optim.Adam(p.values(), lr=1e-3, betas=(0.9, 0.999), eps=epsilon)
    for t in range(1, UPDATES + 1):
        adam.zero_grad()
        forward(p)["loss"].backward()
        adam.step()
        if t in (1, UPDATES):
            for n, w in p.items():
                values[f"updated.pytorch.{t}.{n}"] = w.detach().numpy().copy()
    return values


def complex_step(parameters, forward, epsilon):
    """The same by NumPy."""

    def gradient(p, name):
        gradient = np.empty_like(p[name])
        for place in np.ndindex(gradient.shape):
            stepped = p[name].astype(complex)
            stepped[place] += 1j * STEP
            gradient[place] = forward({**p, name: stepped})["loss"].imag / STEP
        return gradient

    values = forward(parameters)
    for name in backward_order(parameters):
        values[f"gradient.{name}"] = gradient(parameters, name)
    for form in ("tensorflow", "pytorch"):
        p = dict(parameters)
        m = {n: 0 * w for n, w in p.items()}
        v = {n: 0 * w for n, w in p.items()}
        for t in range(1, UPDATES + 1):
            gradients = {n: gradient(p, n) for n in p}
            for n, g in gradients.items():
                m[n] = m[n] + (g - m[n]) * (1 - 0.9)
                v[n] = v[n] + (g * g - v[n]) * (1 - 0.999)
                m_hat = m[n] / (1 - 0.9**t)
                correction = np.sqrt(1 - 0.999**t)
                if form == "tensorflow":
                    p[n] = p[n] - 1e-3 * m_hat * correction / (np.sqrt(v[n]) + epsilon)
                else:
                    p[n] = p[n] - 1e-3 * m_hat / (np.sqrt(v[n]) / correction + epsilon)
                if t in (1, UPDATES):
                    values[f"updated.{form}.{t}.{n}"] = p[n]
    return values


def torch_ranking(scores, x, held_out):
    """The best items that are not in x, and how many of the held-out ones are among them."""
    masked = scores.detach().masked_fill(torch.from_numpy(x) > 0, -math.inf)
    ranked = torch.sort(masked, dim=1, descending=True, stable=True)
    top_n = ranked.indices.masked_fill(ranked.values == -math.inf, -1)[:, :K].numpy()
    held_out = torch.from_numpy(held_out)
    judged = held_out.sum(dim=1) > 0
    # -1 looks at the last item, which is no recommendation: such places count nothing.
    top = ranked.indices[:, :K]
    hits = (held_out.gather(1, top) * (ranked.values[:, :K] > -math.inf))[judged]
    possible = held_out.sum(dim=1)[judged].clamp(max=K)
    gain = 1 / torch.log2(torch.arange(2, K + 2, dtype=torch.float64))
    ideal = torch.cumsum(gain, 0)[possible.long() - 1]
    return {
        "top_n": top_n,
        f"recall@{K}": (hits.sum(dim=1) / possible).mean().numpy(),
        f"ndcg@{K}": ((hits * gain).sum(dim=1) / ideal).mean().numpy(),
    }


def numpy_ranking(scores, x, held_out):
    """The same."""
    top_n = np.full((len(x), K), -1)
    recalls, ndcgs = [], []
    for b, row in enumerate(scores):
        unseen = [i for i in range(len(row)) if x[b, i] == 0]
        best = sorted(unseen, key=lambda i: (-row[i], i))[:K]
        top_n[b, : len(best)] = best
        wanted = set(np.flatnonzero(held_out[b]))
        if wanted:
            possible = min(K, len(wanted))
            recalls.append(sum(i in wanted for i in best) / possible)
            gain = sum(1 / math.log2(r + 2) for r, i in enumerate(best) if i in wanted)
            ndcgs.append(gain / sum(1 / math.log2(r + 2) for r in range(possible)))
    return {"top_n": top_n, f"recall@{K}": np.float64(np.mean(recalls)), f"ndcg@{K}": np.float64(np.mean(ndcgs))}


def backward_order(parameters):
    """The last layer first; of a layer the weight first."""
    layers = list(dict.fromkeys(name.rsplit(".", 1)[0] for name in parameters))
    return [name for layer in reversed(layers) for name in parameters if name.rsplit(".", 1)[0] == layer]


# ---- files ------------------------------------------------------------------------------------


def difference(expected, found):
    """The largest difference as a share of the largest expected value; infinite if one is NaN."""
    assert expected.shape == found.shape
    scale = np.abs(expected).max(initial=0)
    largest = np.abs(expected - found).max(initial=0) / (scale if scale > 0 else 1)
    return math.inf if math.isnan(largest) else largest


def adam(epsilon):
    return {
        "adam.learning_rate": np.float64(1e-3),
        "adam.beta1": np.float64(0.9),
        "adam.beta2": np.float64(0.999),
        "adam.epsilon": np.float64(epsilon),
    }


def arranged(given, first, second):
    """All tensors of a case in forward order, and the largest difference between the oracles."""
    assert set(first) == set(second), set(first) ^ set(second)
    worst = max((difference(first[name], np.asarray(second[name])), name) for name in first)
    result = dict(given)
    losses = [name for name in ("nll", "kl", "decay", "loss") if name in first]
    for group in ("activation.", "", "gradient.", "updated.tensorflow.", "updated.pytorch."):
        names = losses if not group else [name for name in first if name.startswith(group)]
        result.update((name, first[name]) for name in names)
    for name in ("scores", "top_n", f"recall@{K}", f"ndcg@{K}"):
        if name in first:
            result[name] = first[name]
    assert set(first) <= set(result), set(first) - set(result)
    return result, worst


def safetensors(c, named):
    """The bytes of the file: length of the header, header, arrays; all little-endian."""
    types = {"float64": "F64", "int64": "I64"}
    metadata = ("name", "description", "architecture", "hidden", "latent", "activation", "output_activation")
    header = {"__metadata__": {
        key: ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for key, value in ((key, getattr(c, key, None)) for key in metadata)
        if value is not None
    }}
    data = b""
    for name, array in named.items():
        raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": types[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def read(raw):
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__")
    types = {"F64": "<f8", "I64": "<i8"}
    return {
        name: np.frombuffer(raw[8 + length :][slice(*e["data_offsets"])], types[e["dtype"]]).reshape(e["shape"])
        for name, e in header.items()
    }


def check(path, raw, named):
    """Says how the file differs from what was computed; whether it is the same up to rounding."""
    if not path.exists():
        print(f"{path.name}: is not there")
        return False
    if path.read_bytes() == raw:
        print(f"{path.name}: the same bytes")
        return True
    committed = read(path.read_bytes())
    if list(committed) != list(named) or any(committed[n].shape != named[n].shape for n in named):
        print(f"{path.name}: other tensors")
        return False
    worst = max((difference(committed[name], named[name]), name) for name in named)
    print(f"{path.name}: other bytes; largest difference {worst[0]:.1e} ({worst[1]})")
    return worst[0] <= 1e-13  # the last bits of another processor's exp and tanh


def main(doc, cases, tensors):
    """Computes, and writes or checks, a file for each case; tensors(c) gives what arranged() does."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(doc)
    files = {}
    agreed = True
    for c in cases:
        named, worst = tensors(c)
        print(f"{c.name}: oracles differ by at most {worst[0]:.1e} ({worst[1]})")
        agreed &= bool(worst[0] <= AGREEMENT)
        files[FOLDER / f"{c.name}.safetensors"] = safetensors(c, named), named
    if not agreed:
        sys.exit(f"the oracles do not agree to {AGREEMENT}: nothing was written")
    if sys.argv[1:]:
        if not all([check(path, *file) for path, file in files.items()]):
            sys.exit("the files are not what this program computes")
    else:
        FOLDER.mkdir(exist_ok=True)
        for path, (raw, _) in files.items():
            path.write_bytes(raw)
        print(f"wrote {len(files)} files, {sum(len(raw) for raw, _ in files.values()):,} bytes")


if __name__ == "__main__":
    main(__doc__, CASES, tensors)
