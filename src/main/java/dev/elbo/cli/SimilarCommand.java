package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.cli.options.ModelArgument;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.RankedItems;
import dev.elbo.cli.terminal.Titles;
import dev.elbo.recommend.SimilarItems;
import dev.elbo.train.SavedModel;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elbo similar}: items that a model treats like an item. */
@Command(
    name = "similar",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description =
        "Show the items that are most like an item: cosine of the decoder's item vectors, or of"
            + " those of ials; of ease the largest weights in the item's row, of item-knn its"
            + " neighbours.",
    footerHeading = "%nExamples:%n",
    footer = {"  elbo similar --model-dir model --item 260 --titles movies.dat"})
final class SimilarCommand implements Runnable {

  @Mixin private Console console;

  @Mixin private ModelArgument model;

  @Option(names = "--item", required = true, paramLabel = "ID", description = "the item")
  private String item;

  @Option(names = "-k", converter = Positive.class, description = "how many")
  private int k = 10;

  @Mixin private Titles titles;

  @Override
  public void run() {
    titles.read();
    SavedModel saved = model.read(console);
    SimilarItems similar = SimilarItems.of(saved);
    int index = saved.itemIds().indexOf(item);
    if (index < 0) {
      throw new ElboException(
          "the model does not know item '%s'; %s".formatted(item, model.itemsOf(saved)));
    }
    RankedItems named = titles.named(item, similar.nearest(index, k), saved.itemIds());
    named.say(console);
    console.json(() -> Map.of("results", List.of(named)));
  }
}
