package dev.elbo.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The document: an overview, and a chapter for each data set.
 *
 * @param chapters the chapters by their data
 * @param test what the best models do for the test users of one of the data sets
 */
public record Report(List<Chapter> chapters, Optional<TestUsers> test) {

  /** Nothing may be fetched, and nothing may run. */
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  /**
   * What there is to say about one data set.
   *
   * @param name what to call the data
   * @param about how much data it is
   * @param data its models
   * @param sections the sections, in order
   */
  public record Chapter(String name, String about, ModelsOfData data, List<Section> sections) {}

  /**
   * Makes a report.
   *
   * @param data the data sets with their models, at least one
   * @param test what the best models of one of them do for its test users
   * @throws dev.elbo.ElboException if Java cannot draw here
   */
  public static Report of(List<ModelsOfData> data, Optional<TestUsers> test) {
    return new Report(
        data.stream()
            .map(one -> chapter(one, test.filter(users -> users.sha256().equals(one.sha256()))))
            .toList(),
        test);
  }

  private static Chapter chapter(ModelsOfData data, Optional<TestUsers> test) {
    List<Section> sections =
        new ArrayList<>(
            List.of(
                Results.section(data),
                Training.section(data),
                Trials.againstLoss(data),
                Trials.againstSizes(data)));
    sections.addAll(TestSections.sections(test));
    sections.add(OptionTables.section(data));
    return new Chapter(
        test.map(TestUsers::name).orElse("data " + data.shortSha256()),
        about(data, test),
        data,
        List.copyOf(sections));
  }

  private static String about(ModelsOfData data, Optional<TestUsers> test) {
    String hash = "SHA-256 %s…".formatted(data.shortSha256());
    return test.map(
            users ->
                "%,d events of %,d training users on %,d items, from %s, %s"
                    .formatted(
                        users.data().train().size(),
                        users.data().train().rows(),
                        users.data().itemIds().size(),
                        users.data().description().source().file(),
                        hash))
        .orElse("The models name their data by its " + hash);
  }

  /** The document as text. */
  public String html() {
    Map<String, String> names = new LinkedHashMap<>();
    chapters.forEach(chapter -> names.put(chapter.data.sha256(), chapter.name));
    List<ModelsOfData> data = chapters.stream().map(Chapter::data).toList();
    long models = data.stream().mapToLong(one -> one.models().size()).sum();
    String title = "Elbo report: %s".formatted(String.join(", ", names.values()));
    Html head =
        Html.lines(
            Html.empty("meta", "charset", "utf-8"),
            Html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY),
            Html.empty(
                "meta", "name", "viewport", "content", "width=device-width, initial-scale=1"),
            Html.empty("meta", "name", "color-scheme", "content", "light dark"),
            Html.text(title).in("title"),
            new Html(style()).in("style"));
    Html overview =
        Html.lines(
                Html.text("Best results").in("h2"),
                Section.paragraph(
                    "The best on the validation users by %s, ± the standard error."
                        .formatted(metrics(data))),
                Results.best(data, names))
            .in("section");
    Html body =
        Html.lines(
            Html.text(title)
                .in("h1")
                .then(
                    Html.text(
                            models == 1
                                ? "1 model, trained with Elbo " + versions(data)
                                : "%,d models, trained with Elbo %s"
                                    .formatted(models, versions(data)))
                        .in("p"))
                .in("header"),
            Html.lines(
                    Html.lines(overview), Html.lines(chapters.stream().map(Report::html).toList()))
                .in("main"));
    return "<!doctype html>\n"
        + Html.lines(head.in("head"), body.in("body")).in("html", "lang", "en").markup()
        + "\n";
  }

  private static String metrics(List<ModelsOfData> data) {
    return data.stream()
        .map(one -> one.metric().orElse("no common metric"))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String versions(List<ModelsOfData> data) {
    return data.stream()
        .flatMap(one -> one.models().stream())
        .map(model -> model.description().version())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static Html html(Chapter chapter) {
    List<Html> parts = new ArrayList<>();
    parts.add(Html.text(chapter.name).in("h2"));
    parts.add(Html.text(chapter.about).in("p", "class", "about"));
    chapter.sections.forEach(section -> parts.add(section.html()));
    return Html.lines(parts).in("section");
  }

  private static String style() {
    try (InputStream css = Report.class.getResourceAsStream("report.css")) {
      return Theme.css() + new String(css.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // It is within the program.
    }
  }
}
