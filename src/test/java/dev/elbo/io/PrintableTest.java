package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

  /** What a terminal or the order of a line would obey, in Java's escapes, and what is shown. */
  @ParameterizedTest
  @CsvSource({
    "\\033[2J, \\u001B[2J",
    "a\\rb, a\\u000Db",
    "a\\tb, a\\tb",
    "\\0, \\u0000",
    "\u007F, \\u007F",
    "\u009B31m, \\u009B31m",
    "abc\u202Efed, abc\\u202Efed",
    "\u2066x\u2069, \\u2066x\\u2069",
    "\u2028, \\u2028",
    "\uFEFF, \\uFEFF"
  })
  void whatCouldSteerATerminalIsEscaped(String text, String shown) {
    assertEquals(shown, Printable.of(text.translateEscapes()));
  }

  @Test
  void whatIsTextStays() {
    for (String text :
        List.of(
            "Am\u00E9lie (2001)",
            "two\nlines",
            "\u06CC\u200C\u0647",
            "\uD83D\uDC68\u200D\uD83D\uDC69")) {
      assertEquals(text, Printable.of(text));
    }
  }

  @Test
  void whatIsQuotedIsOneShortLine() {
    assertEquals("\"one\\ntwo\"", Printable.quoted("one\ntwo"));
    assertEquals("\"" + "x".repeat(60) + "\"", Printable.quoted("x".repeat(60)));
    assertEquals("\"" + "x".repeat(60) + "\"...", Printable.quoted("x".repeat(61)));
  }

  @Test
  void manyNamesAreCounted() {
    assertEquals("", Printable.some(List.of()));
    assertEquals("a, b", Printable.some(List.of("a", "b")));
    List<String> names = IntStream.range(0, 400_000).mapToObj(Integer::toString).toList();
    assertEquals("0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 399,990 more", Printable.some(names));
    assertEquals("x".repeat(60) + "...", Printable.some(List.of("x".repeat(1_000_000))));
  }
}
