package dev.elbo.cli.terminal;

import dev.elbo.audit.Audit;
import dev.elbo.audit.Audit.Figure;
import dev.elbo.audit.Audit.Ties;
import dev.elbo.audit.ClaimSearch;
import dev.elbo.audit.ClaimSearch.Reading;
import dev.elbo.audit.Finding;
import dev.elbo.audit.Removal;
import dev.elbo.audit.SampledNegatives;
import dev.elbo.audit.TieOrder;
import dev.elbo.audit.UserSet;
import dev.elbo.audit.definition.Definition;
import dev.elbo.audit.definition.Definitions;
import dev.elbo.io.OptionName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Audits in words and as JSON. */
public final class Audits {
  private static final int MOST_MATCHES = 12;

  private Audits() {}

  /** What was read, and what is wrong with it. */
  public static List<String> findings(Audit audit) {
    List<String> lines = new ArrayList<>();
    lines.add(audit.format());
    lines.add(
        "%,d users have held-out items, and %,d of them a list"
            .formatted(audit.users(), audit.lists()));
    lines.add("");
    if (audit.findings().isEmpty()) {
      lines.add("Nothing is wrong with the lists.");
      return lines;
    }
    lines.add("Found:");
    for (Finding finding : audit.findings()) {
      lines.add("  %,6d %s%s".formatted(finding.count(), finding.kind().words(), of(finding)));
      lines.add("         " + String.join("; ", finding.examples()));
      List<Figure> without = audit.remedies().getOrDefault(finding.remedy(), List.of());
      if (!without.isEmpty()) {
        lines.add(
            "         %s: %s"
                .formatted(finding.remedy().words(), changes(audit.figures(), without)));
      }
    }
    return lines;
  }

  private static String of(Finding finding) {
    return finding.count() == finding.users() ? "" : ", of %,d users".formatted(finding.users());
  }

  /** How the metrics of `elbo evaluate` change, of those that anybody looks at first. */
  private static String changes(List<Figure> before, List<Figure> after) {
    List<String> changes = new ArrayList<>();
    for (int n = 0; n < before.size(); n++) {
      Figure figure = before.get(n);
      String metric = figure.definition().name();
      if (metric.equals("ndcg") || metric.equals("recall")) {
        changes.add(
            "%s %.4f becomes %.4f"
                .formatted(figure.name(), figure.value().mean(), after.get(n).value().mean()));
      }
    }
    return String.join(", ", changes);
  }

  /** The figures, a table for each cutoff. */
  public static List<String> figures(Audit audit, TieOrder order, UserSet over) {
    List<String> lines = new ArrayList<>();
    for (int k : audit.cutoffs()) {
      lines.add("");
      lines.add(
          "%-22s %-18s%s  %s"
              .formatted(
                  "at " + k,
                  "value",
                  audit.isTied() ? "    worst expected     best" : "",
                  "projects that mean this"));
      for (Figure figure : audit.figures()) {
        if (figure.k() == k) {
          lines.add(line(figure, audit.isTied()));
        }
      }
    }
    lines.add("");
    lines.add("* what `elbo evaluate` means. Means are over %s.".formatted(over.words()));
    if (audit.isTied()) {
      lines.add(
          "Recommendations are tied: values are of the order %s; worst, expected and best over all"
                  .formatted(order.words())
              + " orders.");
    }
    return lines;
  }

  private static String line(Figure figure, boolean tied) {
    String ties = "";
    if (tied) {
      ties = figure.ties().map(Audits::ties).orElse(" ".repeat(27));
    }
    return "%-22s %-18s%s  %s"
        .formatted(
            figure.definition().name() + (figure.definition().isOurs() ? " *" : ""),
            figure.value(),
            ties,
            figure.definition().projects());
  }

  private static String ties(Ties ties) {
    return " %8.4f %8.4f %8.4f".formatted(ties.worst(), ties.expected(), ties.best());
  }

  /** All definitions, with their sources. */
  public static List<String> definitions() {
    List<String> lines = new ArrayList<>();
    for (Definition definition : Definitions.every()) {
      lines.add(definition.name() + (definition.isOurs() ? " *" : ""));
      lines.add("    " + definition.words());
      definition.sources().forEach(source -> lines.add("      " + source));
    }
    lines.add("");
    lines.add(
        "* what `elbo evaluate` means. r is a rank from 1, k the cutoff, n the number of held-out"
            + " items.");
    return lines;
  }

