package dev.elbo.io;

import dev.elbo.ElboException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in hexadecimal, as {@code sha256sum} prints it. */
public final class Sha256 {

  private Sha256() {}

  /**
   * The hash of a file.
   *
   * @throws ElboException if the file cannot be read
   */
  public static String of(Path file) {
    try (var in = Files.newInputStream(file)) {
      return digest(in::transferTo);
    } catch (IOException e) {
      throw ElboException.cannot("be read", file, e);
    }
  }

  /** The hash that a file of this content would have. */
  public static String of(AtomicFile.Content content) {
    try {
      return digest(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(AtomicFile.Content content) throws IOException {
    try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), digest())) {
      content.writeTo(out);
      return hex(out.getMessageDigest());
    }
  }

  /** A hash of nothing yet. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** The hash of what a digest has seen; it starts anew. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
