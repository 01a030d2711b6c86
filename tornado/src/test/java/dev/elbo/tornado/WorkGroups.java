package dev.elbo.tornado;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * Runs a kernel with a context as plain Java: group after group, the items of a group as threads
 * that share local memory and meet at barriers.
 */
final class WorkGroups {

  /** No kernel of a test takes as long. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private WorkGroups() {}

  /**
   * Runs all groups.
   *
   * @param width items in a group
   * @param columns groups side by side
   * @param rows groups one below the other
   * @param kernel the kernel
   */
  static void run(int width, int columns, int rows, Consumer<KernelContext> kernel) {
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        var group = new Group(width);
        var items = new ArrayList<Thread>();
        for (int local = 0; local < width; local++) {
          var item = new Item(group, x, y, local);
          items.add(Thread.ofVirtual().start(() -> group.run(kernel, item)));
        }
        join(items);
        if (group.failure != null) {
          throw new AssertionError("group %d, %d".formatted(x, y), group.failure);
        }
      }
    }
  }

  /** Waits for the items; those that wait for others which do not come are told to give up. */
  private static void join(List<Thread> items) {
    try {
      for (Thread item : items) {
        if (!item.join(LONGEST)) {
          items.forEach(Thread::interrupt);
          item.join();
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What the items of a group share. */
  private static final class Group {
    private final CyclicBarrier barrier;
    private final List<float[]> arrays = new ArrayList<>();
    private Throwable failure;

    Group(int width) {
      barrier = new CyclicBarrier(width);
    }

    /** Runs an item; if it fails, those that wait for it give up after a while. */
    void run(Consumer<KernelContext> kernel, Item item) {
      try {
        kernel.accept(item);
      } catch (RuntimeException | Error e) {
        fail(e);
      }
    }

    /** Keeps the first failure: those after it are of items that waited for its. */
    private synchronized void fail(Throwable e) {
      failure = failure == null ? e : failure;
    }

    /** The array that an item asks for as its n-th; the first to ask makes it. */
    synchronized float[] array(int n, int size) {
      if (n == arrays.size()) {
        arrays.add(new float[size]);
      }
      return arrays.get(n);
    }
  }

  private static final class Item extends KernelContext {
    private final Group group;
    private int arrays;

    Item(Group group, int x, int y, int local) {
      this.group = group;
      set("groupIdx", x);
      set("groupIdy", y);
      set("localIdx", local);
    }

    /** The fields are final, and 0: compiled kernels do not read them. */
    private void set(String field, int value) {
      try {
        var declared = KernelContext.class.getField(field);
        declared.setAccessible(true);
        declared.set(this, value);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }

    @Override
    public float[] allocateFloatLocalArray(int size) {
      return group.array(arrays++, size);
    }

    @Override
    public void localBarrier() {
      try {
        group.barrier.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void globalBarrier() {
      localBarrier();
    }
  }
}
