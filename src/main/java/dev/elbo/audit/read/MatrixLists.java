package dev.elbo.audit.read;

import dev.elbo.ElboException;
import dev.elbo.audit.read.Recommendations.Ranking;
import dev.elbo.io.Tensor;
import dev.elbo.io.TensorFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An array with a row for each user, in the order of the data: of real numbers, the scores of all
 * items in the order of the data, {@code [users, I]}, minus infinity for one that is left out; of
 * integers, the rows of the best items, best first, {@code [users, k]}, -1 where there are no more.
 */
final class MatrixLists {
  private static final long MOST_BYTES = 1L << 33;

  private MatrixLists() {}

  static Recommendations read(Path file, List<String> userIds, List<String> itemIds) {
    Tensor tensor = TensorFile.readOne(file, MOST_BYTES);
    int[] shape = tensor.shape();
    boolean scores = tensor instanceof Tensor.Float32 || tensor instanceof Tensor.Float64;
    if (shape.length != 2 || shape[0] != userIds.size() || (scores && shape[1] != itemIds.size())) {
      throw ElboException.in(
          file,
          "expected scores, [%d, %d], or positions of items, [%d, k], of the users and items of the"
                  .formatted(userIds.size(), itemIds.size(), userIds.size())
              + " data; found "
              + Arrays.toString(shape));
    }
    var lists = new LinkedHashMap<String, Ranking>();
    for (int user = 0; user < shape[0]; user++) {
      Ranking list =
          scores
              ? byScore(file, tensor, user, shape[1], itemIds)
              : byPosition(file, tensor, user, shape[1], itemIds);
      if (!list.items().isEmpty()) {
        lists.put(userIds.get(user), list);
      }
    }
    String format =
        "%s of shape %s"
            .formatted(
                scores ? "scores" : "positions of items, best first", Arrays.toString(shape));
    return new Recommendations(format, lists, List.of(), List.of());
  }

  private static Ranking byScore(
      Path file, Tensor tensor, int user, int columns, List<String> itemIds) {
    double[] row = row(tensor, user, columns);
    for (int item = 0; item < columns; item++) {
      if (Double.isNaN(row[item]) || row[item] == Double.POSITIVE_INFINITY) {
        throw ElboException.in(
            file,
            "expected a score, or -inf for an item that is left out, found %s in row %,d, column %,d"
                .formatted(row[item], user, item));
      }
    }
    int[] scored =
        IntStream.range(0, columns).filter(item -> row[item] != Double.NEGATIVE_INFINITY).toArray();
    return Ranking.byScore(
        IntStream.of(scored).mapToObj(itemIds::get).toList(),
        IntStream.of(scored).mapToDouble(item -> row[item]).toArray());
  }

  private static Ranking byPosition(
      Path file, Tensor tensor, int user, int columns, List<String> itemIds) {
    return Ranking.inOrder(
        Arrays.stream(row(tensor, user, columns))
            .filter(item -> item >= 0)
            .mapToObj(
                item -> {
                  if (item >= itemIds.size()) {
                    throw ElboException.in(
                        file,
                        "expected positions of items below %,d, found %.0f in row %,d"
                            .formatted(itemIds.size(), item, user));
                  }
                  return itemIds.get((int) item);
                })
            .toList());
  }

  private static double[] row(Tensor tensor, int row, int columns) {
    int from = row * columns;
    return switch (tensor) {
      case Tensor.Float32(_, float[] values) ->
          IntStream.range(from, from + columns).mapToDouble(n -> values[n]).toArray();
      case Tensor.Float64(_, double[] values) -> Arrays.copyOfRange(values, from, from + columns);
      case Tensor.Int32(_, int[] values) ->
          Arrays.stream(values, from, from + columns).asDoubleStream().toArray();
      case Tensor.Int64(_, long[] values) ->
          Arrays.stream(values, from, from + columns).asDoubleStream().toArray();
    };
  }
}
