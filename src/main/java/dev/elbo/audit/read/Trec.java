package dev.elbo.audit.read;

import dev.elbo.ElboException;
import dev.elbo.data.read.text.SourceFile;
import dev.elbo.io.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * TREC's files, whose fields white space separates. A run has {@code topic Q0 document rank score
 * name}, qrels have {@code topic 0 document relevance}. Lines that begin with {@code #} are left
 * out. As in trec_eval a run is in the order of its scores, whatever its ranks are.
 */
public final class Trec {
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private Trec() {}

  /** What is done with a line's fields. */
  private interface Sink {
    void accept(long line, String... fields);
  }

  /** Whether a line looks like one of a run. */
  static boolean isRun(String line) {
    String[] fields = SPACES.split(line.strip(), -1);
    return fields.length == 6 && fields[1].equalsIgnoreCase("Q0");
  }

  /**
   * Reads a run.
   *
   * @throws ElboException if it cannot be read, or at the first line that is not as expected
   */
  public static Recommendations readRun(Path file) {
    return SourceFile.read(file, StandardCharsets.UTF_8, text -> readRun(file, text));
  }

  static Recommendations readRun(Path file, BufferedReader in) throws IOException {
    var lists = new RecommendationsBuilder();
    read(
        file,
        in,
        6,
        "topic Q0 document rank score name",
        (line, fields) ->
            lists.add(fields[0], fields[2], Double.NaN, Numbers.parse(file, line, fields[4])));
    return lists.build("TREC run: topic, document, score");
  }

  /**
   * Reads qrels.
   *
   * @return the relevance of each document that was judged, by topic; above 0 is relevant
   * @throws ElboException if it cannot be read, or at the first line that is not as expected
   */
  public static SequencedMap<String, SequencedMap<String, Double>> readQrels(Path file) {
    return SourceFile.read(file, StandardCharsets.UTF_8, text -> readQrels(file, text));
  }

  private static SequencedMap<String, SequencedMap<String, Double>> readQrels(
      Path file, BufferedReader in) throws IOException {
    var qrels = new LinkedHashMap<String, SequencedMap<String, Double>>();
    read(
        file,
        in,
        4,
        "topic 0 document relevance",
        (line, fields) -> {
          Double before =
              qrels
                  .computeIfAbsent(fields[0], _ -> new LinkedHashMap<>())
                  .putIfAbsent(fields[2], Numbers.parse(file, line, fields[3]));
          if (before != null) {
            throw ElboException.at(
                file,
                line,
                "expected each document of a topic once, found %s again; leave one of them out"
                    .formatted(Printable.quoted(fields[2])));
          }
        });
    return qrels;
  }

  private static void read(Path file, BufferedReader in, int count, String form, Sink sink)
      throws IOException {
    long number = 0;
    boolean empty = true;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] fields = SPACES.split(line.strip(), -1);
      if (fields.length != count) {
        throw ElboException.at(
            file,
            number,
            "expected %d fields, %s, found %s".formatted(count, form, Printable.quoted(line)));
      }
      sink.accept(number, fields);
      empty = false;
    }
    if (empty) {
      throw ElboException.in(file, "expected lines of %s, found none".formatted(form));
    }
  }
}
