package dev.elbo.serve;

import dev.elbo.ElboException;
import dev.elbo.io.Json;
import dev.elbo.io.Printable;
import dev.elbo.recommend.Query;
import dev.elbo.recommend.Reason;
import dev.elbo.recommend.Recommendation;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.train.SavedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What can be asked, as JSON in and out. Any number of threads may ask. */
final class Api {

  private static final int USUAL_K = 10;
  private static final int USUAL_FOUND = 20;
  private static final int MOST_FOUND = 100;
  private static final List<String> OF_USER = List.of("items", "ratings", "k", "exclude", "only");

  private final LiveModel live;
  private final MicroBatches batches;
  private final SingleFile singleFile;
  private final Map<String, String> titles;
  private final Limits limits;

  /** The catalogue of the model at hand; it is made again when the model's items have changed. */
  private Listed listed;

  private record Listed(List<String> items, Catalogue catalogue) {}

  Api(
      LiveModel live,
      MicroBatches batches,
      SingleFile singleFile,
      Map<String, String> titles,
      Limits limits) {
    this.live = live;
    this.batches = batches;
    this.singleFile = singleFile;
    this.titles = titles;
    this.limits = limits;
  }

  /** Recommends to one user, or to each of several. */
  Reply recommend(byte[] body) {
    RequestDocument document = RequestDocument.of(body);
    boolean isMany = document.has("users");
    List<RequestDocument> users =
        isMany
            ? document.requireOnly(List.of("users")).objects("users", limits.users())
            : List.of(document);
    List<Query> queries = users.stream().map(this::query).toList();
    List<List<String>> unknown =
        live.ask(
            model -> {
              queries.forEach(query -> checked(() -> require(model, query)));
              return queries.stream().map(query -> unknown(model, query)).toList();
            });
    List<List<Recommendation>> answers = batches.recommend(queries);
    List<Map<String, Object>> documents = new ArrayList<>();
    for (int user = 0; user < answers.size(); user++) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("items", items(answers.get(user)));
      if (!unknown.get(user).isEmpty()) {
        answer.put("unknown", unknown.get(user));
      }
      documents.add(answer);
    }
    return Reply.json(isMany ? Map.of("users", documents) : documents.getFirst());
  }

  private static Query require(RecommenderModel model, Query query) {
    model.requireAnswerable(query);
    return query;
  }

  private static List<String> unknown(RecommenderModel model, Query query) {
    return query.items().stream().filter(item -> !model.knows(item)).toList();
  }

  private Query query(RequestDocument user) {
    user.requireOnly(OF_USER);
    List<String> items = user.requiredIds("items", limits.history());
    List<Double> ratings = user.numbers("ratings", limits.history());
    int k = user.count("k", USUAL_K, limits.k());
    var excluded = new LinkedHashSet<>(user.ids("exclude", limits.filter()).orElse(List.of()));
    Optional<LinkedHashSet<String>> only =
        user.ids("only", limits.filter()).map(LinkedHashSet::new);
    return checked(() -> new Query(items, ratings, k, excluded, only.map(ids -> ids)));
  }

  /** Items like one. */
  Reply similar(byte[] body) {
    RequestDocument document = RequestDocument.of(body).requireOnly(List.of("item", "k"));
    String item = document.id("item");
    int k = document.count("k", USUAL_K, limits.k());
    List<Recommendation> similar = singleFile.ask(() -> checked(() -> similar(item, k)));
    return Reply.json(Map.of("items", items(similar)));
  }

  private List<Recommendation> similar(String item, int k) {
    return live.ask(model -> known(model, item).similar(item, k));
  }

  /** The model, if it knows an item. To look for one that was meant takes too long here. */
  private static RecommenderModel known(RecommenderModel model, String item) {
    if (!model.knows(item)) {
      throw new Refusal(
          Refusal.BAD_REQUEST,
          "the model does not know item '%s'".formatted(Printable.shortened(item)));
    }
    return model;
  }

  private List<Reason> reasons(Query query, String item) {
    return live.ask(model -> known(model, item).reasons(query, item));
  }

  /** Why an item is recommended. */
  Reply reasons(byte[] body) {
    RequestDocument document =
        RequestDocument.of(body).requireOnly(List.of("items", "ratings", "item"));
    String item = document.id("item");
    // Each item of the history is a user to score.
    List<String> items = document.requiredIds("items", limits.users());
    List<Double> ratings = document.numbers("ratings", limits.users());
    Query query =
        checked(
            () -> new Query(items, ratings, /* k= */ 1, new LinkedHashSet<>(), Optional.empty()));
    List<Reason> reasons = singleFile.ask(() -> checked(() -> reasons(query, item)));
    return Reply.json(Map.of("reasons", reasons.stream().map(this::document).toList()));
  }

  /**
   * Finds items by the words of their titles.
   *
   * @param words what to find; none for the first items
   * @param limit how many at most; null for the usual number
   */
  Reply items(String words, String limit) {
    int most = limit == null ? USUAL_FOUND : limit(limit);
    List<String> found = catalogue().find(words, most);
    return Reply.json(Map.of("items", found.stream().map(this::document).toList()));
  }

  private static int limit(String text) {
    if (text.matches("[0-9]{1,3}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST_FOUND) {
        return limit;
      }
    }
    throw new Refusal(
        Refusal.BAD_REQUEST, "limit: expected a whole number from 1 to " + MOST_FOUND);
  }

  private synchronized Catalogue catalogue() {
    List<String> items = live.ask(RecommenderModel::items);
    if (listed == null || !listed.items.equals(items)) {
      listed = new Listed(items, new Catalogue(items, titles));
    }
    return listed.catalogue;
  }

  /** What our page needs to know about the model. */
  Reply model() {
    return Reply.json(live.ask(this::about));
  }

  private Map<String, Object> about(RecommenderModel model) {
    SavedModel.Description description = model.description();
    Optional<List<Float>> levels = model.ratings().map(scale -> scale.levels());
    return Json.object(
        "name", description.run().model().toString(),
        "items", model.items().size(),
        "readsRatings", levels.isPresent(),
        "ratings", levels.orElse(List.of()),
        "sequence", model.readsOrder(),
        "titles", !titles.isEmpty(),
        "version", description.version(),
        "bestEpoch", description.bestEpoch(),
        "dataSha256", description.dataSha256(),
        "validation", description.validation());
  }

  /**
   * The model in the words of the Open Inference Protocol, version 2.
   *
   * @param name what the model is called here
   */
  Reply metadata(String name) {
    return Reply.json(
        live.ask(
            model ->
                Json.object(
                    "name", name,
                    "versions", List.of(model.description().dataSha256()),
                    "platform", "elbo",
                    "inputs", List.of(tensor("items", "BYTES", -1)),
                    "outputs", List.of(tensor("items", "BYTES", -1), tensor("scores", "FP32", -1)),
                    "parameters", about(model))));
  }

  private static Map<String, Object> tensor(String name, String type, int width) {
    return Json.object("name", name, "datatype", type, "shape", List.of(-1, width));
  }

  private List<Map<String, Object>> items(List<Recommendation> ranked) {
    return ranked.stream()
        .map(
            one -> {
              Map<String, Object> document = document(one.item());
              document.put("score", (float) one.score());
              return document;
            })
        .toList();
  }

  private Map<String, Object> document(Reason reason) {
    Map<String, Object> document = document(reason.item());
    document.put("difference", (float) reason.difference());
    return document;
  }

  private Map<String, Object> document(String item) {
    Map<String, Object> document = Json.object("item", item);
    if (titles.containsKey(item)) {
      document.put("title", titles.get(item));
    }
    return document;
  }

  /** What the model refuses, the client can mend. */
  private static <T> T checked(Supplier<T> work) {
    try {
      return work.get();
    } catch (ElboException | IllegalArgumentException e) {
      throw new Refusal(Refusal.BAD_REQUEST, e.getMessage());
    }
  }
}
