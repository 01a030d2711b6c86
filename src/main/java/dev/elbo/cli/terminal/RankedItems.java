package dev.elbo.cli.terminal;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Set;

/**
 * The answer to a query, as people and programs are shown it. What is null is left out.
 *
 * @param query whose items they are, or what they are like
 * @param items the items, best first
 * @param unknown of a user of whom the model has nothing to go by, the liked items that it does not
 *     know
 * @param nothingLeft true for a user to whom nothing is left to recommend
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RankedItems(
    String query, List<Item> items, Set<String> unknown, Boolean nothingLeft) {

  /**
   * An item.
   *
   * @param item its external id
   * @param score higher is better
   * @param title null if it is not known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Item(String item, double score, String title) {}

  static RankedItems of(String query, List<Item> items) {
    return new RankedItems(query, items, null, null);
  }

  /** The same of a user of whom the model has nothing to go by. */
  public RankedItems unusable(Set<String> unknownItems) {
    return new RankedItems(query, items, unknownItems, null);
  }

  /** The same of a user to whom nothing is left to recommend. */
  public RankedItems withNothingLeft() {
    return new RankedItems(query, items, null, true);
  }

  /** Prints the items, a line each. */
  public void say(Console console) {
    for (int rank = 0; rank < items.size(); rank++) {
      Item item = items.get(rank);
      console.say(
          "%3d  %8.4f  %-10s %s"
              .formatted(rank + 1, item.score, item.item, item.title == null ? "" : item.title)
              .stripTrailing());
    }
  }
}
