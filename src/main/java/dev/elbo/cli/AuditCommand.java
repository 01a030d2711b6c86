package dev.elbo.cli;

import dev.elbo.ElboException;
import dev.elbo.audit.Audit;
import dev.elbo.audit.Claim;
import dev.elbo.audit.ClaimSearch;
import dev.elbo.audit.Comparison;
import dev.elbo.audit.FirstTimes;
import dev.elbo.audit.SampledNegatives;
import dev.elbo.audit.SampledNegatives.Unlisted;
import dev.elbo.audit.TieOrder;
import dev.elbo.audit.Truth;
import dev.elbo.audit.UserSet;
import dev.elbo.audit.read.Recommendations;
import dev.elbo.audit.read.RecommendationsReader;
import dev.elbo.audit.read.Trec;
import dev.elbo.cli.options.DataRequirements;
import dev.elbo.cli.options.Positive;
import dev.elbo.cli.terminal.Audits;
import dev.elbo.cli.terminal.Comparisons;
import dev.elbo.cli.terminal.Console;
import dev.elbo.cli.terminal.Section;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.PreparedData;
import dev.elbo.data.read.RatingsReader;
import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Metric;
import dev.elbo.eval.comparison.PairedComparison;
import dev.elbo.eval.comparison.PairedDifference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code elbo audit}: any system's recommendations under every definition. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description =
        "Judge any system's recommendations: what is wrong with them, their figures under every"
            + " definition in use, what ties do to these, and what gives a figure that somebody"
            + " reports.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  elbo audit --data prepared --recommendations top.csv",
      "  elbo audit --data prepared --recommendations top.csv --claim ndcg@100=0.3979",
      "  elbo audit --data prepared --recommendations top.csv --against other.npy",
      "  elbo audit --qrels qrels.txt --run run.txt -k 10,100",
      "  elbo audit --definitions"
    })
