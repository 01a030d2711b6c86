package dev.elbo.gradients.exercises;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The source of the solutions, to be compiled as a reader's file is. */
final class Solutions {

  static final Path FOLDER =
      Path.of("test", "java", "dev", "elbo", "gradients", "exercises", "solutions");

  private Solutions() {}

  static Path file(Exercise exercise) {
    return FOLDER.resolve("Own" + exercise.task().getSimpleName() + ".java");
  }

  static String source(Exercise exercise) {
    try {
      return Files.readString(file(exercise));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