  /** The same as JSON. */
  public static List<Map<String, Object>> documentOfDefinitions() {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Definition definition : Definitions.every()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("metric", definition.metric());
      document.put("name", definition.name());
      document.put("evaluate", definition.isOurs());
      document.put("words", definition.words());
      document.put("sources", definition.sources());
      documents.add(document);
    }
    return documents;
  }

  /** What gives a claim, and what does not. */
  public static List<String> claim(ClaimSearch search) {
    List<String> lines = new ArrayList<>();
    List<Reading> matches = search.matches();
    lines.add("");
    lines.add(
        "Claim %s: %,d of %,d readings give it"
            .formatted(search.claim(), matches.size(), search.tried().size()));
    matches.stream().limit(MOST_MATCHES).forEach(reading -> lines.add("  " + line(reading)));
    if (matches.size() > MOST_MATCHES) {
      lines.add("  and %,d more: --json shows all".formatted(matches.size() - MOST_MATCHES));
    }
    lines.add("Not by itself:");
    search.tried().stream()
        .filter(reading -> reading.departures(search.claim().k()) <= 1)
        .filter(reading -> !search.claim().isGivenBy(reading.value()))
        .forEach(reading -> lines.add("  " + line(reading)));
    return lines;
  }

  private static String line(Reading reading) {
    List<String> how = new ArrayList<>();
    if (reading.removal() != Removal.NOTHING) {
      how.add(reading.removal().words());
    }
    if (reading.order() != TieOrder.FILE) {
      how.add(reading.order().words());
    }
    if (reading.over() != UserSet.JUDGED) {
      how.add(reading.over().words());
    }
    return "%-26s %.6f  %s"
        .formatted(reading.definition().name(reading.k()), reading.value(), String.join("; ", how))
        .stripTrailing();
  }

  /** The JSON of an audit. */
  public static Map<String, Object> document(Audit audit) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("format", audit.format());
    document.put("users", audit.users());
    document.put("usersWithList", audit.lists());
    document.put("tied", audit.isTied());
    List<Map<String, Object>> findings = new ArrayList<>();
    for (Finding finding : audit.findings()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("kind", OptionName.of(finding.kind()));
      one.put("words", finding.kind().words());
      one.put("count", finding.count());
      one.put("users", finding.users());
      one.put("examples", finding.examples());
      List<Figure> without = audit.remedies().get(finding.remedy());
      if (without != null) {
        one.put("without", values(without));
      }
      findings.add(one);
    }
    document.put("findings", findings);
    document.put("figures", audit.figures().stream().map(Audits::document).toList());
    return document;
  }

  private static Map<String, Double> values(List<Figure> figures) {
    Map<String, Double> values = new LinkedHashMap<>();
    figures.forEach(figure -> values.put(figure.name(), figure.value().mean()));
    return values;
  }

  private static Map<String, Object> document(Figure figure) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("metric", figure.definition().metric());
    document.put("name", figure.name());
    document.put("k", figure.k());
    document.put("evaluate", figure.definition().isOurs());
    document.put("mean", figure.value().mean());
    document.put("standardError", figure.value().standardError());
    figure.ties().ifPresent(ties -> document.put("ties", ties));
    document.put("words", figure.definition().words());
    document.put("sources", figure.definition().sources());
    return document;
  }

  /** The JSON of a claim. */
  public static Map<String, Object> document(ClaimSearch search) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("claim", search.claim().toString());
    document.put("readings", search.tried().size());
    document.put("matches", search.matches().stream().map(Audits::document).toList());
    return document;
  }

  private static Map<String, Object> document(Reading reading) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("definition", reading.definition().name(reading.k()));
    document.put("ties", OptionName.of(reading.order()));
    document.put("removal", OptionName.of(reading.removal()));
    document.put("users", OptionName.of(reading.over()));
    document.put("value", reading.value());
    document.put("sources", reading.definition().sources());
    return document;
  }

  /** What sampled negatives would say of two systems, in words. */
  public static List<String> sampled(
      List<SampledNegatives> a, List<SampledNegatives> b, boolean reached) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "Under %d sampled negatives%s (a warning, not a way to measure):"
            .formatted(
                SampledNegatives.SAMPLE,
                reached ? "" : ", if what a list does not reach comes right after it"));
    lines.add(
        "%-12s %9s %9s   %-18s %-18s %s"
            .formatted("metric", "A, exact", "B, exact", "A, sampled", "B, sampled", "confused"));
    for (int n = 0; n < a.size(); n++) {
      double confusion = a.get(n).confusion(b.get(n));
      lines.add(
          "%-12s %9.4f %9.4f   %-18s %-18s %s"
              .formatted(
                  a.get(n).metric(),
                  a.get(n).exact(),
                  b.get(n).exact(),
                  withDeviation(a.get(n)),
                  withDeviation(b.get(n)),
                  Double.isNaN(confusion)
                      ? "equal"
                      : String.format(Locale.ROOT, "%.1f %%", 100 * confusion)));
    }
    lines.add(
        "Each held-out item is ranked alone; confused: how often a draw of negatives for each"
            + " would put A and B in the other order (Krichene and Rendle 2020).");
    return lines;
  }

  private static String withDeviation(SampledNegatives sampled) {
    return String.format(Locale.ROOT, "%.4f +- %.4f", sampled.expected(), sampled.deviation());
  }

  /** The same as JSON. */
  public static List<Map<String, Object>> document(
      List<SampledNegatives> a, List<SampledNegatives> b) {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (int n = 0; n < a.size(); n++) {
      double confusion = a.get(n).confusion(b.get(n));
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("metric", a.get(n).metric());
      document.put("exactA", a.get(n).exact());
      document.put("exactB", b.get(n).exact());
      document.put("sampledA", a.get(n).expected());
      document.put("sampledB", b.get(n).expected());
      document.put("deviationA", a.get(n).deviation());
      document.put("deviationB", b.get(n).deviation());
      document.put("confusion", Double.isNaN(confusion) ? null : confusion);
      documents.add(document);
    }
    return documents;
  }
}