final class AuditCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int USUAL_CUTOFF = 100;
  private static final int RESAMPLES = 10_000;
  private static final long SEED = 98765;

  @Mixin private Console console;

  @Section(Section.Of.FILES)
  @Option(
      names = "--data",
      paramLabel = "DATA",
      description = "directory that `elbo prepare` made, whose held-out items are to be found")
  private Path dataDir;

  @Section(Section.Of.FILES)
  @Option(
      names = "--recommendations",
      paramLabel = "FILE",
      description =
          "what a system recommends, in the ids of the data: user, item and a rank or a score in"
              + " CSV or the like, with a header or without; a TREC run; JSON lines; scores [users,"
              + " items] or positions of items [users, k] as .npy, .npz or .safetensors")
  private Path file;

  @Section(Section.Of.FILES)
  @Option(
      names = "--ratings",
      paramLabel = "FILE",
      description =
          "the ratings that the data was prepared from, with times: also look for recommended items"
              + " that nobody had yet")
  private Path ratings;

  @Section(Section.Of.FILES)
  @Option(
      names = "--qrels",
      paramLabel = "FILE",
      description = "instead of --data: what TREC's qrels say is relevant")
  private Path qrels;

  @Section(Section.Of.FILES)
  @Option(
      names = "--run",
      paramLabel = "FILE",
      description = "instead of --recommendations, with --qrels: a TREC run")
  private Path run;

  @Section(Section.Of.FILES)
  @Option(
      names = "--against",
      paramLabel = "FILE",
      description = "recommendations of another system, to compare with user by user")
  private Path against;

  @Section(Section.Of.EVALUATION)
  @Option(
      names = "--on",
      description = "users to judge on: ${COMPLETION-CANDIDATES} (default: test)")
  private EvaluateCommand.Part on;

  @Section(Section.Of.EVALUATION)
  @Option(
      names = "-k",
      split = ",",
      paramLabel = "K",
      converter = Positive.class,
      description =
          "how many recommendations of a user count; several cutoffs may be given (default: as many"
              + " as the longest list has, at most 100)")
  private List<Integer> cutoffs;

  @Section(Section.Of.EVALUATION)
  @Option(
      names = "--claim",
      paramLabel = "NAME@K=VALUE",
      converter = ClaimConverter.class,
      description = "find the definitions that give a figure; exit with 1 if none does")
  private List<Claim> claims = List.of();

  @Section(Section.Of.EVALUATION)
  @Option(
      names = "--definitions",
      description = "show all definitions with their sources, and nothing else")
  private boolean definitions;

  /** Reads a claim. */
  static final class ClaimConverter implements ITypeConverter<Claim> {
    @Override
    public Claim convert(String text) {
      try {
        return Claim.parse(text);
      } catch (ElboException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** What is judged, by what, and by whose rules where they differ. */
  private record Judged(
      Truth truth,
      Path file,
      Recommendations recommendations,
      TieOrder order,
      UserSet over,
      Optional<FirstTimes> times) {}

  @Override
  public Integer call() {
    if (definitions) {
      console.requireAlone("--definitions");
      Audits.definitions().forEach(console::say);
      console.json(() -> Map.of("definitions", Audits.documentOfDefinitions()));
      return 0;
    }
    requireOnePair();
    Judged judged = qrels == null ? ofData() : ofTrec();
    List<Integer> at = cutoffs == null ? List.of(usual(judged.recommendations)) : ascending();
    Audit audit =
        Audit.of(judged.truth, judged.recommendations, judged.order, judged.over, at, judged.times);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("recommendations", judged.file.toString());
    document.putAll(Audits.document(audit));
    console.say(judged.file.toString());
    Audits.findings(audit).forEach(console::say);
    boolean given = true;
    if (claims.isEmpty()) {
      Audits.figures(audit, judged.order, judged.over).forEach(console::say);
    } else {
      List<ClaimSearch> searches =
          claims.stream()
              .map(claim -> ClaimSearch.of(judged.truth, judged.recommendations, claim))
              .toList();
      searches.forEach(search -> Audits.claim(search).forEach(console::say));
      document.put("claims", searches.stream().map(Audits::document).toList());
      given = searches.stream().noneMatch(search -> search.matches().isEmpty());
    }
    if (against != null) {
      compare(judged, at, document);
    }
    console.json(() -> document);
    return given ? 0 : FAILED;
  }

  private void requireOnePair() {
    boolean ofData = dataDir != null && file != null && qrels == null && run == null;
    boolean ofTrec = qrels != null && run != null && dataDir == null && file == null;
    if (!ofData && !ofTrec) {
      throw console.wrongUsage(
          "expected --data and --recommendations, or --qrels and --run, and not some of both");
    }
    if (ofTrec && (on != null || ratings != null)) {
      throw console.wrongUsage(
          "%s does nothing beside --qrels: leave it out"
              .formatted(on == null ? "--ratings" : "--on"));
    }
  }

  private Judged ofData() {
    PreparedData data = PreparedData.read(dataDir);
    new DataRequirements(dataDir, data).requireHeldOut();
    EvaluationUsers users = part().of(data);
    Truth truth = Truth.of(data, users);
    if (truth.judged() == 0) {
      throw ElboException.in(dataDir, "no %s user has a held-out item to find".formatted(part()));
    }
    Recommendations read = read(file, truth);
    Optional<FirstTimes> times =
        Optional.ofNullable(ratings)
            .map(path -> RatingsReader.read(path, data.description().source().reading()))
            .map(result -> FirstTimes.of(truth, result.interactions()));
    return new Judged(truth, file, read, TieOrder.FILE, UserSet.JUDGED, times);
  }

  private EvaluateCommand.Part part() {
    return on == null ? EvaluateCommand.Part.test : on;
  }

  private Judged ofTrec() {
    Truth truth = Truth.of(Trec.readQrels(qrels));
    if (truth.judged() == 0) {
      throw ElboException.in(qrels, "expected a relevant document, found none");
    }
    Recommendations read = Trec.readRun(run);
    requireKnown(run, read, truth);
    return new Judged(truth, run, read, TieOrder.DESCENDING_ID, UserSet.LISTED, Optional.empty());
  }

  private static Recommendations read(Path file, Truth truth) {
    Recommendations read =
        RecommendationsReader.read(file, truth.users().userIds(), truth.itemIds());
    requireKnown(file, read, truth);
    return read;
  }

  private static void requireKnown(Path file, Recommendations read, Truth truth) {
    if (truth.users().userIds().stream().noneMatch(read.lists()::containsKey)) {
      throw ElboException.in(
          file,
          "expected users such as %s, found none of those, but %s; the ids are to be those of the"
                  .formatted(truth.users().userIds().getFirst(), read.lists().firstEntry().getKey())
              + " data, of the users to judge on");
    }
  }

  private static int usual(Recommendations recommendations) {
    int longest =
        recommendations.lists().values().stream()
            .mapToInt(list -> list.items().size())
            .max()
            .orElse(1);
    return Math.clamp(longest, 1, USUAL_CUTOFF);
  }

  private List<Integer> ascending() {
    return cutoffs.stream().distinct().sorted().toList();
  }

  private void compare(Judged judged, List<Integer> at, Map<String, Object> document) {
    Recommendations other = qrels == null ? read(against, judged.truth) : Trec.readRun(against);
    Evaluation a = Comparison.of(judged.truth, judged.recommendations, judged.order, at);
    Evaluation b = Comparison.of(judged.truth, other, judged.order, at);
    SequencedMap<Metric, PairedDifference> differences = PairedComparison.of(a, b, RESAMPLES, SEED);
    String whom = qrels == null ? part().name() : "TREC";
    console.say("");
    console.say("A: %s%nB: %s".formatted(judged.file, against));
    Comparisons.lines(whom, a, RESAMPLES, differences).forEach(console::say);
    document.put("against", against.toString());
    document.put("comparison", Comparisons.document(whom, a, RESAMPLES, SEED, differences));
    if (judged.truth.training().isPresent()) {
      List<SampledNegatives> ofA =
          SampledNegatives.of(judged.truth, judged.recommendations, Unlisted.NEXT);
      List<SampledNegatives> ofB = SampledNegatives.of(judged.truth, other, Unlisted.NEXT);
      boolean reached =
          ofA.equals(SampledNegatives.of(judged.truth, judged.recommendations, Unlisted.LAST))
              && ofB.equals(SampledNegatives.of(judged.truth, other, Unlisted.LAST));
      Audits.sampled(ofA, ofB, reached).forEach(console::say);
      document.put("sampled", Audits.document(ofA, ofB));
    }
  }
}
