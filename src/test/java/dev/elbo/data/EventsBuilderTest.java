package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventsBuilderTest {

  @Test
  void usersAndItemsAreNumberedByFirstAppearance() {
    Interactions events =
        Interactions.builder().add("bob", "clue").add("ann", "alien").add("bob", "alien").build();
    assertEquals(List.of("bob", "ann"), events.userIds());
    assertEquals(List.of("clue", "alien"), events.itemIds());
    assertArrayEquals(new int[] {0, 1, 0}, events.users());
    assertArrayEquals(new int[] {0, 1, 1}, events.items());
  }

  @Test
  void ofUserAndItemTheLastByTimeStays() {
    Interactions events =
        Interactions.builder()
            .add("ann", "alien", 5, 20)
            .add("ann", "brazil", 3, 5)
            .add("ann", "alien", 1, 10)
            .build();
    assertArrayEquals(new float[] {5, 3}, events.ratings());
    assertArrayEquals(new long[] {20, 5}, events.times());
  }

  @Test
  void whatOneEventHasEveryOneMustHave() {
    EventsBuilder rated = Interactions.builder().add("ann", "alien", 5);
    assertThrows(IllegalStateException.class, () -> rated.add("ann", "brazil"));
    assertThrows(IllegalStateException.class, () -> rated.add("ann", "brazil", 4, 1));
    assertEquals(1, rated.build().size());
  }

  @Test
  void idsAndRatingsAreChecked() {
    EventsBuilder events = Interactions.builder();
    assertThrows(IllegalArgumentException.class, () -> events.add("", "alien"));
    assertThrows(IllegalArgumentException.class, () -> events.add("ann", null));
    assertThrows(IllegalArgumentException.class, () -> events.add("ann", "ali\nen"));
    assertThrows(IllegalArgumentException.class, () -> events.add("ann", "alien", Double.NaN));
    assertEquals(List.of(), events.build().userIds());
  }

  @Test
  void aStreamIsCollectedInItsOrderAlsoByManyThreads() {
    record Order(String customer, String article) {}
    List<Order> orders =
        Stream.iterate(0, n -> n + 1)
            .limit(1000)
            .map(n -> new Order("c" + n % 17, "a" + n % 31))
            .toList();
    Interactions expected =
        orders.stream().collect(Interactions.collector(Order::customer, Order::article));
    assertEquals(17 * 31, expected.size());
    assertEquals(
        expected.sha256(),
        orders.parallelStream()
            .collect(Interactions.collector(Order::customer, Order::article))
            .sha256());
  }
}
