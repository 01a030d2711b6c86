package dev.elbo.recommend;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Scoring;
import dev.elbo.engine.TopN;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.Novelty;
import dev.elbo.eval.RatingEvaluator;
import dev.elbo.eval.RatingMetric;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A trained model that answers, in external ids: for any user whose items are given, trained on or
 * not. It does not change, and any number of threads may ask it at a time; each gets the bits that
 * it would get alone. The threads that an engine computes with end when the model is closed, or
 * when nothing refers to it any more.
 */
public final class RecommenderModel implements AutoCloseable {

  private static final Cleaner CLEANER = Cleaner.create();

  /** Users that are scored at a time: bounds the memory of the scores. */
  private static final int BATCH_SIZE = 500;

  private final SavedModel saved;
  private final Scorer scorer;

  /** Makes what scores as the model was trained to be judged: it may leave out the last item. */
  private final Supplier<ModelScorer> judging;

  private final Cleaner.Cleanable end;
  private final ItemNumbers numbers;

  /** Held by whoever asks, for reading; for writing by whoever closes the model. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  /** Is made once somebody has asked for similar items. */
  private SimilarItems similar;

  private RecommenderModel(
      SavedModel saved, Scorer scorer, Supplier<ModelScorer> judging, Runnable end) {
    this.saved = saved;
    this.scorer = scorer;
    this.judging = judging;
    this.end = CLEANER.register(this, end);
    this.numbers = new ItemNumbers(saved.itemIds(), saved.ratings());
  }

  /**
   * A model that was trained.
   *
   * @param saved the model
   * @param engine name of the engine that computes a network: {@code fast} or {@code reference}
   * @param threads how many threads it may use for one call; no answer depends on it
   * @throws ElboException if there is no such engine, or it cannot compute the network
   */
  public static RecommenderModel of(SavedModel saved, String engine, int threads) {
    Scoring scoring = saved.description().run().scoring();
    ModelScorer whole = ModelScorer.of(saved, scoring.ofWholeHistories(), engine, threads);
    return new RecommenderModel(
        saved, whole, () -> ModelScorer.of(saved, scoring, engine, threads), whole::close);
  }

  /**
   * A model whose recommendations another program computes; what it is judged by, the fast engine.
   *
   * @param saved the model, for what it knows
   * @param scorer computes its scores
   */
  public static RecommenderModel of(SavedModel saved, Scorer scorer) {
    return new RecommenderModel(saved, scorer, () -> ModelScorer.of(saved, "fast", 1), () -> {});
  }

  /**
   * A model from its directory, computed by the fast engine on all cores.
   *
   * @param dir what {@link #save} or {@code elbo train} wrote
   * @throws ElboException if it is missing or damaged
   */
  public static RecommenderModel load(Path dir) {
    return of(SavedModel.read(dir), "fast", Runtime.getRuntime().availableProcessors());
  }

