package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicatesTest {
  record Event(int user, int item, long time) {
    boolean isSamePair(Event other) {
      return user == other.user && item == other.item;
    }
  }

  @Property(seed = "8", tries = 500)
  void theLastByTimeStaysAndOfEqualTimesTheLastInOrder(@ForAll("events") List<Event> events) {
    var expected = new BitSet();
    for (int n = 0; n < events.size(); n++) {
      Event event = events.get(n);
      List<Event> later = events.subList(n + 1, events.size());
      boolean beaten =
          events.stream().anyMatch(e -> e.isSamePair(event) && e.time() > event.time())
              || later.stream().anyMatch(e -> e.isSamePair(event) && e.time() == event.time());
      expected.set(n, !beaten);
    }
    long[] times = events.stream().mapToLong(Event::time).toArray();
    assertEquals(expected, Duplicates.survivors(interactions(events, times)));
  }

  @Property(seed = "9", tries = 500)
  void withoutTimesTheLastInOrderStays(@ForAll("events") List<Event> events) {
    var expected = new BitSet();
    for (int n = 0; n < events.size(); n++) {
      Event event = events.get(n);
      expected.set(n, events.subList(n + 1, events.size()).stream().noneMatch(event::isSamePair));
    }
    assertEquals(expected, Duplicates.survivors(interactions(events, new long[0])));
  }

  /** Takes a moment if the time is linear in the events, and minutes if it is quadratic. */
  @ParameterizedTest
  @ValueSource(ints = {1, -1, 0})
  void millionsOfEventsOfOneUserAndItem(int timeStep) {
    int events = 4_000_000;
    long[] times = LongStream.range(0, events).map(n -> timeStep * n).toArray();
    var all =
        new Interactions(
            List.of("u"), List.of("i"), new int[events], new int[events], new float[0], times);
    int stays = timeStep < 0 ? 0 : events - 1;
    assertEquals("{" + stays + "}", Duplicates.survivors(all).toString());
  }

  /** Few users, items and times, so that most pairs and many times are given more than once. */
  @Provide
  Arbitrary<List<Event>> events() {
    return Arbitraries.integers()
        .between(0, 26)
        .map(n -> new Event(n % 3, n / 3 % 3, n / 9))
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  private static Interactions interactions(List<Event> events, long[] times) {
    List<String> ids = Collections.nCopies(3, "id");
    return new Interactions(
        ids,
        ids,
        events.stream().mapToInt(Event::user).toArray(),
        events.stream().mapToInt(Event::item).toArray(),
        new float[0],
        times);
  }
}
