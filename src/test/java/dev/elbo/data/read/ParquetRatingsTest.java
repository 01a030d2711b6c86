package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Interactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code snappy.parquet} was written by hyparquet-writer, with the columns user_id (INT64), item_id
 * (STRING), rating (DOUBLE), timestamp (TIMESTAMP) and note (STRING).
 */
class ParquetRatingsTest {
  @TempDir Path folder;

  @Test
  void aRowIsAnEvent() throws IOException {
    var result = RatingsReader.read(write(stored()), ReadingOptions.DEFAULT);
    Interactions read = result.interactions();
    assertEquals(List.of("7", "8"), read.userIds());
    assertEquals(List.of("i7", "é8"), read.itemIds());
    assertArrayEquals(new int[] {0, 1, 0}, read.users());
    assertArrayEquals(new int[] {0, 0, 1}, read.items());
    assertArrayEquals(new float[] {5, 3.5f, 1}, read.ratings());
    assertArrayEquals(new long[] {1000, 2000, 3005}, read.times(), "tenths of a second");
    assertEquals("Parquet: user_id, item_id, rating, timestamp", result.provenance().format());
    assertEquals(List.of("note"), result.provenance().unused());
  }

  @Test
  void columnsCanBeNamed() throws IOException {
    var columns = new Columns("note", "item_id", Columns.NONE, Columns.NONE);
    var read = RatingsReader.read(write(stored()), ReadingOptions.DEFAULT.with(columns));
    assertEquals(List.of("x"), read.interactions().userIds());
  }

  @Test
  void damagedFiles() throws IOException {
    byte[] stored = stored();
    var random = new Random(1);
    for (int n = 0; n < 150; n++) {
      byte[] damaged =
          n < 100 ? Arrays.copyOf(stored, 4 + random.nextInt(stored.length - 4)) : stored.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Path file = write(damaged);
      try {
        RatingsReader.read(file, ReadingOptions.DEFAULT);
      } catch (ElboException e) {
        assertEquals(Optional.of(file), e.file());
      }
    }
  }

  @Test
  void saysHowToConvertWhatItDoesNotRead() throws IOException {
    Path file = Files.write(folder.resolve("p.gz"), RatingsReaderTest.gzip(stored()));
    var e =
        assertThrows(ElboException.class, () -> RatingsReader.read(file, ReadingOptions.DEFAULT));
    assertTrue(e.getMessage().contains("read_parquet('" + file + "')"), e.getMessage());
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(folder.resolve("ratings"), content);
  }

  private static byte[] stored() throws IOException {
    try (var in = ParquetRatingsTest.class.getResourceAsStream("snappy.parquet")) {
      return in.readAllBytes();
    }
  }
}
