package dev.elbo.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.net.URI;
import java.util.List;
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
    "ml-25m, ratings.csv",
    "ml-32m, ratings.csv",
    "netflix, training_set.txt",
    "msd, train_triplets.txt.zip",
    "goodbooks-10k, ratings.csv",
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
            + " ml-latest-small, ml-1m, ml-20m, ml-25m, ml-32m, netflix, msd, goodbooks-10k,"
            + " amazon-movies-tv",
        error.getMessage());
  }

  static final Iterable<Dataset> ALL = Dataset.all();

  /** What comes without encryption is told apart from anything else by its checksum alone. */
  @ParameterizedTest
  @FieldSource("ALL")
  void comesEncryptedOrWithAChecksum(Dataset dataset) {
    assertTrue(
        dataset.archive().getScheme().equals("https")
            || dataset.checksum() instanceof Dataset.Checksum.Pinned);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void aChecksumHasTheRightLengthAndASource(Dataset dataset) {
    if (dataset.checksum() instanceof Dataset.Checksum.Pinned(var algorithm, var hex, var from)) {
      int digits = algorithm.equals("MD5") ? 32 : 64;
      assertTrue(hex.matches("[0-9a-f]{%d}".formatted(digits)), hex);
      assertTrue(List.of("MD5", "SHA-256").contains(algorithm));
      assertFalse(from.isBlank());
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void saysWhatMayBeDoneWithIt(Dataset dataset) {
    assertFalse(dataset.licence().isBlank());
    assertTrue(dataset.terms().getScheme().startsWith("http"));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void nothingIsAddedByAFilter(Dataset dataset) {
    if (dataset.kept() != null) {
      assertTrue(dataset.kept().events() <= dataset.described().events());
      assertTrue(dataset.kept().users() <= dataset.described().users());
      assertTrue(dataset.kept().items() <= dataset.described().items());
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
