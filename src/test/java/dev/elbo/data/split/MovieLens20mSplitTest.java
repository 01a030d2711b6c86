package dev.elbo.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.HeldOutUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The authors' split at the size of MovieLens-20M: 136,677 users on 20,720 items, 10,000 of them
 * for validation and 10,000 for test, seed 98765. The ratings themselves are made up; the draws are
 * those of the real data as far as the number of users goes.
 *
 * <p>The expected values are those of this script with NumPy 1.24.2, which does what the authors'
 * notebook does (<a href="https://github.com/dawenl/vae_cf">vae_cf</a>):
 *
 * <pre>
 * import numpy as np
 * users, items, held_out_users = 136677, 20720, 10000
 * def hash(values):
 *     h = 1
 *     for x in values: h = (31 * h + int(x)) % 2**32
 *     return h - 2**32 if h >= 2**31 else h
 * def own(u): return [(7 * u + 13 * j) % items for j in range(5 + u % 10)]
 * np.random.seed(98765)
 * order = np.random.permutation(users)
 * n = users - 2 * held_out_users
 * columns = {i: c for c, i in
 *            enumerate(dict.fromkeys(i for u in sorted(order[:n]) for i in own(u)))}
 * print(order[:8], hash(order[:n]), len(columns), hash(columns))
 * for part in order[n:n + held_out_users], order[n + held_out_users:]:
 *     np.random.seed(98765)
 *     held_out = {}
 *     for u in sorted(part):
 *         mine = [i for i in own(u) if i in columns]
 *         k = len(mine)
 *         size = int(0.2 * k) if k >= 5 else 0
 *         drawn = np.random.choice(k, size, replace=False) if k >= 5 else []
 *         held_out[u] = [columns[mine[j]] for j in drawn]
 *     rows = [sorted(held_out[u]) for u in part]
 *     print(part[:4], hash(part), sum(map(len, rows)), hash(c for row in rows for c in row))
 * </pre>
 */
class MovieLens20mSplitTest {
  private static final int USERS = 136_677;
  private static final int ITEMS = 20_720;
  private static final int HELD_OUT_USERS = 10_000;

  @Test
  void isThatOfNumpy() {
    PreparedData data =
        SplitTest.prepare(
            new Split.Strong(new HeldOutUsers(HELD_OUT_USERS), 0.2, 98765), interactions());

    assertEquals(
        List.of("104323", "11053", "111295", "50587", "126873", "109564", "129424", "1596"),
        data.trainUserIds().subList(0, 8));
    assertEquals(USERS - 2 * HELD_OUT_USERS, data.trainUserIds().size());
    assertEquals(422288075, hash(data.trainUserIds()));
    assertEquals(19_832, data.itemIds().size());
    assertEquals(-1737939689, hash(data.itemIds()));

    EvaluationUsers validation = data.validation();
    assertEquals(List.of("26274", "76072", "86623", "112587"), validation.userIds().subList(0, 4));
    assertEquals(1730355801, hash(validation.userIds()));
    assertEquals(15_054, validation.heldOut().size());
    assertEquals(-1911472094, Arrays.hashCode(validation.heldOut().indices()));

    EvaluationUsers test = data.test();
    assertEquals(List.of("73191", "97814", "2971", "78350"), test.userIds().subList(0, 4));
    assertEquals(986324221, hash(test.userIds()));
    assertEquals(15_015, test.heldOut().size());
    assertEquals(-1139362473, Arrays.hashCode(test.heldOut().indices()));
  }

  /** User {@code u} has 5 to 14 items, in the order of the file. */
  private static Interactions interactions() {
    int[] users =
        IntStream.range(0, USERS)
            .flatMap(u -> IntStream.range(0, 5 + u % 10).map(_ -> u))
            .toArray();
    int[] items =
        IntStream.range(0, USERS)
            .flatMap(u -> IntStream.range(0, 5 + u % 10).map(j -> (7 * u + 13 * j) % ITEMS))
            .toArray();
    return new Interactions(
        numbers(USERS), numbers(ITEMS), users, items, new float[0], new long[0]);
  }

  private static List<String> numbers(int n) {
    return IntStream.range(0, n).mapToObj(Integer::toString).toList();
  }

  private static int hash(List<String> ids) {
    return Arrays.hashCode(ids.stream().mapToInt(Integer::parseInt).toArray());
  }
}
