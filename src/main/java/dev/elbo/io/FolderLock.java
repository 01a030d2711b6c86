package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A folder that one run at a time writes to. The operating system releases the lock when the
 * program ends, in whatever way: a lock of a program that was killed is none. Readers need no lock.
 */
public final class FolderLock implements AutoCloseable {

  /** Name of the lock's file, which is in the folder for as long as it is locked. */
  public static final String FILE = ".elbo.lock";

  /** A run that ends may delete the file, and the folder, while the next one opens it. */
  private static final int ATTEMPTS = 100;

  /**
   * Who holds which folder in this program. The operating system knows programs only, and takes a
   * program's lock away when that closes the file a second time.
   */
  private static final ConcurrentMap<Path, String> HELD = new ConcurrentHashMap<>();

  private final Path folder;
  private final FileChannel channel;
  private final List<Path> made;

  private FolderLock(Path folder, FileChannel channel, List<Path> made) {
    this.folder = folder;
    this.channel = channel;
    this.made = made;
  }

  /**
   * Locks a folder, which is made if there is none.
   *
   * @param folder the folder
   * @param command what is running, for those who come too late
   * @throws ElboException if another run holds it, which is named, or it cannot be written to
   */
  public static FolderLock of(Path folder, String command) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      List<Path> made = missing(folder.toAbsolutePath().normalize());
      AtomicFile.makeFolder(folder);
      try {
        Optional<FolderLock> lock = lock(folder, command, made);
        if (lock.isPresent()) {
          return lock.get();
        }
      } catch (NoSuchFileException _) {
        // It was deleted in this moment.
      } catch (IOException e) {
        throw ElboException.cannot("be locked", folder.resolve(FILE), e);
      }
    }
    throw ElboException.in(folder, "other runs start and end here all the time; try again later");
  }

  /** The lock, or nothing if the run before this one is just beginning or ending. */
  private static Optional<FolderLock> lock(Path folder, String command, List<Path> made)
      throws IOException {
    Path real = folder.toRealPath();
    String run =
        "process %d on %s since %s: %s"
            .formatted(
                ProcessHandle.current().pid(),
                host(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                command);
    String holder = HELD.putIfAbsent(real, run);
    if (holder != null) {
      throw isHeld(folder, holder);
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      Path file = real.resolve(FILE);
      create(file);
      Object key = key(file);
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        String first =
            new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        if (!first.isEmpty()) {
          throw isHeld(folder, first);
        }
        LockSupport.parkNanos(10_000_000); // It has just begun, and is about to say who it is.
        return Optional.empty();
      }
      if (!Objects.equals(key, key(file))) {
        return Optional.empty();
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(run.getBytes(StandardCharsets.UTF_8)));
      locked = true;
      return Optional.of(new FolderLock(real, channel, made));
    } finally {
      if (!locked) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(real);
      }
    }
  }

  private static void create(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException _) {
      // Of a run that goes on, or was killed.
    }
  }

  /** Tells a file from another one of the same name, where the file system can. */
  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private static ElboException isHeld(Path folder, String holder) {
    return ElboException.in(
        folder,
        "another run is writing here (%s); wait until it is done, or choose another folder"
            .formatted(holder));
  }

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return Objects.requireNonNullElse(System.getenv("COMPUTERNAME"), "this machine");
    }
  }

  /** The folders that have to be made for this one, the innermost first. */
  private static List<Path> missing(Path folder) {
    var missing = new ArrayList<Path>();
    for (Path each = folder; each != null && Files.notExists(each); each = each.getParent()) {
      missing.add(each);
    }
    return missing;
  }

  /** Releases the folder. If it was made for the lock and is still empty, it is deleted. */
  @Override
  public synchronized void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      try (channel) {
        // While it is locked: later, it may be another run's.
        Files.deleteIfExists(folder.resolve(FILE));
      }
      for (Path each : made) {
        Files.deleteIfExists(each);
      }
    } catch (DirectoryNotEmptyException _) {
      // The run was fruitful.
    } catch (IOException e) {
      throw ElboException.cannot("be unlocked", folder.resolve(FILE), e);
    } finally {
      HELD.remove(folder);
    }
  }
}
