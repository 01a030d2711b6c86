package dev.elbo.cli;

import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which trained model a command works with. */
final class ModelOption {

  @Option(
      names = "--model-dir",
      required = true,
      paramLabel = "MODEL",
      description = "directory that `elbo train` made")
  private Path directory;

  /** Reads the model. */
  SavedModel read() {
    return SavedModel.read(directory);
  }

  /** Its items, in words: how many, and where their ids are listed. */
  String itemsOf(SavedModel saved) {
    return "its %,d items are in %s"
        .formatted(saved.itemIds().size(), directory.resolve("items.txt"));
  }
}
