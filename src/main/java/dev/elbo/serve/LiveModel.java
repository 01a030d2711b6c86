package dev.elbo.serve;

import dev.elbo.ElboException;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The model of a directory: it is loaded in the background, and again whenever it has been
 * replaced. Requests that use the model before finish with it; then it is closed. A model that
 * cannot be read changes nothing.
 */
final class LiveModel implements AutoCloseable {

  /** How often the directory is looked at. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** A model and how many use it. */
  private static final class Loaded {
    private final RecommenderModel model;
    private int users = 1; // that it is the current one counts for one

    Loaded(RecommenderModel model) {
      this.model = model;
    }

    synchronized boolean acquire() {
      if (users == 0) {
        return false;
      }
      users++;
      return true;
    }

    synchronized void release() {
      users--;
      if (users == 0) {
        model.close();
      }
    }
  }

  private final Path directory;
  private final Function<SavedModel, RecommenderModel> computed;
  private final Consumer<String> log;
  private final Thread watcher;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private volatile Loaded current;
  private volatile Instant loadedAt = Instant.EPOCH;
  private final LongAdder loads = new LongAdder();
  private final LongAdder failures = new LongAdder();

  /**
   * @param directory the model directory
   * @param computed has what was read computed by an engine
   * @param log is told of each model that was loaded, or could not be
   */
  LiveModel(Path directory, Function<SavedModel, RecommenderModel> computed, Consumer<String> log) {
    this.directory = directory;
    this.computed = computed;
    this.log = log;
    this.watcher = Thread.ofPlatform().daemon().name("elbo-model").start(this::watch);
  }

  private void watch() {
    FileTime seen = null;
    while (!Thread.currentThread().isInterrupted()) {
      FileTime now = changed();
      if (now != null && !now.equals(seen)) {
        seen = now;
        load();
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** When the model was written: the renaming of its description is what replaces it. */
  private FileTime changed() {
    try {
      return Files.getLastModifiedTime(SavedModel.description(directory));
    } catch (IOException _) {
      return null;
    }
  }

  private void load() {
    try {
      RecommenderModel model = computed.apply(SavedModel.read(directory));
      Loaded before = current;
      current = new Loaded(model);
      loadedAt = Instant.now();
      loads.increment();
      if (before != null) {
        before.release();
      }
      first.complete(null);
      log.accept("Loaded " + model);
    } catch (RuntimeException | Error e) {
      failures.increment();
      if (first.completeExceptionally(e)) {
        return;
      }
      log.accept("The model before is kept: " + e.getMessage());
    }
  }

  /**
   * Returns once the first model is loaded.
   *
   * @throws ElboException if it cannot be read
   */
  void awaitFirst() {
    try {
      first.join();
    } catch (CompletionException e) {
      throw switch (e.getCause()) {
        case OutOfMemoryError _ -> new ElboException("the model does not fit into memory");
        case RuntimeException cause -> cause;
        case Throwable cause -> new IllegalStateException(cause);
      };
    }
  }

  /** Whether there is a model to ask. */
  boolean isReady() {
    return current != null;
  }

  /** When the current model was loaded. */
  Instant loadedAt() {
    return loadedAt;
  }

  /** How many models have been loaded. */
  long loads() {
    return loads.sum();
  }

  /** How often a model could not be read. */
  long failures() {
    return failures.sum();
  }

  /**
   * Asks the model; it is not closed meanwhile.
   *
   * @throws Refusal if there is none yet
   */
  <T> T ask(Function<RecommenderModel, T> question) {
    while (true) {
      Loaded loaded = current;
      if (loaded == null) {
        throw new Refusal(Refusal.UNAVAILABLE, "the model is being loaded; try again soon");
      }
      if (loaded.acquire()) {
        try {
          return question.apply(loaded.model);
        } finally {
          loaded.release();
        }
      }
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
    try {
      watcher.join(); // A model that it is loading would come after this.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Loaded last = current;
    if (last != null) {
      current = null;
      last.release();
    }
  }
}
