package dev.elbo.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

  @TempDir private Path temporary;

  @Test
  void theSecondIsToldWhoIsFirst() {
    Path folder = temporary.resolve("out");
    try (FolderLock _ = FolderLock.of(folder, "elbo train --out out")) {
      var error = assertThrows(ElboException.class, () -> FolderLock.of(folder, "elbo search"));
      String message = error.getMessage();
      assertEquals(folder, error.file().orElseThrow());
      assertTrue(message.contains("another run is writing here (process "), message);
      assertTrue(message.contains(ProcessHandle.current().pid() + " on "), message);
      assertTrue(message.contains("Z: elbo train --out out)"), message);
    }
    FolderLock.of(folder, "elbo search").close();
  }

  @Test
  void aFolderThatWasMadeForItGoesUnlessSomethingIsInIt() throws IOException {
    Path folder = temporary.resolve("a/b/c");
    FolderLock.of(folder, "in vain").close();
    assertFalse(Files.exists(temporary.resolve("a")));
    try (FolderLock _ = FolderLock.of(folder, "fruitful")) {
      Files.createFile(folder.getParent().resolve("result"));
    }
    assertFalse(Files.exists(folder));
    assertTrue(Files.exists(folder.getParent().resolve("result")));

    Path mine = Files.createDirectory(temporary.resolve("mine"));
    FolderLock.of(mine, "in vain").close();
    assertTrue(Files.exists(mine));
  }

  @Test
  void releasedTwiceItTakesNothingFromTheNextRun() {
    FolderLock first = FolderLock.of(temporary, "first");
    first.close();
    try (FolderLock _ = FolderLock.of(temporary, "next")) {
      first.close();
      assertThrows(ElboException.class, () -> FolderLock.of(temporary, "third"));
      assertTrue(Files.exists(temporary.resolve(FolderLock.FILE)));
    }
  }

  /** A file that nobody holds locked is that of a program that was killed. */
  @Test
  void aFileThatIsLeftLocksNothing() throws IOException {
    Path file = Files.writeString(temporary.resolve(FolderLock.FILE), "process 1 on moon: elbo");
    FolderLock.of(temporary, "the next").close();
    assertFalse(Files.exists(file));
  }

  @Test
  void anotherNameOfTheFolderIsTheSameFolder() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("out"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
    try (FolderLock _ = FolderLock.of(folder, "first")) {
      assertThrows(ElboException.class, () -> FolderLock.of(link, "second"));
    }
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    var error = assertThrows(ElboException.class, () -> FolderLock.of(file, "elbo"));
    assertTrue(error.getMessage().contains("it is a file"), error.getMessage());
  }

  /** Eight threads want the same folder, which comes and goes; one at a time has it. */
  @Test
  void oneAtATimeHasIt() throws Exception {
    Path folder = temporary.resolve("wanted");
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var had = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all =
          IntStream.range(0, 8)
              .<Future<?>>mapToObj(
                  _ ->
                      threads.submit(
                          () -> {
                            for (int n = 0; n < 50; n++) {
                              try (FolderLock _ = FolderLock.of(folder, "elbo")) {
                                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                had.incrementAndGet();
                                inside.decrementAndGet();
                              } catch (ElboException _) {
                                // Another one has it.
                              }
                            }
                          }))
              .toList();
      for (var each : all) {
        each.get();
      }
    }
    assertEquals(1, most.get());
    assertTrue(had.get() > 0);
  }

  @Test
  void itIsALockOfTheOperatingSystem() throws IOException {
    try (FolderLock _ = FolderLock.of(temporary, "elbo");
        var channel =
            FileChannel.open(temporary.resolve(FolderLock.FILE), StandardOpenOption.WRITE)) {
      assertThrows(OverlappingFileLockException.class, () -> channel.tryLock().close());
    }
  }
}
