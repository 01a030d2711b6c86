package dev.elbo.tornado.layers;

import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Affine layers of one input, beside each other: each gets its columns of {@code dY}, and what they
 * give back adds.
 */
public final class Heads implements Layer {

  private final String id;
  private final List<Linear> branches;
  private final SparseRows rows;
  private final int width;
  private final FloatArray y;
  private final List<FloatArray> dParts = new ArrayList<>();
  private final FloatArray dX;

  /**
   * @param id what tells its tasks from those of other layers
   * @param branches layers of one input, from the first columns of the output on
   * @param rows whose rows these are
   */
  public Heads(String id, List<Linear> branches, SparseRows rows) {
    this.id = id;
    this.branches = List.copyOf(branches);
    this.rows = rows;
    this.width = branches.stream().mapToInt(Linear::out).sum();
    this.y = new FloatArray(rows.users() * width);
    branches.forEach(branch -> dParts.add(new FloatArray(rows.users() * branch.out())));
    this.dX = new FloatArray(rows.users() * branches.getFirst().in());
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    int at = 0;
    for (int n = 0; n < branches.size(); n++) {
      int out = branches.get(n).out();
      FloatArray part = branches.get(n).forward(tasks, x);
      copy(tasks, "head" + id + "n" + n, part, out, 0, y, width, at, out);
      at += out;
    }
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    Extent extent = Extent.ofRows(rows, branches.getFirst().in());
    FloatArray sum = null;
    int at = 0;
    for (int n = 0; n < branches.size(); n++) {
      int out = branches.get(n).out();
      copy(tasks, "dHead" + id + "n" + n, dY, width, at, dParts.get(n), out, 0, out);
      FloatArray ofBranch = branches.get(n).backward(tasks, dParts.get(n));
      sum =
          sum == null
              ? ofBranch
              : Sum.add(tasks, "dHeads" + id + "n" + n, extent, ofBranch, sum, dX);
      at += out;
    }
    return sum;
  }

  private void copy(
      Tasks tasks,
      String task,
      FloatArray from,
      int fromWidth,
      int first,
      FloatArray to,
      int toWidth,
      int at,
      int columns) {
    tasks
        .graph()
        .task(
            task,
            Columns::copy,
            rows.size,
            from,
            to,
            fromWidth,
            first,
            toWidth,
            at,
            columns,
            Tasks.whole(rows.users() * columns));
  }
}
