package dev.elbo.serve;

import java.time.Duration;

/**
 * What a client can make large, bounded.
 *
 * @param bodyBytes bytes of a request's body
 * @param users users in a request
 * @param history items of a user
 * @param filter items in {@code exclude} or {@code only}
 * @param k items to recommend to a user
 * @param waitingUsers users of all requests that wait to be scored
 * @param batch users of several requests that are scored together; those of one request are, too,
 *     however many
 * @param patience how long a request waits for its answer
 * @param connections connections at a time
 */
public record Limits(
    int bodyBytes,
    int users,
    int history,
    int filter,
    int k,
    int waitingUsers,
    int batch,
    Duration patience,
    int connections) {

  /** Enough for a shop, and for a model of a million items. */
  public static final Limits USUAL =
      new Limits(
          /* bodyBytes= */ 4 << 20,
          /* users= */ 1_000,
          /* history= */ 10_000,
          /* filter= */ 100_000,
          /* k= */ 1_000,
          /* waitingUsers= */ 4_096,
          /* batch= */ 256,
          /* patience= */ Duration.ofSeconds(10),
          /* connections= */ 4_096);
}
