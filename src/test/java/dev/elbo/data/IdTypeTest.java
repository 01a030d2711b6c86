package dev.elbo.data;

import static dev.elbo.data.IdType.FLOAT64;
import static dev.elbo.data.IdType.INT64;
import static dev.elbo.data.IdType.TEXT;
import static dev.elbo.data.IdType.UINT64;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Types and orders are those of pandas 1.5.3: {@code read_csv}, then a stable sort. */
class IdTypeTest {

  @Test
  void integers() {
    assertColumn(INT64, "10,9,-1", "-1,9,10");
    assertColumn(
        INT64,
        "9223372036854775807,-9223372036854775808",
        "-9223372036854775808,9223372036854775807");
    assertColumn(INT64, "010,001,9", "001,9,010");
    assertColumn(INT64, "+10,9,+1", "+1,9,+10");
    assertColumn(INT64, "1,-1,-0", "-1,-0,1");
    assertColumn(INT64, "10 , 9,\t1,\u000b2", "\t1,\u000b2, 9,10 ");
  }

  @Test
  void integersBeyondInt64() {
    assertColumn(UINT64, "9223372036854775808,10,9", "9,10,9223372036854775808");
    assertColumn(UINT64, "+18446744073709551615, 10,9", "9, 10,+18446744073709551615");
    assertColumn(TEXT, "18446744073709551616,9,10", "10,18446744073709551616,9");
    assertColumn(TEXT, "9,10,-9223372036854775809", "-9223372036854775809,10,9");
    assertColumn(TEXT, "-5,9,18446744073709551615", "-5,18446744073709551615,9");
    assertColumn(TEXT, "9223372036854775808,-1.5,9,10", "-1.5,10,9,9223372036854775808");
    assertColumn(TEXT, "9,10,1" + "0".repeat(400), "10,1" + "0".repeat(400) + ",9");
  }

  @Test
  void decimals() {
    assertColumn(FLOAT64, "10.0,9.0,1.0", "1.0,9.0,10.0");
    assertColumn(FLOAT64, "10,9,7.0,1", "1,7.0,9,10");
    assertColumn(FLOAT64, "10,9, 1.5,2.5 ", " 1.5,2.5 ,9,10");
    assertColumn(FLOAT64, "1e5,99999,100000,1E+1,1e-3,2.e1", "1e-3,1E+1,2.e1,99999,1e5,100000");
    assertColumn(FLOAT64, "9,5.,.5,-.5", "-.5,.5,5.,9");
    assertColumn(FLOAT64, "0,-0.0,1e-400,-1.5", "-1.5,0,-0.0,1e-400");
    assertColumn(FLOAT64, "9223372036854775808,10,9,1.0", "1.0,9,10,9223372036854775808");
    assertColumn(FLOAT64, "9223372036854775808,1.0,-10", "-10,1.0,9223372036854775808");
  }

  @Test
  void infinities() {
    assertColumn(FLOAT64, "inf,10,9,-inf", "-inf,9,10,inf");
    assertColumn(FLOAT64, "INFINITY,+Inf,10,9,-Infinity", "-Infinity,9,10,INFINITY,+Inf");
    assertColumn(TEXT, "1e400,10,9", "10,1e400,9");
    assertColumn(TEXT, "infinit,10,9", "10,9,infinit");
  }

  /** As doubles the first two are the same number; in a column of integers they are not. */
  @Test
  void beyond53BitsDecimalsAreRoundedAndIntegersAreNot() {
    assertColumn(
        FLOAT64, "9007199254740993,9007199254740992,1.0", "1.0,9007199254740993,9007199254740992");
    assertColumn(
        INT64, "9007199254740993,9007199254740992,1", "1,9007199254740992,9007199254740993");
  }

  /** The first value that is no INT64 decides what is tried next. */
  @Test
  void orderOfTheFileCounts() {
    assertColumn(FLOAT64, "1.5,10,9,18446744073709551616", "1.5,9,10,18446744073709551616");
    assertColumn(TEXT, "18446744073709551616,1.5,10,9", "1.5,10,18446744073709551616,9");
    assertColumn(TEXT, "18446744073709551616.0,1.5,10,9", "1.5,10,18446744073709551616.0,9");
    assertColumn(FLOAT64, "-9223372036854775809,1.5,10,9", "-9223372036854775809,1.5,9,10");
    assertColumn(FLOAT64, "9223372036854775808,-1,1.5,9", "-1,1.5,9,9223372036854775808");
  }

  @Test
  void missingValuesComeLast() {
    assertColumn(FLOAT64, "10,NA,9", "9,10,NA");
    assertColumn(FLOAT64, "null,10.5,nan,9", "9,10.5,null,nan");
    assertColumn(FLOAT64, "NA,nan", "NA,nan");
    assertColumn(TEXT, "NA,b,10", "10,b,NA");
    assertColumn(TEXT, "9223372036854775808,NA,9,10", "10,9,9223372036854775808,NA");
  }

  @Test
  void text() {
    assertColumn(TEXT, "9,10,u1", "10,9,u1");
    assertColumn(TEXT, "9,10,0x10", "0x10,10,9");
    assertColumn(TEXT, "9,10,1_000", "10,1_000,9");
    assertColumn(TEXT, "9,10,1.5f", "1.5f,10,9");
    assertColumn(TEXT, "9,10,1e", "10,1e,9");
    assertColumn(TEXT, "9,1 0", "1 0,9");
    assertColumn(TEXT, "9,10,- 1", "- 1,10,9");
    assertColumn(TEXT, "9,10,+", "+,10,9");
    assertColumn(TEXT, "9,10,.", ".,10,9");
    assertColumn(TEXT, "9,10,1.2.3", "1.2.3,10,9");
    assertColumn(TEXT, "True,1,0", "0,1,True");
  }

  /** Java's parsers take other scripts' digits and spaces, too. */
  @Test
  void digitsAndSpacesAreThoseOfAscii() {
    assertColumn(TEXT, "\uff11,9,10", "10,9,\uff11");
    assertColumn(TEXT, "\u0663,9,10", "10,9,\u0663");
    assertColumn(TEXT, "\u00a01,9,10", "10,9,\u00a01");
  }

  @Test
  void textIsSortedByCodePointNotByUtf16Unit() {
    String beyond16Bits = "\uD83C\uDFAC";
    assertColumn(TEXT, "\uff5e," + beyond16Bits + ",z", "z,\uff5e," + beyond16Bits);
  }

  @Test
  void sameNumbers() {
    assertEquals(List.of("007", "7", "+8", "8"), same("9,+8,007,7,8"));
    assertEquals(List.of("7", "7.0", "7e0"), same("9.5,7,8,7.0,7e0"));
    assertEquals(List.of(), same("1.5,NA,nan"), "missing values are no number");
    assertEquals(List.of(), same("7,007,x"), "text is no number");
  }

  private static void assertColumn(IdType type, String ids, String ascending) {
    List<String> column = ids(ids);
    assertEquals(type, IdType.of(column), ids);
    List<String> sorted = Arrays.stream(type.ascending(column)).mapToObj(column::get).toList();
    assertEquals(ids(ascending), sorted, ids);
  }

  private static List<String> same(String ids) {
    return IdType.of(ids(ids)).sameNumbers(ids(ids));
  }

  private static List<String> ids(String ids) {
    return List.of(ids.split(","));
  }
}
