package dev.elbo.cli.terminal;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What is said when the program is stopped, by Ctrl-C or {@code kill}, before this is closed: what
 * was kept, and how to go on. Of several the outermost speaks: a run that is part of a search is
 * silent.
 */
public final class Interruption implements AutoCloseable {

  /** The innermost first. */
  private static final Deque<Interruption> OPEN = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Interruption::programEnds));
  }

  private final Console console;
  private final Supplier<String> words;
  private final Semaphore turn = new Semaphore(1);

  /**
   * @param console where to say it
   * @param words are asked for when nothing is being written any more
   */
  public Interruption(Console console, Supplier<String> words) {
    this.console = console;
    this.words = words;
    OPEN.addFirst(this);
  }

  /**
   * Does something that is not stopped in the middle; once the program ends, waits for ever instead
   * of doing it. What is said then stays true, and last.
   */
  public void whole(Runnable work) {
    turn.acquireUninterruptibly();
    try {
      work.run();
    } finally {
      turn.release();
    }
  }

  /** Lets nothing begin any more. Returns when what has begun is done. */
  void stop() {
    turn.acquireUninterruptibly();
  }

  private static void programEnds() {
    OPEN.forEach(Interruption::stop);
    if (!OPEN.isEmpty()) {
      Interruption outermost = OPEN.getLast();
      outermost.console.err().println();
      outermost.console.note(outermost.words.get());
    }
  }

  @Override
  public void close() {
    OPEN.remove(this);
  }
}