  /**
   * Writes the model directory. A model that is already there is replaced in one step.
   *
   * @param dir the directory; it is made if need be
   * @throws ElboException if it cannot be written
   */
  public void save(Path dir) {
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      throw ElboException.cannot("be made", dir, e);
    }
    saved.write(dir);
  }

  /** External ids of the items that it knows, {@code [I]}; of users, if it reads items' rows. */
  public List<String> items() {
    return saved.itemIds();
  }

  /** Whether it knows an item. */
  public boolean knows(String item) {
    return numbers.of(item) >= 0;
  }

  /** The scale of the ratings that it reads and predicts; empty if it ranks. */
  public Optional<RatingScale> ratings() {
    return saved.ratings();
  }

  /** Whether the order of a user's items counts. */
  public boolean readsOrder() {
    return saved.description().model() instanceof ModelOptions options
        && options.architecture().isSequential();
  }

  /** What it is and where it comes from, with its metrics on the validation users. */
  public SavedModel.Description description() {
    return saved.description();
  }

  /**
   * The best items for a user.
   *
   * @param items external ids of the user's items, each once, for a model of sequences in the order
   *     of time; those that the model does not know are passed over
   * @param k how many items to recommend, 1 or more
   * @return the items, best first; fewer where no more are left, none if the model knows none of
   *     the user's
   * @throws ElboException if the model predicts ratings, or reads items' rows
   */
  public List<Recommendation> recommend(List<String> items, int k) {
    return recommend(Query.of(items).top(k));
  }

  /**
   * The best items for a user.
   *
   * @return the items, best first; fewer where no more are left, none if the model knows none of
   *     the user's
   * @throws ElboException if the model predicts ratings and the query has none or one outside of
   *     their scale; if the model reads items' rows
   */
  public List<Recommendation> recommend(Query query) {
    return recommend(List.of(query)).getFirst();
  }

  /**
   * The best items for each of several users, who are scored together: faster than one by one.
   *
   * @return for each query what it would get alone
   * @throws ElboException as for one query
   */
  public List<List<Recommendation>> recommend(List<Query> queries) {
    saved.requireUsersRows();
    List<List<Recommendation>> all = new ArrayList<>();
    for (int from = 0; from < queries.size(); from += BATCH_SIZE) {
      all.addAll(ofBatch(queries.subList(from, Math.min(from + BATCH_SIZE, queries.size()))));
    }
    return List.copyOf(all);
  }

  private List<List<Recommendation>> ofBatch(List<Query> queries) {
    CsrMatrix histories = numbers.rows(queries);
    @SuppressWarnings({"unchecked", "rawtypes"})
    List<Recommendation>[] ranked = new List[queries.size()];
    scores(
        Batch.range(histories, 0, queries.size()),
        (position, scores) ->
            ranked[position] = best(queries.get(position), histories, position, scores));
    return List.of(ranked);
  }

  private List<Recommendation> best(Query query, CsrMatrix histories, int row, float[] scores) {
    if (histories.size(row) == 0) {
      return List.of();
    }
    int[] leftOut = numbers.filter(query).with(scorer.leftOut(histories, row));
    return IntStream.of(TopN.of(scores, query.k(), leftOut))
        .mapToObj(item -> new Recommendation(saved.itemIds().get(item), shown(scores[item])))
        .toList();
  }

  /** A predicted rating within its scale; the score of a model that ranks as it is. */
  private double shown(float score) {
    return saved.ratings().map(scale -> scale.clip(score)).orElse((double) score);
  }

  /**
   * Checks that the model can answer a query.
   *
   * @throws ElboException if it cannot, as {@link #recommend(Query)} would throw
   */
  public void requireAnswerable(Query query) {
    saved.requireUsersRows();
    numbers.requireRatings(query);
  }

  /**
   * Why an item is recommended to a user, or is not: for each of the user's items that the model
   * knows, what the item's score loses without it. Scores that are logits are compared with the
   * mean logit of all items, since only their differences count.
   *
   * @param query what the user has
   * @param item external id of the item
   * @return the reasons, those that speak most for the item first
   * @throws ElboException if the model does not know the item, or as {@link #recommend(Query)}
   *     throws
   */
  public List<Reason> reasons(Query query, String item) {
    saved.requireUsersRows();
    int asked = numbers.require(item);
    Query whole = query.keeping(n -> knows(query.items().get(n)));
    int size = whole.items().size();
    double[] scores = new double[size + 1]; // of all items, and without the first, the second ...
    for (int from = 0; from <= size; from += BATCH_SIZE) {
      int first = from;
      int count = Math.min(BATCH_SIZE, size + 1 - from);
      List<Query> shorter =
          IntStream.range(from, from + count)
              .mapToObj(row -> whole.keeping(n -> n != row - 1))
              .toList();
      CsrMatrix histories = numbers.rows(shorter);
      scores(
          Batch.range(histories, 0, count),
          (position, of) -> scores[first + position] = relative(of, asked));
    }
    return IntStream.range(0, size)
        .mapToObj(n -> new Reason(whole.items().get(n), scores[0] - scores[n + 1]))
        .sorted(Comparator.comparingDouble(Reason::difference).reversed())
        .toList();
  }

  /** The score of an item, also where it is outside of a scale; a logit less the mean logit. */
  private double relative(float[] scores, int item) {
    if (saved.ratings().isPresent()) {
      return scores[item];
    }
    double sum = 0;
    for (float score : scores) {
      sum += score;
    }
    return scores[item] - sum / scores.length;
  }

  /**
   * The items that the model treats most like one.
   *
   * @param item external id of the item; it is not among them
   * @param k how many, 1 or more
   * @return the items, best first
   * @throws ElboException if the model does not know the item, or knows nothing of the kind
   */
  public List<Recommendation> similar(String item, int k) {
    saved.requireUsersRows();
    int asked = numbers.require(item);
    return similar().nearest(asked, k).stream()
        .map(ranked -> new Recommendation(saved.itemIds().get(ranked.item()), ranked.score()))
        .toList();
  }

  private synchronized SimilarItems similar() {
    if (similar == null) {
      similar = SimilarItems.of(saved);
    }
    return similar;
  }

  /**
   * How good its recommendations, or predicted ratings, are for the test users of the data that it
   * was trained on.
   *
   * @param data the data
   * @param metrics names, such as {@code ndcg@100} or {@code rmse}; none for the usual ones
   * @return each metric's value by its name
   * @throws ElboException if a metric is unknown or of the other kind, or the data is not the
   *     model's
   */
  public SequencedMap<String, Estimate> evaluate(PreparedData data, String... metrics) {
    PreparedData read = saved.readsItems() ? data.transposed() : data;
    if (!read.itemIds().equals(saved.itemIds())
        || data.hasRatings() != saved.ratings().isPresent()) {
      throw new ElboException(
          "the data is not what the model was trained on: its items, or whether it has ratings,"
              + " differ");
    }
    return evaluate(read.test(), read.train(), List.of(metrics));
  }

  /**
   * How good its recommendations are for any users.
   *
   * @param known what the model is told of each user
   * @param heldOut what it is to find; users of whom nothing is known, and items that the model
   *     does not know, are left out
   * @param metrics names, such as {@code ndcg@100}; none for the usual ones
   * @return each metric's value by its name
   * @throws ElboException if a metric is unknown or of the other kind, or needs what the model was
   *     trained on, as {@code novelty} does; if nothing is left to evaluate
   */
  public SequencedMap<String, Estimate> evaluate(
      Interactions known, Interactions heldOut, String... metrics) {
    saved.requireUsersRows();
    if (saved.ratings().isPresent()) {
      throw new ElboException(
          "the model predicts ratings: evaluate it on the data it was trained on");
    }
    if (Stream.of(metrics).map(Measure::parse).anyMatch(Novelty.class::isInstance)) {
      throw new ElboException(
          "novelty needs the popularity of items in training: evaluate on the model's data");
    }
    CsrMatrix all = numbers.matrix(known, known.userIds());
    int[] judged = IntStream.range(0, all.rows()).filter(row -> all.size(row) > 0).toArray();
    List<String> users = IntStream.of(judged).mapToObj(known.userIds()::get).toList();
    CsrMatrix foldIn = all.select(judged);
    CsrMatrix nothing = CsrMatrix.of(0, numbers.size(), new int[0], new int[0]);
    return evaluate(
        new EvaluationUsers(users, foldIn, numbers.matrix(heldOut, users)),
        nothing,
        List.of(metrics));
  }

  private SequencedMap<String, Estimate> evaluate(
      EvaluationUsers users, CsrMatrix training, List<String> names) {
    List<Measure> measures =
        names.isEmpty()
            ? Measure.defaults(saved.ratings().isPresent())
            : names.stream().map(Measure::parse).toList();
    try (ModelScorer judged = judging.get()) {
      return saved
          .ratings()
          .map(
              scale ->
                  new RatingEvaluator(
                          users, Measure.require(RatingMetric.class, measures), scale, BATCH_SIZE)
                      .evaluate(judged)
                      .byName())
          .orElseGet(
              () ->
                  new Evaluator(
                          users, Measure.require(Metric.class, measures), training, BATCH_SIZE)
                      .evaluate(judged)
                      .byName());
    }
  }

  /**
   * Ends the threads that the engine computes with, once nobody is being answered any more. A
   * network recommends no more.
   */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      end.clean();
    } finally {
      use.writeLock().unlock();
    }
  }

  private void scores(Batch batch, Scorer.Sink sink) {
    use.readLock().lock();
    try {
      scorer.scores(batch, sink);
    } finally {
      use.readLock().unlock();
    }
  }

  /** The name of the model, and how many items it knows. */
  @Override
  public String toString() {
    return "%s of %,d items".formatted(saved.description().run().model(), saved.itemIds().size());
  }
}
