package dev.elbo;

import dev.elbo.io.Printable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What went wrong, in words for the user: what was expected, what was found, where, and what to do.
 * The command line prints the message without a stack trace and exits with 1. A message is one
 * line, whatever it quotes: what could steer a terminal is escaped.
 */
public final class ElboException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** As text: a path cannot be serialized, and errors come from other machines, too. */
  private final String file;

  private final long line;

  private ElboException(String message, Path file, long line, Throwable cause) {
    super(Printable.line(message), cause);
    this.file = file == null ? null : file.toString();
    this.line = line;
  }

  /**
   * @param message what was expected, what was found, and what to do
   */
  public ElboException(String message) {
    this(message, null, 0, null);
  }

  /**
   * @param message what was expected, what was found, and what to do
   * @param cause the error behind it
   */
  public ElboException(String message, Throwable cause) {
    this(message, null, 0, cause);
  }

  /**
   * An error about a whole file.
   *
   * @param file the file
   * @param message what was expected, what was found, and what to do; without the file's name
   */
  public static ElboException in(Path file, String message) {
    return new ElboException(file + ": " + message, file, 0, null);
  }

  /**
   * An error about one line of a file.
   *
   * @param file the file
   * @param line the line, counted from 1
   * @param message what was expected, what was found, and what to do; without the place
   */
  public static ElboException at(Path file, long line, String message) {
    return new ElboException(file + ", line " + line + ": " + message, file, line, null);
  }

  /**
   * An error of the file system.
   *
   * @param done what was to happen to the file, such as {@code "be read"}
   * @param file the file
   * @param cause the file system's error
   */
  public static ElboException cannot(String done, Path file, IOException cause) {
    String reason =
        switch (cause) {
          case FileAlreadyExistsException e -> "there is already " + e.getFile();
          case NotDirectoryException e -> e.getFile() + " is not a folder";
          case NoSuchFileException e -> "there is no " + e.getFile();
          case AccessDeniedException e -> "no permission for " + e.getFile();
          case CharacterCodingException _ -> "it is not UTF-8 text";
          case FileSystemException e when e.getReason() != null -> e.getReason();
          default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
        };
    return new ElboException(file + ": cannot " + done + ": " + reason, file, 0, cause);
  }

  /** The file the error is about, if it is about one. */
  public Optional<Path> file() {
    return Optional.ofNullable(file).map(Path::of);
  }

  /** The line the error is about, counted from 1, if it is about one. */
  public OptionalLong line() {
    return line > 0 ? OptionalLong.of(line) : OptionalLong.empty();
  }
}
