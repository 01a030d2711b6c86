package dev.elbo.cli;

import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.terminal.Console;
import dev.elbo.engine.Scoring;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.OptionName;
import dev.elbo.onnx.OnnxModel;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo export}: a model for other programs. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Write a model as a file that other programs run: an ONNX graph from users' items to the"
            + " scores of all items, with the items' ids.",
    footerHeading = "%nExamples:%n",
    footer = {"  elbo export --model-dir model --format onnx --out model.onnx"})
final class ExportCommand implements Runnable {

  /** How the file is written. */
  private enum Format {
    ONNX;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }

  @Mixin private Console console;

  @Mixin private ModelArgument model;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "what to write: ${COMPLETION-CANDIDATES}")
  private Format format = Format.ONNX;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "the file to write; one that is there is replaced")
  private Path out;

  @Override
  public void run() {
    AtomicFile.requireFolder(out);
    SavedModel saved = model.read(console);
    switch (format) {
      case ONNX -> OnnxModel.write(saved, out);
    }
    sayWhatIsLeftOut(saved.description().run().scoring());
    console.say("Wrote %s".formatted(out));
    console.json(() -> Map.of("out", out.toString(), "format", format.toString()));
  }

  /**
   * A graph is for whole histories, so it does not matter whether evaluation skips the last item.
   */
  private void sayWhatIsLeftOut(Scoring scoring) {
    if (scoring.sample()) {
      console.note("--sample-scores is not in the graph: it scores from the latent layer's mean.");
    }
    if (scoring.zeroSeen()) {
      console.note("--zero-seen is not in the graph: items of the history have their own scores.");
    }
  }
}
