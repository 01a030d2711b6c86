package dev.elbo.data.fetch;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.io.Json;
import dev.elbo.io.OptionName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A public data set of ratings, and where it is published. All that can be fetched stand in {@code
 * datasets.json}.
 *
 * @param name its name on the command line; the folder it is unpacked to has the same name
 * @param archive address of the file to download
 * @param packing how the data set lies in that file
 * @param ratings file name of the ratings inside the folder
 * @param checksum how to tell that the archive arrived unharmed
 * @param licence what may be done with it, in a few words
 * @param terms address of its description and terms of use
 * @param described what it holds as its publisher counts it; null if that changes
 * @param prepare options with which {@code elbo prepare} makes of it what papers use; may be empty
 * @param kept what {@code elbo prepare} with these options keeps; null if nobody said
 */
public record Dataset(
    String name,
    URI archive,
    Packing packing,
    String ratings,
    Checksum checksum,
    String licence,
    URI terms,
    @JsonSetter(nulls = Nulls.SET) Counts described,
    String prepare,
    @JsonSetter(nulls = Nulls.SET) Counts kept) {

  private static final String RESOURCE = "datasets.json";

  /** How a data set lies in the file that is downloaded. */
  public enum Packing {
    /** A zip archive whose only top folder has the data set's name. */
    FOLDER,
    /** A zip archive of files without a folder. */
    FILES,
    /** As it is to be read: a file in gzip or zip. It is kept as it is. */
    PLAIN,
    /**
     * A tar archive in gzip. A tar archive within it comes out as one text of its name: its files,
     * one after the other.
     */
    TAR;

    /** The name as it is written in the table. */
    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  /** How the checksum of an archive is known. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Checksum.Pinned.class, name = "pinned"),
    @JsonSubTypes.Type(value = Checksum.Md5Beside.class, name = "md5-beside"),
    @JsonSubTypes.Type(value = Checksum.Unknown.class, name = "unknown")
  })
  public sealed interface Checksum {

    /**
     * The archive never changes, and this is its checksum.
     *
     * @param algorithm {@code SHA-256} or {@code MD5}
     * @param hex 64 or 32 lower-case hexadecimal digits
     * @param from who says so
     */
    record Pinned(String algorithm, String hex, String from) implements Checksum {
      @Override
      public String toString() {
        return algorithm;
      }
    }

    /** The archive changes; its publisher keeps its MD5 beside it, at its address + ".md5". */
    record Md5Beside() implements Checksum {
      @Override
      public String toString() {
        return "MD5";
      }
    }

    /** Nobody says what it is. */
    record Unknown() implements Checksum {
      @Override
      public String toString() {
        return "none known";
      }
    }
  }

  /**
   * How much data there is.
   *
   * @param events ratings, or whatever the data set has in their place
   * @param users how many they are of
   * @param items how many they are for; MovieLens also counts those without ratings
   * @param from who counted
   */
  public record Counts(long events, long users, long items, String from) {
    @Override
    public String toString() {
      return "%,d events of %,d users on %,d items".formatted(events, users, items);
    }
  }

  private record Document(List<Dataset> datasets) {}

  /** All data sets that can be fetched. */
  public static List<Dataset> all() {
    try (InputStream in = Dataset.class.getResourceAsStream(RESOURCE)) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Json.parse(Path.of(RESOURCE), json, Document.class).datasets();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The data set of a name.
   *
   * @throws ElboException if there is none; the message lists the names
   */
  public static Dataset named(String name) {
    List<String> names = all().stream().map(Dataset::name).toList();
    return all().stream()
        .filter(dataset -> dataset.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ElboException(
                    "expected the name of a data set, found '%s'%s; there are %s"
                        .formatted(name, DidYouMean.among(names, name), String.join(", ", names))));
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
    URI there = URI.create(folder + fileName());
    return new Dataset(
        name, there, packing, ratings, checksum, licence, terms, described, prepare, kept);
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
