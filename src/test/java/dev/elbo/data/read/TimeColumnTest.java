package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.read.text.BadLine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeColumnTest {

  @Test
  void wholeNumbersAreKept() {
    assertArrayEquals(new long[] {978300760, -5, 0}, values("978300760", " -5 ", "0"));
    assertArrayEquals(new long[] {1000, 1001}, values("1000.0", "1001.0"), "as pandas writes them");
    assertArrayEquals(new long[] {1585000000}, values("1.585e9"));
  }

  @Test
  void decimalsMakeTheUnitFiner() {
    assertArrayEquals(new long[] {10000, 10025, 10050}, values("100", "100.25", "100.5"));
    assertArrayEquals(
        new long[] {1700000000123456789L, 1700000000000000000L},
        values("1700000000.123456789", "1700000000"));
  }

  @Test
  void datesAreSecondsSince1970() {
    // date -u -d '2024-02-21 10:40:02' +%s
    assertArrayEquals(new long[] {1708512002}, values("2024-02-21 10:40:02"));
    assertArrayEquals(new long[] {1708512002}, values("2024-02-21T10:40:02"));
    assertArrayEquals(new long[] {1708473600}, values("2024-02-21"));
    assertArrayEquals(
        new long[] {1708512002, 1708512002, 1708504802, 1708504802, 1708512002},
        values(
            "2024-02-21T10:40:02Z",
            "2024-02-21 10:40:02+00:00",
            "2024-02-21T10:40:02+02:00",
            "2024-02-21T10:40:02+0200",
            "2024-02-21 10:40:02 UTC"));
  }

  @Test
  void fractionsOfASecondKeepTheirOrder() {
    assertArrayEquals(
        new long[] {1708512002123456L, 1708512002123457L, 1708512002000000L},
        values("2024-02-21 10:40:02.123456", "2024-02-21 10:40:02.123457", "2024-02-21 10:40:02"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nan",
        "NaT",
        "inf",
        "1f",
        "0x10",
        "1_000",
        "yesterday",
        "2024-02-30",
        "2023-02-29",
        "21.02.2024",
        "2024-02-21T25:00:00",
        "2024-02-21T10:40:02+99:00",
        "99999999999999999999",
        "1e400",
        "1e999999999",
        "-"
      })
  void whatIsNoTime(String text) {
    var column = new TimeColumn();
    var e = assertThrows(BadLine.class, () -> column.add(text));
    assertTrue(e.getMessage().contains("expected a time, such as"), e.getMessage());
    assertEquals(0, column.size());
  }

  @ParameterizedTest
  @CsvSource({
    "978300760, 2001-01-01, a number",
    "2001-01-01, 978300760, a date",
    "2001-01-01, 2001-01-01 10:00:00, a date",
    "2001-01-01 10:00:00, 2001-01-01T10:00:00Z, without a zone",
    "2001-01-01T10:00:00Z, 2001-01-01T10:00:00, with a zone"
  })
  void allAreOfOneForm(String first, String second, String expected) {
    var column = new TimeColumn();
    column.add(first);
    var e = assertThrows(BadLine.class, () -> column.add(second));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertEquals(1, column.size());
    var parts = List.of(column(first), column(second));
    assertThrows(BadLine.class, () -> TimeColumn.join(parts));
  }

  /** A number that needs more decimals than a long has leaves those before as they are. */
  @Test
  void whatDoesNotFitChangesNothing() {
    TimeColumn column = column("1700000000000000000");
    assertThrows(BadLine.class, () -> column.add("0.25"));
    column.add("5");
    assertArrayEquals(new long[] {1700000000000000000L, 5}, column.values());
  }

  @Test
  void partsOfAColumnAreJoinedInTheFinestUnit() {
    var parts = List.of(column("1", "2"), new TimeColumn(), column("2.5"), column("3"));
    assertArrayEquals(new long[] {10, 20, 25, 30}, TimeColumn.join(parts).values());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 300, 'numbers from 0 to 300, of no known unit'",
    "978300760, 978300761, 'seconds since 1970, from 2000-12-31 to 2000-12-31'",
    "978300760000, 1700000000123, 'milliseconds since 1970, from 2000-12-31 to 2023-11-14'",
    "978300760000000, 1700000000123456, 'microseconds since 1970, from 2000-12-31 to 2023-11-14'",
    "978300760000000000, 1700000000123456789,"
        + " 'nanoseconds since 1970, from 2000-12-31 to 2023-11-14'",
    "978300760.5, 1700000000.25, 'seconds since 1970, from 2000-12-31 to 2023-11-14'",
    "2000-12-31, 2023-11-14, 'dates, from 2000-12-31 to 2023-11-14'"
  })
  void theSizeOfTheNumbersTellsTheirUnit(String first, String last, String words) {
    assertEquals(Optional.of(words), column(last, first).words());
  }

  @Test
  void differentUnitsDoNotMix() {
    var parts = List.of(column("978300760"), column("1700000000123"));
    var e = assertThrows(BadLine.class, () -> TimeColumn.join(parts));
    assertEquals("expected times in seconds, found times in milliseconds", e.getMessage());
  }

  private static long[] values(String... times) {
    return column(times).values();
  }

  private static TimeColumn column(String... times) {
    var column = new TimeColumn();
    for (String time : times) {
      column.add(time);
    }
    return column;
  }
}
