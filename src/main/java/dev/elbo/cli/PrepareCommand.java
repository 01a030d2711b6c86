package dev.elbo.cli;

import dev.elbo.cli.options.PreparingArguments;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.PreparedSummary.Ratings;
import dev.elbo.data.DataDescription;
import dev.elbo.data.Filter;
import dev.elbo.data.Filtered;
import dev.elbo.data.IdType;
import dev.elbo.data.Interactions;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.Provenance;
import dev.elbo.data.read.RatingsReader;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.data.split.Partition;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code elbo prepare}: from a ratings file to data that models are trained and judged on. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Read a ratings file, filter it, and split it for training and evaluation.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo prepare --ratings ml-1m/ratings.dat --out prepared --heldout-users 750",
      "  elbo prepare --ratings log.csv --user-column who --item-column what --out data",
      "  elbo prepare --ratings 2023.csv.gz 2024.csv.gz --out prepared --split temporal"
    })
final class PrepareCommand implements Runnable {

  @Mixin private Console console;
  @Mixin private PreparingArguments arguments;

  @Override
  public void run() {
    arguments.prepare(console, (ratings, how) -> new InMemory(RatingsReader.read(ratings, how)));
  }

  /** Events in memory. */
  private record InMemory(RatingsReader.Result read) implements PreparingArguments.Events {

    private Interactions all() {
      return read.interactions();
    }

    @Override
    public Provenance provenance() {
      return read.provenance();
    }

    @Override
    public DataDescription.Source source(ReadingOptions how, Long shuffleSeed) {
      return read.provenance()
          .source(
              all().size(),
              userIds().size(),
              itemIds().size(),
              read.duplicates(),
              how,
              shuffleSeed);
    }

    @Override
    public Ratings ratings() {
      if (!all().hasRatings()) {
        return Ratings.NONE;
      }
      return RatingScale.isExceededBy(all().ratings()) ? Ratings.COUNTS : Ratings.ANY;
    }

    @Override
    public IdType userIdType() {
      return all().userIdType();
    }

    @Override
    public List<String> userIds() {
      return all().userIds();
    }

    @Override
    public List<String> itemIds() {
      return all().itemIds();
    }

    @Override
    public Filtered kept(Filter filter, Long shuffleSeed) {
      return filter.apply(shuffleSeed == null ? all() : Partition.shuffled(all(), shuffleSeed));
    }
  }
}
