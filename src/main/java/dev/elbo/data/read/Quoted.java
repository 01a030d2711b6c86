package dev.elbo.data.read;

/** Text found in a file, as an error message shows it. */
final class Quoted {
  private static final int LONGEST = 60;

  private Quoted() {}

  /**
   * The text in double quotes: characters that a terminal would not show are escaped, and what
   * exceeds 60 characters is left out.
   *
   * @param text any text, of any length
   */
  static String of(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      if (c == '\t') {
        quoted.append("\\t");
      } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        quoted.append("\\u%04X".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append(text.length() > LONGEST ? "\"..." : "\"").toString();
  }
}
