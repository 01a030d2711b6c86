package dev.elbo.data;

import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Numbers external ids 0, 1, 2, ... by first appearance. */
final class IdTable {
  private final Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();
  private final List<String> ids = new ArrayList<>();

  IdTable() {
    numbers.defaultReturnValue(-1);
  }

  /** The number of an id, or -1 if it has none yet. */
  int find(String id) {
    return numbers.getInt(id);
  }

  /** Gives the next number to an id that has none yet. */
  int add(String id) {
    int number = ids.size();
    numbers.put(id, number);
    ids.add(id);
    return number;
  }

  /** The ids in the order of their numbers; unmodifiable. */
  List<String> ids() {
    return Collections.unmodifiableList(ids);
  }
}
