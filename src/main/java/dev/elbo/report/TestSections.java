package dev.elbo.report;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.report.Plot.Curve;
import dev.elbo.report.Plot.Look;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the best models do for users that they were neither trained nor chosen on. */
final class TestSections {

  private static final String METRICS = "Test users";
  private static final String POPULARITY = "Popularity of what is recommended";
  private static final String USER = "One user";

  /** Places along the logarithmic axis where a share is drawn. */
  private static final int PLACES = 120;

  private static final int SHOWN_HISTORY = 12;

  private TestSections() {}

  static List<Section> sections(Optional<TestUsers> test) {
    if (test.isEmpty()) {
      String reason = "This needs the prepared data of these models: elbo report --data DATA.";
      return List.of(
          Section.missing(METRICS, reason),
          Section.missing(POPULARITY, reason),
          Section.missing(USER, reason));
    }
    return List.of(metrics(test.get()), popularity(test.get()), user(test.get()));
  }

  private static Section metrics(TestUsers test) {
    List<Tested> tested = test.tested();
    List<String> names = List.copyOf(tested.getFirst().evaluation().byName().keySet());
    List<Values> scales =
        names.stream()
            .map(
                name ->
                    Values.of(
                        name,
                        tested.stream().map(one -> one.evaluation().byName().get(name)).toList()))
            .toList();
    List<Html> columns = new ArrayList<>(List.of(Html.text("model"), Html.text("kind")));
    scales.forEach(scale -> columns.add(scale.header()));
    Table table = new Table("Metrics on the test users", columns);
    for (Tested one : tested) {
      List<Html> cells = new ArrayList<>(List.of(Html.text(one.model().kind())));
      scales.forEach(scale -> cells.add(scale.cell(one.evaluation().byName().get(scale.metric()))));
      table.add(Html.text(one.model().name()), cells);
    }
    return Section.of(
        METRICS,
        Section.paragraph(
            "The best model of each kind on %,d users that nothing was chosen by (%,d without a held-out item left out); bars are 95 %% intervals. Coverage and Gini are of all users together, and have none."
                .formatted(
                    tested.getFirst().evaluation().users(),
                    tested.getFirst().evaluation().usersWithoutHeldOut())),
        table.html());
  }

  private static Section popularity(TestUsers test) {
    int[] popularity = test.data().train().columnCounts();
    int[] byPopularity = IntStream.range(0, popularity.length).toArray();
    IntArrays.stableSort(byPopularity, (a, b) -> Integer.compare(popularity[b], popularity[a]));
    int[] heldOut = test.data().test().heldOut().columnCounts();
    List<Curve> curves = new ArrayList<>();
    List<String> halves = new ArrayList<>();
    for (Tested one : test.tested()) {
      curves.add(
          share(
              one.model().kind(), Look.LINE, curves.size(), one.timesRecommended(), byPopularity));
      halves.add(
          "%s %,d".formatted(one.model().kind(), half(one.timesRecommended(), byPopularity)));
    }
    curves.add(share("held out", Look.DASHED, 0, heldOut, byPopularity));
    halves.add("what users really chose %,d".formatted(half(heldOut, byPopularity)));
    String found = "Half of it are the most popular items: " + String.join(", ", halves) + ".";
    Plot plot =
        new Plot(
            "Share of the top %d that goes to the most popular items".formatted(test.k()),
            "Line chart, cumulative. " + found,
            "the most popular items of %,d, by training users".formatted(popularity.length),
            "share of recommendations, %",
            null,
            true,
            curves);
    return Section.of(
        POPULARITY,
        Section.paragraph(
            "A curve on the left of the dashed one recommends more popular items than users choose by themselves: the dashed one is of their held-out items. Number of items that take half: %s."
                .formatted(String.join(", ", halves))),
        plot.html().in("div", "class", "figures"));
  }

  /** Cumulative share of the counts, by the rank of popularity. */
  private static Curve share(String name, Look look, int colour, int[] counts, int[] byPopularity) {
    double[] cumulative = cumulative(counts, byPopularity);
    double total = Math.max(1, cumulative[cumulative.length - 1]);
    double[] ranks =
        IntStream.rangeClosed(0, PLACES)
            .mapToDouble(place -> Math.rint(Math.pow(byPopularity.length, place / (double) PLACES)))
            .distinct()
            .toArray();
    double[] shares =
        Arrays.stream(ranks).map(rank -> 100 * cumulative[(int) rank - 1] / total).toArray();
    return new Curve(name, look, colour, ranks, shares, null);
  }

  private static int half(int[] counts, int[] byPopularity) {
    double[] cumulative = cumulative(counts, byPopularity);
    double half = cumulative[cumulative.length - 1] / 2;
    return 1 + (int) Arrays.stream(cumulative).takeWhile(sum -> sum < half).count();
  }

  private static double[] cumulative(int[] counts, int[] byPopularity) {
    double[] sums = Arrays.stream(byPopularity).mapToDouble(item -> counts[item]).toArray();
    Arrays.parallelPrefix(sums, Double::sum);
    return sums;
  }

  private static Section user(TestUsers test) {
    CsrMatrix heldOut = test.data().test().heldOut();
    int[] hidden = heldOut.row(test.user());
    int[] history = test.data().test().foldIn().row(test.user());
    List<Html> cards = new ArrayList<>();
    cards.add(card("What the model sees", history(test, history)));
    cards.add(card("Held out, to be found", history(test, hidden)));
    for (Tested one : test.tested()) {
      cards.add(card(one.model().kind() + " recommends", recommended(test, one.forUser(), hidden)));
    }
    String untitled =
        test.titles().isEmpty() ? " Items are shown by their ids; --titles FILE names them." : "";
    return Section.of(
        USER,
        Section.paragraph(
            "Test user %s, with %,d items to go by and %,d held out; recommendations that were held out are marked. --user ID shows another.%s"
                .formatted(
                    test.data().test().userIds().get(test.user()),
                    history.length,
                    hidden.length,
                    untitled)),
        Html.lines(cards).in("div", "class", "cards"));
  }

  private static Html card(String title, Html content) {
    return Html.lines(Html.text(title).in("h4"), content).in("section", "class", "card");
  }

  private static Html history(TestUsers test, int[] items) {
    List<Html> all =
        Arrays.stream(items).mapToObj(item -> Html.text(test.item(item)).in("li")).toList();
    if (all.size() <= SHOWN_HISTORY) {
      return Html.lines(all).in("ul");
    }
    List<Html> rest = all.subList(SHOWN_HISTORY, all.size());
    return Html.lines(
        Html.lines(all.subList(0, SHOWN_HISTORY)).in("ul"),
        Html.lines(
                Html.text("and %,d more".formatted(rest.size())).in("summary"),
                Html.lines(rest).in("ul"))
            .in("details"));
  }

  private static Html recommended(TestUsers test, List<Ranked> items, int[] hidden) {
    return Html.lines(
            items.stream()
                .map(
                    ranked -> {
                      Html title = Html.text(test.item(ranked.item()));
                      return Arrays.binarySearch(hidden, ranked.item()) < 0
                          ? title.in("li")
                          : title
                              .then(Html.text(" ✓ held out").in("span", "class", "hit"))
                              .in("li", "class", "found");
                    })
                .toList())
        .in("ol");
  }
}
