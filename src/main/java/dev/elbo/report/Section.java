package dev.elbo.report;

/**
 * A section of a report.
 *
 * @param title its heading
 * @param missing why there is nothing in it, as a sentence; null if there is
 * @param content what is in it
 */
public record Section(String title, String missing, Html content) {

  static Section of(String title, Html... content) {
    return new Section(title, null, Html.lines(content));
  }

  static Section missing(String title, String reason) {
    return new Section(title, reason, Html.text(reason).in("p", "class", "missing"));
  }

  Html html() {
    return Html.lines(Html.text(title).in("h3"), content).in("section");
  }

  /** A paragraph under a heading. */
  static Html paragraph(String text) {
    return Html.text(text).in("p");
  }
}
