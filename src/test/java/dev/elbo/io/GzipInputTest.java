package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

/** Every byte of gzip data is data, or a member's frame, or zeros behind it; or an error. */
class GzipInputTest {
  private static final byte[] ONE = gzip("one\n");
  private static final byte[] TWO = gzip("two\n");

  @Test
  void membersBehindEachOther() throws IOException {
    assertEquals("one\ntwo\none\n", read(join(ONE, TWO, ONE)));
  }

  @Test
  void zerosBehindAMemberArePadding() throws IOException {
    assertEquals("one\n", read(join(ONE, new byte[100_000])));
    assertEquals("one\ntwo\n", read(join(ONE, new byte[512], TWO, new byte[7])));
  }

  @Test
  void anythingElseBehindAMemberIsAnError() {
    assertDamaged("expected the header of a member or zeros", join(ONE, bytes("u1,i1\n")));
    assertDamaged("expected the header of a member or zeros", join(ONE, new byte[9], bytes("x")));
    assertDamaged("expected the header of a member or zeros", join(ONE, new byte[] {0x1f, 0x1f}));
  }

  @Test
  void dataThatEndEverywhere() {
    byte[] all = join(ONE, TWO);
    for (int length = 0; length < all.length; length++) {
      byte[] cut = Arrays.copyOf(all, length);
      if (length != ONE.length) {
        assertThrows(EOFException.class, () -> read(cut), "of " + length + " bytes");
      }
    }
  }

  /** Time, level and system of the header mean nothing to the content; everything else does. */
  @Test
  void everyByteThatCountsIsChecked() {
    byte[] all = join(ONE, TWO);
    for (int n = 0; n < all.length; n++) {
      int inMember = n % ONE.length;
      byte[] damaged = all.clone();
      damaged[n] ^= (byte) 0xff;
      if (inMember < 4 || inMember >= 10) {
        assertThrows(IOException.class, () -> read(damaged), "byte " + n);
      }
    }
  }

  @Test
  void headersWithEverything() throws IOException {
    var header = new ByteArrayOutputStream();
    header.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3});
    header.write(new byte[] {3, 0, 'e', 'x', 't'});
    header.write(bytes("name\0comment\0"));
    var crc = new CRC32();
    crc.update(header.toByteArray());
    header.write((int) crc.getValue());
    header.write((int) crc.getValue() >> 8);
    byte[] whole = join(header.toByteArray(), Arrays.copyOfRange(ONE, 10, ONE.length), TWO);
    assertEquals("one\ntwo\n", read(whole));
    whole[16] ^= 1;
    assertDamaged("header of a member does not match its checksum", whole);
  }

  @Test
  void anErrorStays() throws IOException {
    try (var in = new GzipInput(new ByteArrayInputStream(join(ONE, bytes("x"))))) {
      assertArrayEquals(bytes("one\n"), in.readNBytes(4));
      assertThrows(ZipException.class, in::read);
      assertThrows(ZipException.class, in::read);
    }
  }

  private static void assertDamaged(String how, byte[] data) {
    var e = assertThrows(ZipException.class, () -> read(data));
    assertTrue(e.getMessage().contains(how), e.getMessage());
  }

  private static String read(byte[] data) throws IOException {
    try (var in = new GzipInput(new ByteArrayInputStream(data))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] gzip(String text) {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes(text));
    } catch (IOException e) {
      throw new AssertionError("an array is written without I/O", e);
    }
    return compressed.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
