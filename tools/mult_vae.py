"""Mult-VAE in NumPy: MultVae.java again, with the same names, for those who come from here.

  python3 tools/mult_vae.py                  make up ratings, train, recommend
  python3 tools/mult_vae.py --ratings FILE   the same with yours, written as any of MovieLens' are
  python3 tools/mult_vae.py --verify FILE    compare with what two other programs computed, as in
                                             reference-results/golden/mult-vae-small.safetensors

The derivations are there. B users, I items, H hidden and K latent units; dy is the derivative of
the loss with respect to y; r is the rows x at unit length, half of their entries hidden.
"""

import json
import pathlib
import re
import sys

import numpy as np

HIDDEN, LATENT, EPOCHS = 100, 32, 40
random = np.random.default_rng(1)


def network(I, H, K):                            # weights by PyTorch's names
    w = {}
    for name, n_in, n_out in (("q_layers.0", I, H), ("q_layers.1", H, 2 * K),
                              ("p_layers.0", K, H), ("p_layers.1", H, I)):
        limit = np.sqrt(6 / (n_in + n_out))
        w[name + ".weight"] = random.uniform(-limit, limit, (n_out, n_in))
        w[name + ".bias"] = 0.001 * random.standard_normal(n_out)
    return w


def forward(w, name, x):                         # y = x W^T + b
    return x @ w[name + ".weight"].T + w[name + ".bias"]


def backward(w, dw, name, x, dy):
    dw[name + ".weight"] = dy.T @ x              # dW_oi = sum_b dy_bo x_bi
    dw[name + ".bias"] = dy.sum(axis=0)          # db_o = sum_b dy_bo
    return dy @ w[name + ".weight"]              # dx_bi = sum_o dy_bo W_oi


def normalise(x):                                # of n ones, each is 1 / sqrt(n)
    return x / np.sqrt(np.maximum(1, x.sum(axis=1, keepdims=True)))


def noise(x, K):                                 # of r and eps: half is hidden, the mean stays
    return normalise(x) * random.integers(2, size=x.shape) / 0.5, random.normal(size=(len(x), K))


def scores(w, r, eps=0):
    h = np.tanh(forward(w, "q_layers.0", r))     # [B, H]
    mu, lv = np.split(forward(w, "q_layers.1", h), 2, axis=1)
    z = mu + eps * np.exp(lv / 2)                # [B, K]: a draw from N(mu, exp(lv)); or mu
    g = np.tanh(forward(w, "p_layers.0", z))     # [B, H]
    return forward(w, "p_layers.1", g), (h, mu, lv, z, g)


def loss_and_gradients(w, x, r, eps, beta):
    s, (h, mu, lv, z, g) = scores(w, r, eps)
    B, n = len(x), x.sum(axis=1, keepdims=True)
    s = s - s.max(axis=1, keepdims=True)         # lest exp overflow
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    kl = (mu * mu + np.exp(lv) - 1 - lv).sum() / 2 / B
    loss, dw = -(x * log_p).sum() / B + beta * kl, {}

    ds = (n * np.exp(log_p) - x) / B             # d log p_i / d s_j = [i = j] - p_j
    dg = backward(w, dw, "p_layers.1", g, ds)
    dc = dg * (1 - g * g)                        # g = tanh(c), dg/dc = 1 - g^2
    dz = backward(w, dw, "p_layers.0", z, dc)
    dmu = dz + beta / B * mu                     # dz/dmu = 1, dKL/dmu = mu
    dlv = dz * eps * np.exp(lv / 2) / 2 + beta / B * (np.exp(lv) - 1) / 2
    dh = backward(w, dw, "q_layers.1", h, np.hstack([dmu, dlv]))
    da = dh * (1 - h * h)
    backward(w, dw, "q_layers.0", r, da)
    return loss, dw


def adam(w, dw, m, v, t, epsilon=1e-8):          # update t = 1, 2, ... (Kingma and Ba 2015)
    rate = 0.001 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    for name, d in dw.items():
        m[name] = 0.9 * m.get(name, 0) + 0.1 * d
        v[name] = 0.999 * v.get(name, 0) + 0.001 * d * d
        w[name] = w[name] - rate * m[name] / (np.sqrt(v[name]) + epsilon)


def compare(name, ours, right, tolerance):
    error = np.abs(ours - right).max() / np.abs(right).max()
    print(f"{name:42s} off by {error:.1e}{'' if error <= tolerance else ': WRONG'}")
    return error <= tolerance                    # which NaN is not


def check():                                     # (loss(w + step) - loss(w - step)) / (2 step)
    w, step = network(11, 5, 3), 1e-5
    x = np.array([[b > 0 and i % b == 0 for i in range(11)] for b in range(4)], float)
    r, eps = noise(x, 3)                         # drawn once: with other noise it is another loss
    loss = lambda: loss_and_gradients(w, x, r, eps, 0.2)[0]
    right = True
    for name, d in loss_and_gradients(w, x, r, eps, 0.2)[1].items():
        numeric = np.empty_like(d)
        for at in np.ndindex(d.shape):
            w[name][at] += step
            above = loss()
            w[name][at] -= 2 * step
            numeric[at] = (above - loss()) / (2 * step)
            w[name][at] += step
        right &= compare("gradient of " + name, d, numeric, 1e-7)
    return right


