package dev.elbo.data.fetch;

import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.FolderLock;
import dev.elbo.io.GzipInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Fetches a data set into a folder: download, checksum, unpack. All work is done in {@code
 * OUT/NAME.part}; {@code OUT/NAME} appears at the end, whole, and the working folder goes. A
 * download that was stopped is resumed by the next {@link #fetch}.
 */
public final class DatasetDownload {
  private static final Pattern MD5 = Pattern.compile("\\b[0-9a-fA-F]{32}\\b");

  /** Told during a download what has arrived. */
  @FunctionalInterface
  public interface Progress {

    /**
     * More has arrived.
     *
     * @param bytes bytes that are on disk, those of an earlier try included
     * @param total bytes of the whole file, or -1 if the server does not say
     */
    void received(long bytes, long total);
  }

  /** What a fetch did. */
  public enum Status {
    /** The data set was already there; nothing was done. */
    ALREADY_THERE,
    /** Fetched, and its checksum is the expected one. */
    VERIFIED,
    /** Fetched, but there is no checksum to compare with. */
    UNVERIFIED
  }

  /**
   * A data set on this machine.
   *
   * @param ratings its ratings file
   * @param status what was done for it
   * @param sha256 SHA-256 of what was downloaded, in hexadecimal, where there was no checksum to
   *     compare with; else empty
   */
  public record Result(Path ratings, Status status, Optional<String> sha256) {}

  private final Dataset dataset;
  private final Duration patience;
  private final Path folder;
  private final Path work;
  private final Path archive;

  /**
   * Prepares a fetch; nothing is done yet.
   *
   * @param dataset what to fetch
   * @param out where its folder {@code OUT/NAME} is to appear; made if missing
   */
  public DatasetDownload(Dataset dataset, Path out) {
    this(dataset, out, Duration.ofSeconds(60));
  }

  DatasetDownload(Dataset dataset, Path out, Duration patience) {
    this.dataset = dataset;
    this.patience = patience;
    this.folder = out.resolve(dataset.name());
    this.work = out.resolve(dataset.name() + ".part");
    this.archive = work.resolve(dataset.fileName());
  }

  /**
   * Fetches the data set, unless it is there.
   *
   * @param progress told what has arrived
   * @throws ElboException if the server cannot be reached, refuses or breaks off (what has arrived
   *     is kept for the next try), if the archive is not what was published (it is removed), or if
   *     the folder cannot be written
   */
  public Result fetch(Progress progress) {
    Path ratings = folder.resolve(dataset.ratings());
    boolean there = Files.isRegularFile(ratings);
    if (!there && Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw ElboException.in(
          folder,
          "expected the data set or nothing, found no %s in it; move it away and fetch again"
              .formatted(dataset.ratings()));
    }
    if (there && Files.notExists(work)) {
      return new Result(ratings, Status.ALREADY_THERE, Optional.empty());
    }
    try {
      try (FolderLock _ = FolderLock.of(work, "elbo fetch " + dataset.name())) {
        Result result =
            there
                ? new Result(ratings, Status.ALREADY_THERE, Optional.empty())
                : fetchLocked(ratings, progress);
        deleteWork();
        return result;
      } finally {
        deleteIfEmpty(work);
      }
    } catch (IOException e) {
      throw new ElboException(
          "%s: cannot be written (%s); check permissions and free space, and fetch again"
              .formatted(work, e),
          e);
    }
  }

  private Result fetchLocked(Path ratings, Progress progress) throws IOException {
    try (var http = new HttpDownload(patience)) {
      http.download(dataset.archive(), archive, progress);
      Status status = verify(http);
      Optional<String> sha256 =
          status == Status.UNVERIFIED ? Optional.of(digest("SHA-256")) : Optional.empty();
      Path unpacked = unpack();
      flushFolders(unpacked);
      AtomicFile.move(unpacked, folder);
      return new Result(ratings, status, sha256);
    }
  }

  /** Whether something has arrived of it, so that another fetch may go on from there. */
  public boolean hasBegun() {
    return Files.exists(archive);
  }

  private Status verify(HttpDownload http) throws IOException {
    return switch (dataset.checksum()) {
      case Dataset.Checksum.Pinned(String algorithm, String hex, _) -> compare(algorithm, hex);
      case Dataset.Checksum.Md5Beside() -> {
        Optional<String> published = http.text(dataset.md5());
        yield published.isPresent() ? compare("MD5", md5(published.get())) : Status.UNVERIFIED;
      }
      case Dataset.Checksum.Unknown() -> Status.UNVERIFIED;
    };
  }

  /** Reads both layouts in use: "MD5 (ml-1m.zip) = 0123..." and "0123... ml-1m.zip". */
  private String md5(String text) {
    Matcher hex = MD5.matcher(text);
    if (!hex.find()) {
      throw new ElboException(
          "%s: expected an MD5 checksum, found none; fetch again later".formatted(dataset.md5()));
    }
    return hex.group().toLowerCase(Locale.ROOT);
  }

  private Status compare(String algorithm, String expected) throws IOException {
    String found = digest(algorithm);
    if (!found.equals(expected)) {
      throw bad("expected %s %s, found %s".formatted(algorithm, expected, found));
    }
    return Status.VERIFIED;
  }

  private String digest(String algorithm) throws IOException {
    try (var in =
        new DigestInputStream(
            Files.newInputStream(archive), MessageDigest.getInstance(algorithm))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has MD5 and SHA-256
    }
  }

  /** Unpacks the archive within the working folder and returns the data set's folder there. */
  private Path unpack() throws IOException {
    Path unpacked = work.resolve("unpacked");
    delete(unpacked);
    Path whole = unpacked.resolve(dataset.name());
    try {
      switch (dataset.packing()) {
        case FOLDER -> Unzip.unzip(archive, unpacked);
        case FILES -> Unzip.unzip(archive, whole);
        case TAR -> Untar.untar(archive, whole);
        case PLAIN -> {
          requireWhole();
          Files.createDirectories(whole);
          Files.move(archive, whole.resolve(dataset.fileName()));
        }
      }
    } catch (ZipException | EOFException e) {
      throw bad("cannot be unpacked (" + e.getMessage() + ")");
    }
    if (!Files.isRegularFile(whole.resolve(dataset.ratings()))) {
      throw bad("expected %s/%s in it, found none".formatted(dataset.name(), dataset.ratings()));
    }
    return whole;
  }

  /** What stops early, or is no archive, fails here, and not in the reader of ratings. */
  private void requireWhole() throws IOException {
    if (dataset.fileName().endsWith(".zip")) {
      new ZipFile(archive.toFile()).close(); // reads what stands at its end
      return;
    }
    try (var in = new GzipInput(Files.newInputStream(archive))) {
      new UnpackLimit(archive).copy(in, OutputStream.nullOutputStream());
    }
  }

  /** The content of the files is on disk already; their names are, too, when this returns. */
  private static void flushFolders(Path tree) throws IOException {
    try (var paths = Files.walk(tree)) {
      paths.filter(Files::isDirectory).forEach(AtomicFile::flushFolder);
    }
  }

  private ElboException bad(String what) throws IOException {
    deleteWork();
    return new ElboException(
        "%s: %s; the download was removed: fetch again, and if it happens again, see %s"
            .formatted(dataset.archive(), what, dataset.terms()));
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException _) {
        // What has arrived is kept.
      }
    }
  }

  /** Deletes all work but the folder itself, which is locked. */
  private void deleteWork() throws IOException {
    try (var paths = Files.list(work)) {
      for (Path path : paths.filter(each -> !each.endsWith(FolderLock.FILE)).toList()) {
        delete(path);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (var paths = Files.walk(tree)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
