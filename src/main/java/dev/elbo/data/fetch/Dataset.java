package dev.elbo.data.fetch;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A public data set of ratings, and where it is published.
 *
 * @param name its name on the command line; the folder it is unpacked to has the same name
 * @param archive address of a {@code .zip} whose only top folder is {@code name}, or of a {@code
 *     .gz}, which is kept as it is
 * @param ratings file name of the ratings inside the folder
 * @param checksum how to tell that the archive arrived unharmed
 * @param terms address of its description and terms of use
 */
public record Dataset(String name, URI archive, String ratings, Checksum checksum, URI terms) {

  /** How the checksum of an archive is known. */
  public sealed interface Checksum {

    /**
     * The archive never changes, and this is its SHA-256.
     *
     * @param hex 64 lower-case hexadecimal digits
     */
    record Sha256(String hex) implements Checksum {}

    /** The archive changes; its publisher keeps its MD5 beside it, at its address + ".md5". */
    record Md5Beside() implements Checksum {}

    /** Nobody published one. */
    record Unpublished() implements Checksum {}
  }

  private static final String MOVIELENS = "https://files.grouplens.org/datasets/movielens/";

  /**
   * All data sets that can be fetched.
   *
   * <p>The SHA-256 are those that TensorFlow Datasets pins (tensorflow/datasets on GitHub,
   * tensorflow_datasets/url_checksums/movielens.txt). GroupLens regenerates ml-latest-small under
   * the same address and publishes its MD5 beside it.
   */
  public static final List<Dataset> ALL =
      List.of(
          movieLens(
              "ml-100k",
              "u.data",
              new Checksum.Sha256(
                  "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229"),
              "ml-100k-README.txt"),
          movieLens(
              "ml-latest-small",
              "ratings.csv",
              new Checksum.Md5Beside(),
              "ml-latest-small-README.html"),
          movieLens(
              "ml-1m",
              "ratings.dat",
              new Checksum.Sha256(
                  "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20"),
              "ml-1m-README.txt"),
          movieLens(
              "ml-20m",
              "ratings.csv",
              new Checksum.Sha256(
                  "96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3"),
              "ml-20m-README.html"),
          // McAuley et al. 2014, the 5-core: every user and item has at least five reviews.
          new Dataset(
              "amazon-movies-tv",
              URI.create(
                  "https://snap.stanford.edu/data/amazon/productGraph/categoryFiles/"
                      + "reviews_Movies_and_TV_5.json.gz"),
              "reviews_Movies_and_TV_5.json.gz",
              new Checksum.Unpublished(),
              URI.create("https://cseweb.ucsd.edu/~jmcauley/datasets/amazon/links.html")));

  private static Dataset movieLens(String name, String ratings, Checksum checksum, String terms) {
    return new Dataset(
        name,
        URI.create(MOVIELENS + name + ".zip"),
        ratings,
        checksum,
        URI.create(MOVIELENS + terms));
  }

  /**
   * The data set of a name.
   *
   * @throws ElboException if there is none; the message lists the names
   */
  public static Dataset named(String name) {
    return ALL.stream()
        .filter(dataset -> dataset.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ElboException(
                    "expected the name of a data set, found '%s'%s; there are %s"
                        .formatted(
                            name,
                            DidYouMean.among(ALL.stream().map(Dataset::name).toList(), name),
                            ALL.stream().map(Dataset::name).collect(Collectors.joining(", ")))));
  }

  /**
   * The same data set from a mirror, which must hold the archive under its usual file name.
   *
   * @param mirror address of the folder that holds the archive
   * @throws ElboException if it is no HTTP address
   */
  public Dataset from(URI mirror) {
    if (mirror.getHost() == null || !List.of("http", "https").contains(mirror.getScheme())) {
      throw new ElboException(
          "expected a mirror like https://host/folder/, found '%s'".formatted(mirror));
    }
    String folder = mirror.toString().endsWith("/") ? mirror.toString() : mirror + "/";
    return new Dataset(name, URI.create(folder + fileName()), ratings, checksum, terms);
  }

  /** Address of the archive's MD5, for {@link Checksum.Md5Beside}. */
  URI md5() {
    return URI.create(archive + ".md5");
  }

  /** File name of the archive. */
  String fileName() {
    return Path.of(archive.getPath()).getFileName().toString();
  }
}
