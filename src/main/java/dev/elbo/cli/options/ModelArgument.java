package dev.elbo.cli.options;

import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which trained model a command works with. */
@Section(Section.Of.FILES)
public final class ModelArgument {

  @Option(
      names = "--model-dir",
      required = true,
      paramLabel = "MODEL",
      description = "directory that `elbo train` made")
  private Path directory;

  /** The directory. */
  public Path directory() {
    return directory;
  }

  /** Reads the model. */
  public SavedModel read(Console console) {
    return read(directory, console);
  }

  /** Reads a model, and says what of it could not be checked. */
  public static SavedModel read(Path dir, Console console) {
    SavedModel model = SavedModel.read(dir);
    List<String> unchecked = SavedModel.unchecked(dir);
    if (!unchecked.isEmpty()) {
      console.note(
          "%s: model.json has no SHA-256 of %s: damage there would go unnoticed."
              .formatted(dir, String.join(" and ", unchecked)));
    }
    return model;
  }

  /** Its items, in words: how many, and where their ids are listed. */
  public String itemsOf(SavedModel saved) {
    return "its %,d items are in %s"
        .formatted(saved.itemIds().size(), directory.resolve("items.txt"));
  }
}
