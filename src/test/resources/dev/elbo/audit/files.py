"""Writes recommendations as other programs do, each file with a mistake that AuditTest wants named.

12 users, 20 items; a user u has the items i with (7 u + 3 i) % 10 < 3 and is to find those where it is
5 or 6. Needs NumPy.
"""

import gzip

import numpy as np

USERS, ITEMS, K = 12, 20, 8
place = (7 * np.arange(USERS)[:, None] + 3 * np.arange(ITEMS)) % 10
seen, held_out = place < 3, (place == 5) | (place == 6)
noise = np.random.RandomState(1).rand(USERS, ITEMS)
scores = (noise + 0.5 * held_out).astype(np.float32)

# Ours: all scores, what was seen left out. Nothing is wrong.
np.save("scores.npy", np.where(seen, -np.inf, scores).astype(np.float32))
# The same, and the seen items are still there.
np.savez("leak.npz", scores=scores)

best = np.argsort(-np.where(seen, -np.inf, scores), axis=1, kind="stable")[:, :K]
# Positions of the best items, as implicit's recommend gives them; -1 where it has no more: too short.
positions = best.astype(np.int32)
positions[3, 5:] = -1
np.save("positions.npy", positions)

# As RecBole's case study prints them: typed names; user 4 twice an item, user 5 left out, user 99 unknown.
with gzip.open("recbole.tsv.gz", "wt") as out:
    out.write("user_id:token\titem_id:token\tscore:float\n")
    for user in range(USERS):
        items = [f"i{i}" for i in best[user]]
        if user == 4:
            items[1] = items[0]
        for rank, item in enumerate(items if user != 5 else []):
            out.write(f"u{user}\t{item}\t{1 - rank / 10}\n")
    out.write("u99\ti1\t1\n")

# No header; scores of one digit, so that most are tied.
with open("ties.csv", "w") as out:
    for user in range(USERS):
        for item in best[user]:
            out.write(f"u{user},i{item},{round(float(scores[user, item]))}\n")


def ndcg(k, ideal):
    gains = 1 / np.log2(np.arange(2, ITEMS + 2))
    values = []
    for user in range(USERS):
        hits = held_out[user, best[user, :k]]
        values.append((hits * gains[:k]).sum() / gains[: ideal(held_out[user].sum(), k)].sum())
    return np.mean(values)


# The figures of an IDCG that is not cut, and of one that is.
print(f"ndcg@2 cut {ndcg(2, min):.4f}, of all {ndcg(2, lambda n, k: n):.4f}")
