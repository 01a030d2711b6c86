package dev.elbo.tornado;

import dev.elbo.tornado.layers.Products;
import dev.elbo.tornado.layers.Tasks;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraphInterface;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Graphs whose tasks run as plain Java, in order, without a device: what layers add to a graph is
 * taken down, and each kernel is called with its arguments, those with a context group by group.
 * Calls of cuBLAS are done by {@link Sgemm}.
 *
 * <p>As on a device, an array that a graph neither takes from the host nor consumes holds garbage
 * when the graph begins: here, NaN.
 */
final class PlainGraphs implements Graphs {

  private final Products products;
  private final GridScheduler grids = new GridScheduler();
  private final Map<String, Graph> graphs = new HashMap<>();

  /**
   * None yet.
   *
   * @param products what computes those of dense layers
   */
  PlainGraphs(Products products) {
    this.products = products;
  }

  /** Makes such graphs on the host, which has room. */
  static Backend backend(Products products) {
    return new Backend() {
      @Override
      public Graphs graphs() {
        return new PlainGraphs(products);
      }

      @Override
      public <T> T run(Supplier<T> work) {
        return work.get();
      }

      @Override
      public void requireMemory(long bytes, long largest) {}
    };
  }

  @Override
  public Tasks add(String name, boolean hasLoss) {
    Graph graph = new Graph(name);
    graphs.put(name, graph);
    return new Tasks(name, graph.proxy(), grids, products, hasLoss);
  }

  @Override
  public void execute(String name) {
    Graph graph = graphs.get(name);
    graph.garbage.forEach(array -> array.init(Float.NaN));
    graph.tasks.forEach(Runnable::run);
  }

  /** The host has everything. */
  @Override
  public void fetch(String name, Object array) {
    if (!graphs.get(name).given.contains(array)) {
      throw new AssertionError("graph '%s' does not give the array to the host".formatted(name));
    }
  }

  @Override
  public void close() {}

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** One graph. */
  private final class Graph {
    private final String name;
    private final List<Runnable> tasks = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final Set<Object> taken = identitySet();
    private final Set<Object> given = identitySet();
    private final Set<FloatArray> garbage = identitySet();

    Graph(String name) {
      this.name = name;
    }

    TaskGraphInterface proxy() {
      return (TaskGraphInterface)
          Proxy.newProxyInstance(
              TaskGraphInterface.class.getClassLoader(),
              new Class<?>[] {TaskGraphInterface.class},
              (proxy, method, arguments) -> {
                switch (method.getName()) {
                  case "task" -> add(arguments);
                  case "libraryTask" -> addCall(arguments);
                  case "transferToDevice" -> taken.addAll(List.of((Object[]) arguments[1]));
                  case "consumeFromDevice" -> taken.addAll(List.of((Object[]) arguments[0]));
                  case "transferToHost" -> given.addAll(List.of((Object[]) arguments[1]));
                  default -> throw new AssertionError("no " + method);
                }
                return method.getReturnType() == TaskGraphInterface.class ? proxy : null;
              });
    }

    /** A task: its name, its kernel, and the kernel's arguments. */
    private void add(Object... arguments) {
      String id = (String) arguments[0];
      Object kernel = arguments[1];
      Object[] values = Arrays.copyOfRange(arguments, 2, arguments.length);
      begin(id, values);
      if (values[0] instanceof KernelContext) {
        WorkerGrid grid = grids.get(name + "." + id);
        int width = (int) grid.getLocalWork()[0];
        int columns = (int) grid.getGlobalWork()[0] / width;
        int rows = (int) grid.getGlobalWork()[1];
        tasks.add(
            () ->
                WorkGroups.run(
                    width,
                    columns,
                    rows,
                    context -> {
                      Object[] ofItem = values.clone();
                      ofItem[0] = context;
                      call(kernel, ofItem);
                    }));
      } else {
        tasks.add(() -> call(kernel, values));
      }
    }

    /** A call of a library: its name, what describes it, and the arguments of that. */
    private void addCall(Object... arguments) {
      Object[] values = Arrays.copyOfRange(arguments, 2, arguments.length);
      var described = (LibraryTaskDescriptor) call(arguments[1], values);
      begin((String) arguments[0], described.getParameters());
      tasks.add(() -> Sgemm.run(described));
    }

    /** What every task begins with. */
    private void begin(String id, Object... values) {
      if (!ids.add(id)) {
        throw new AssertionError("graph '%s' has two tasks '%s'".formatted(name, id));
      }
      for (Object value : values) {
        if (value instanceof FloatArray array && !taken.contains(array)) {
          garbage.add(array);
        }
      }
    }
  }

  private static Object call(Object kernel, Object... values) {
    Method apply =
        Arrays.stream(kernel.getClass().getInterfaces()[0].getMethods())
            .filter(method -> Modifier.isAbstract(method.getModifiers()))
            .findFirst()
            .orElseThrow();
    try {
      return apply.invoke(kernel, values);
    } catch (InvocationTargetException e) {
      throw new AssertionError("a kernel failed", e.getCause());
    } catch (IllegalAccessException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