def verify(golden):
    if "epsilon" not in golden or "q_layers.2.bias" in golden or golden["weight_decay"] > 0:
        sys.exit("mult_vae: expected a golden case of Mult-VAE, one hidden layer, no weight decay")
    w = {name: golden[name] for name in network(1, 1, 1)}
    x, m, v = np.ceil(golden["activation.0.L2Normalize"]), {}, {}
    r = normalise(x) * golden["mask"] / (1 - golden["dropout"])
    right = compare("scores", scores(w, normalise(x))[0], golden["scores"], 1e-9)
    for t in range(1, 11):
        loss, dw = loss_and_gradients(w, x, r, golden["epsilon"], golden["beta"])
        adam(w, dw, m, v, t, golden["adam.epsilon"])
        ours = {"loss": loss} | {"gradient." + name: d for name, d in dw.items()} if t == 1 else {}
        ours |= {f"updated.tensorflow.{t}.{name}": w[name] for name in w}
        for name in filter(golden.__contains__, ours):
            right &= compare(name, ours[name], golden[name], 1e-9)
    return right


def read_golden(file):                           # the length of a JSON header, the header, values
    data = pathlib.Path(file).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin]) if b"q_layers.1.bias" in data else {}
    return {name: np.ndarray(tensor["shape"], "<f8", data, begin + tensor["data_offsets"][0])
            for name, tensor in header.items() if tensor.get("dtype") == "F64"}


def train(w, X):
    updates, t, m, v = EPOCHS * -(-len(X) // 100), 0, {}, {}
    for epoch in range(1, EPOCHS + 1):
        total = 0
        for batch in np.split(random.permutation(len(X)), range(100, len(X), 100)):
            x = X[batch]
            beta, t = min(0.2, 0.2 * t / (0.8 * updates)), t + 1
            loss, dw = loss_and_gradients(w, x, *noise(x, LATENT), beta)
            adam(w, dw, m, v, t)
            total += len(x) * loss
        print(f"epoch {epoch:2d}  beta {beta:.3f}  loss {total / len(X):.3f}")


def best(s, x, k):                               # without what the user has
    return np.argsort(np.where(x > 0, np.inf, -s), axis=1, kind="stable")[:, :k]


def ndcg(s, x, held_out, k=100):                 # a hit in place n = 0, 1, ... gains 1 / log(n + 2)
    discount = 1 / np.log(np.arange(min(k, x.shape[1])) + 2)
    gain = np.take_along_axis(held_out, best(s, x, k), axis=1) @ discount
    ideal = -np.sort(-held_out, axis=1)[:, :k] @ discount
    return np.mean(gain[ideal > 0] / ideal[ideal > 0])


def read(file):                                  # lines of user, item and a rating: 4 or more count
    fields = [re.split("::|\t|,", line) for line in open(file, encoding="latin-1")]
    rated = [field for field in fields if len(field) > 2 and re.match("[45]", field[2])]
    users, u = np.unique([field[0] for field in rated], return_inverse=True)
    ids, i = np.unique([field[1] for field in rated], return_inverse=True)
    X = np.zeros((len(users), len(ids)))
    X[u, i] = 1
    return X, ids


def make_up():                                   # users who like 3 of 25 kinds of 20 items each
    liked = np.array([np.isin(np.arange(500) % 25, random.integers(25, size=3))
                      for _ in range(3000)])
    X = random.random(liked.shape) < random.random(500) * np.where(liked, 0.8, 0.05)
    return X.astype(float), np.arange(500)


def run(X, ids):
    X = random.permutation(X[X.sum(axis=1) >= 5])
    if len(X) < 10:
        sys.exit(f"mult_vae: expected 10 users with 5 items or more, found {len(X)}")
    test, X = X[: len(X) // 10], X[len(X) // 10 :]
    held_out = np.where(random.random(test.shape) < 0.2, test, 0)
    x, w = test - held_out, network(len(ids), HIDDEN, LATENT)
    train(w, X)
    s, popularity = scores(w, normalise(x))[0], X.sum(axis=0)
    print(f"NDCG@100 on the test users: {ndcg(popularity, x, held_out):.4f} by popularity,"
          f" {ndcg(s, x, held_out):.4f} by Mult-VAE")
    print("Ten recommendations:", *ids[best(s, x, 10)[0]])


if __name__ == "__main__":
    option, file = sys.argv[1:] if len(sys.argv) == 3 else ("", None)
    if len(sys.argv) not in (1, 3) or option not in ("", "--ratings", "--verify"):
        sys.exit("mult_vae: expected nothing, --ratings FILE or --verify FILE")
    if file and not pathlib.Path(file).is_file():
        sys.exit(f"mult_vae: there is no file {file}")
    right = verify(read_golden(file)) if option == "--verify" else check()
    if right and option != "--verify":
        run(*(read(file) if file else make_up()))
    sys.exit(not right)
