package dev.elbo.report;

import dev.elbo.io.Printable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A piece of a document. Text becomes markup in {@link #text} only, so what comes from a file is
 * escaped wherever it is shown.
 *
 * @param markup well-formed HTML
 */
record Html(String markup) {

  static final Html NOTHING = new Html("");

  /** Text, whatever characters it has. */
  static Html text(String text) {
    return new Html(escaped(text));
  }

  /** Several pieces, each on a line of its own. */
  static Html lines(Html... pieces) {
    return lines(List.of(pieces));
  }

  /** Several pieces, each on a line of its own. */
  static Html lines(List<Html> pieces) {
    return new Html(
        pieces.stream()
            .map(Html::markup)
            .filter(markup -> !markup.isEmpty())
            .collect(Collectors.joining("\n")));
  }

  /** An element without content, such as an image. */
  static Html empty(String tag, String... attributes) {
    return new Html(start(tag, attributes));
  }

  /**
   * This within an element.
   *
   * @param tag its name
   * @param attributes names and values in turn
   */
  Html in(String tag, String... attributes) {
    return new Html(start(tag, attributes) + markup + "</" + tag + ">");
  }

  /** This, and more after it. */
  Html then(Html more) {
    return new Html(markup + more.markup);
  }

  private static String start(String tag, String... attributes) {
    var start = new StringBuilder("<").append(tag);
    for (int n = 0; n < attributes.length; n += 2) {
      start.append(' ').append(attributes[n]);
      start.append("=\"").append(escaped(attributes[n + 1])).append('"');
    }
    return start.append('>').toString();
  }

  private static String escaped(String text) {
    return Printable.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
