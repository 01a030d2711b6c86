package dev.elbo.data;

import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where each of some external ids stands in their list. It does not change; any number of threads
 * may use it.
 */
public final class IdIndex {

  /** Where an id stands that is not in the list. */
  public static final int UNKNOWN = -1;

  private final Object2IntOpenHashMap<String> places;

  /**
   * @param ids external ids, each once
   */
  public IdIndex(List<String> ids) {
    places = new Object2IntOpenHashMap<>(ids.size());
    places.defaultReturnValue(UNKNOWN);
    for (String id : ids) {
      places.put(id, places.size());
    }
  }

  /** Where an id stands, or {@link #UNKNOWN}. */
  public int of(String id) {
    return places.getInt(id);
  }

  /** Where each of some ids stands, in their order; {@link #UNKNOWN} for those not in the list. */
  public int[] of(Collection<String> ids) {
    return ids.stream().mapToInt(this::of).toArray();
  }

  /** Where those of some ids stand that are in the list, in their order. */
  public int[] known(Collection<String> ids) {
    return IntStream.of(of(ids)).filter(place -> place != UNKNOWN).toArray();
  }
}
