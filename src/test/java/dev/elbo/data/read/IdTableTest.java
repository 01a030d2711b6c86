package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.read.text.Field;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class IdTableTest {

  @Property(seed = "1", tries = 100)
  void numbersByFirstAppearance(
      @ForAll @Size(max = 300)
          List<@CharRange(from = 'a', to = 'c') @StringLength(max = 5) String> given) {
    var table = new IdTable();
    List<String> distinct = given.stream().distinct().toList();
    assertArrayEquals(given.stream().mapToInt(distinct::indexOf).toArray(), table.numbers(given));
    assertEquals(distinct, table.ids());
    assertEquals(distinct.size(), table.size());
    assertEquals(-1, table.find("aaaaaa"));
  }

  @Example
  void growsAndKeepsAll() {
    List<String> ids = IntStream.range(0, 10_000).mapToObj(n -> "é" + n * 7919L).toList();
    var table = new IdTable();
    table.numbers(ids);
    var field = new Field();
    for (int n = 0; n < ids.size(); n++) {
      field.set(ids.get(n).toCharArray(), 0, ids.get(n).length());
      assertEquals(n, table.find(field));
    }
    assertEquals(ids, table.ids());
  }

  /** Their hashes, those of java.lang.String, are equal. */
  @Example
  void idsOfTheSameHash() {
    var table = new IdTable();
    assertEquals("Aa".hashCode(), "BB".hashCode());
    assertArrayEquals(new int[] {0, 1, 0, 2}, table.numbers(List.of("Aa", "BB", "Aa", "C#")));
  }
}
