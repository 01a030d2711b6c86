package dev.elbo.serve;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds items of a model by the beginnings of words in their titles, or by their ids; capitals and
 * accents do not count. It does not change; any number of threads may search it.
 */
final class Catalogue {

  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");

  private final List<String> items;

  /** Id and title of each item as words, each after a space. */
  private final String[] words;

  /**
   * @param items external ids of the items
   * @param titles titles by id, as far as there are any
   */
  Catalogue(List<String> items, Map<String, String> titles) {
    this.items = items;
    this.words =
        items.stream()
            .map(item -> words(titles.getOrDefault(item, "")) + words(item))
            .toArray(String[]::new);
  }

  /**
   * The items whose title has all words of a query, or words that begin like them: first those
   * whose title begins with it, in the order of the model.
   *
   * @param query words; none finds all items
   * @param limit how many to find at most
   */
  List<String> find(String query, int limit) {
    String whole = words(query);
    List<String> wanted = Stream.of(whole.split(" ", -1)).filter(word -> !word.isEmpty()).toList();
    List<String> found = new ArrayList<>();
    matches(limit, n -> words[n].startsWith(whole)).forEach(n -> found.add(items.get(n)));
    matches(
            limit - found.size(),
            n ->
                !words[n].startsWith(whole)
                    && wanted.stream().allMatch(word -> words[n].contains(" " + word)))
        .forEach(n -> found.add(items.get(n)));
    return found;
  }

  private IntStream matches(int limit, IntPredicate match) {
    return IntStream.range(0, words.length).filter(match).limit(limit);
  }

  private static String words(String text) {
    String plain = MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
    String joined = NO_WORD.matcher(plain.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
    return joined.isEmpty() ? "" : " " + joined;
  }
}
