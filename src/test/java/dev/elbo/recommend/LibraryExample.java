package dev.elbo.recommend;

import dev.elbo.data.EventsBuilder;
import dev.elbo.data.Filter;
import dev.elbo.data.HeldOutUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import dev.elbo.data.split.Partition;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** What the manual shows of the library; a test runs it, and holds the page to its lines. */
final class LibraryExample {

  private LibraryExample() {}

  static void run(PrintStream out, Path folder) {
    // Events: two tastes, 60 people.
    EventsBuilder builder = Interactions.builder();
    for (int user = 0; user < 60; user++) {
      String taste = user % 2 == 0 ? "sea" : "hill";
      for (int n = 0; n < 6; n++) {
        builder.add("user" + user, taste + (user + n * n) % 10);
      }
    }
    Interactions events = builder.build();

    // A model, and what it recommends to somebody whom it has never seen.
    RecommenderModel model = Elbo.multVae().hidden(50).latent(10).epochs(30).train(events);
    out.println(model.recommend(List.of("sea1", "sea4"), 3));

    // Not everything may be recommended; and why is this one?
    Query query = Query.of("sea1", "sea4").top(2).excluding(List.of("sea2"));
    out.println(model.recommend(query));
    out.println(model.reasons(query, "sea5"));
    out.println(model.similar("hill3", 3));

    // Kept for later.
    model.save(folder);
    try (RecommenderModel loaded = RecommenderModel.load(folder)) {
      out.println(loaded.recommend(List.of("sea1", "sea4"), 3));
    }

    // Is it any good? A tenth of the users chooses the epoch, another one judges.
    PreparedData data =
        Partition.divide(
            events,
            new Filter(/* minRating= */ null, 0, 5, /* kCore= */ false),
            new Split.Strong(new HeldOutUsers(0.1), /* holdout= */ 0.2, /* seed= */ 1));
    try (RecommenderModel judged =
        Elbo.multVae()
            .hidden(50)
            .latent(10)
            .epochs(30)
            .patience(10)
            .onEpoch(epoch -> out.println(epoch.epoch() + ": " + epoch.validation()))
            .train(data)) {
      out.println(judged.evaluate(data, "ndcg@10", "recall@5"));
    }
  }
}
