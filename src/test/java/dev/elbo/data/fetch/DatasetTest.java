package dev.elbo.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {

  @ParameterizedTest
  @CsvSource({
    "ml-100k, u.data",
    "ml-latest-small, ratings.csv",
    "ml-1m, ratings.dat",
    "ml-20m, ratings.csv",
    "amazon-movies-tv, reviews_Movies_and_TV_5.json.gz"
  })
  void isFoundByName(String name, String ratings) {
    assertEquals(ratings, Dataset.named(name).ratings());
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    var error = assertThrows(ElboException.class, () -> Dataset.named("ml-1k"));
    assertEquals(
        "expected the name of a data set, found 'ml-1k' (did you mean ml-1m?); there are ml-100k,"
            + " ml-latest-small, ml-1m, ml-20m, amazon-movies-tv",
        error.getMessage());
  }

  static final Iterable<Dataset> ALL = Dataset.ALL;

  @ParameterizedTest
  @FieldSource("ALL")
  void comesEncryptedWithAChecksumOfTheRightLength(Dataset dataset) {
    assertEquals("https", dataset.archive().getScheme());
    if (dataset.checksum() instanceof Dataset.Checksum.Sha256(String hex)) {
      assertTrue(hex.matches("[0-9a-f]{64}"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://mirror.example/data", "http://mirror.example/data/"})
  void comesFromAMirrorUnderItsUsualFileName(String mirror) {
    Dataset mirrored = Dataset.named("ml-1m").from(URI.create(mirror));
    assertEquals(URI.create("http://mirror.example/data/ml-1m.zip"), mirrored.archive());
    assertEquals(Dataset.named("ml-1m").checksum(), mirrored.checksum());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror.example/data", "ftp://mirror.example/", "file:/data"})
  void aMirrorIsAnHttpAddress(String mirror) {
    assertThrows(ElboException.class, () -> Dataset.named("ml-1m").from(URI.create(mirror)));
  }
}
