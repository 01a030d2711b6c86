package dev.elbo.data.read;

import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.chars.CharArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbers external ids 0, 1, 2, ... by first appearance. A hash table with linear probing; the ids'
 * characters lie behind each other in one array, for a string of its own for each id would cost a
 * cache miss or two at every rating.
 */
final class IdTable {
  /** Number of the id in each slot, plus 1; 0 in an empty one. Never more than half are taken. */
  private int[] slots = new int[64];

  private final CharArrayList texts = new CharArrayList();

  /** Where each id ends in {@code texts}, and the next one begins. */
  private final IntArrayList ends = new IntArrayList(new int[] {0});

  /** Number of ids. */
  int size() {
    return ends.size() - 1;
  }

  /** The number of an id, or -1 if it has none yet. */
  int find(CharSequence id) {
    return slots[slot(id)] - 1;
  }

  /** Gives the next number to an id that has none yet. */
  int add(CharSequence id) {
    slots[slot(id)] = size() + 1;
    for (int i = 0; i < id.length(); i++) {
      texts.add(id.charAt(i));
    }
    ends.add(texts.size());
    if (2 * size() > slots.length) {
      grow();
    }
    return size() - 1;
  }

  /** The slot of an id, or the empty one where it belongs. */
  private int slot(CharSequence id) {
    int hash = 0;
    for (int i = 0; i < id.length(); i++) {
      hash = 31 * hash + id.charAt(i);
    }
    int slot = HashCommon.mix(hash) & (slots.length - 1);
    while (slots[slot] != 0 && !isText(slots[slot] - 1, id)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private boolean isText(int number, CharSequence id) {
    int start = ends.getInt(number);
    int length = ends.getInt(number + 1) - start;
    if (length != id.length()) {
      return false;
    }
    char[] chars = texts.elements();
    for (int i = 0; i < length; i++) {
      if (chars[start + i] != id.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    slots = new int[2 * slots.length];
    for (int number = 0; number < size(); number++) {
      slots[slot(text(number))] = number + 1;
    }
  }

  private String text(int number) {
    int start = ends.getInt(number);
    return new String(texts.elements(), start, ends.getInt(number + 1) - start);
  }

  /** The numbers of ids; those that have none yet get the next ones, in the order given. */
  int[] numbers(List<String> given) {
    int[] numbers = new int[given.size()];
    for (int n = 0; n < numbers.length; n++) {
      int number = find(given.get(n));
      numbers[n] = number >= 0 ? number : add(given.get(n));
    }
    return numbers;
  }

  /** The ids in the order of their numbers; unmodifiable. */
  List<String> ids() {
    return IntStream.range(0, size()).mapToObj(this::text).toList();
  }
}
