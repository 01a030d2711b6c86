package dev.elbo.tornado;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.TaskGraphInterface;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Notes which arrays the tasks of a graph use, and which of them the graph takes from elsewhere or
 * gives away. All others are its own, and layers need not say so.
 */
final class ArrayUses {

  private static final Set<String> TASKS = Set.of("task", "libraryTask");

  private final TaskGraphInterface graph;
  private final Set<Object> used = identitySet();
  private final Set<Object> exchanged = identitySet();

  /**
   * None yet.
   *
   * @param noted what {@link #graph} passes everything on to
   */
  ArrayUses(TaskGraphInterface noted) {
    graph =
        (TaskGraphInterface)
            Proxy.newProxyInstance(
                TaskGraphInterface.class.getClassLoader(),
                new Class<?>[] {TaskGraphInterface.class},
                (proxy, method, arguments) -> {
                  Set<Object> arrays = TASKS.contains(method.getName()) ? used : exchanged;
                  Stream.of(arguments).flatMap(ArrayUses::arrays).forEach(arrays::add);
                  try {
                    Object result = method.invoke(noted, arguments);
                    return method.getReturnType() == TaskGraphInterface.class ? proxy : result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  private static Stream<Object> arrays(Object argument) {
    return switch (argument) {
      case TornadoNativeArray array -> Stream.of(array);
      case Object[] several -> Arrays.stream(several).flatMap(ArrayUses::arrays);
      case LibraryTaskDescriptor call -> arrays(call.getParameters());
      default -> Stream.of();
    };
  }

  private static Set<Object> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** The graph to add tasks to. */
  TaskGraphInterface graph() {
    return graph;
  }

  /** The arrays that only its tasks know. */
  Object[] own() {
    return used.stream().filter(array -> !exchanged.contains(array)).toArray();
  }
}
