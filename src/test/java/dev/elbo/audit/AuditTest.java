package dev.elbo.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.audit.Finding.Kind;
import dev.elbo.audit.read.Recommendations;
import dev.elbo.audit.read.RecommendationsReader;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.Interactions;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that {@code files.py} wrote as other programs do, each with a mistake that is named. */
class AuditTest {
  private static final int USERS = 12;
  private static final int ITEMS = 20;
  private static final int K = 8;

  @TempDir private static Path folder;

  /** As {@code files.py} has it; no training user has item 19, which nobody is to find. */
  private static final Truth TRUTH =
      new Truth(
          new EvaluationUsers(
              ids("u", USERS),
              matrix(place -> place < 3),
              matrix(place -> place == 5 || place == 6)),
          ids("i", ITEMS),
          Optional.of(
              CsrMatrix.of(1, ITEMS, new int[ITEMS - 1], IntStream.range(0, ITEMS - 1).toArray())),
          /* isGraded= */ false);

  private static List<String> ids(String letter, int count) {
    return IntStream.range(0, count).mapToObj(n -> letter + n).toList();
  }

  private static CsrMatrix matrix(IntPredicate which) {
    List<int[]> pairs = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS; item++) {
        if (which.test((7 * user + 3 * item) % 10)) {
          pairs.add(new int[] {user, item});
        }
      }
    }
    return CsrMatrix.of(
        USERS,
        ITEMS,
        pairs.stream().mapToInt(pair -> pair[0]).toArray(),
        pairs.stream().mapToInt(pair -> pair[1]).toArray());
  }

  private static Recommendations read(String name) throws URISyntaxException {
    Path file = Path.of(AuditTest.class.getResource(name).toURI());
    return RecommendationsReader.read(file, TRUTH.users().userIds(), TRUTH.itemIds());
  }

  private static Audit audit(Recommendations recommendations) {
    return Audit.of(
        TRUTH, recommendations, TieOrder.FILE, UserSet.JUDGED, List.of(K), Optional.empty());
  }

  private static Map<Kind, Finding> found(Recommendations recommendations) {
    return audit(recommendations).findings().stream()
        .filter(finding -> finding.kind() != Kind.ITEMS_UNTRAINED)
        .collect(Collectors.toMap(Finding::kind, Function.identity()));
  }

  private static double figure(List<Audit.Figure> figures, String name) {
    return figures.stream()
        .filter(figure -> figure.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value()
        .mean();
  }

  @Test
  void nothingIsWrongWithScoresThatLeaveOutWhatWasSeen() throws Exception {
    assertEquals(Map.of(), found(read("scores.npy")));
  }

  @Test
  void itemsThatWereSeenAreNamedWithTheFigureWithoutThem() throws Exception {
    Audit audit = audit(read("leak.npz"));
    assertTrue(found(read("leak.npz")).containsKey(Kind.ITEMS_SEEN));
    // Without them the lists are those of the system that leaves them out.
    assertEquals(
        figure(audit(read("scores.npy")).figures(), "ndcg@8"),
        figure(audit.remedies().get(Removal.SEEN), "ndcg@8"));
  }

  @Test
  void positionsThatEndTooEarlyAreAShortList() throws Exception {
    Map<Kind, Finding> found = found(read("positions.npy"));
    assertEquals(List.of("u3: 5"), found.get(Kind.SHORT).examples());
    assertEquals(1, found.size());
  }

  @Test
  void usersAndItemsThatShouldOrShouldNotBeThereAreNamed() throws Exception {
    Recommendations recbole = read("recbole.tsv.gz");
    Map<Kind, Finding> found = found(recbole);
    assertEquals(List.of("u5"), found.get(Kind.USERS_MISSING).examples());
    assertEquals(List.of("u99"), found.get(Kind.USERS_UNKNOWN).examples());
    assertEquals(1, found.get(Kind.ITEMS_REPEATED).count());
    assertEquals(3, found.size());
    // u5 counts 0 in the mean; a mean over those with a list is 12 / 11 of it.
    double all = figure(audit(recbole).figures(), "recall@8");
    ClaimSearch search =
        ClaimSearch.of(
            TRUTH, recbole, Claim.parse("recall@8=%.6f".formatted(all * USERS / (USERS - 1))));
    assertEquals(UserSet.WITH_LIST, search.matches().getFirst().over());
  }

  @Test
  void tiesAreNamedAndTheirExpectedValueIsBetweenTheWorstAndTheBest() throws Exception {
    Recommendations ties = read("ties.csv");
    assertEquals(Set.of(Kind.TIES), found(ties).keySet());
    var ndcg = audit(ties).figures().getFirst();
    assertEquals("ndcg@8", ndcg.name());
    assertTrue(ndcg.ties().orElseThrow().worst() < ndcg.ties().orElseThrow().expected());
    assertTrue(ndcg.ties().orElseThrow().expected() < ndcg.ties().orElseThrow().best());
  }

  /** The figures are those that {@code files.py} computed by itself: it prints them. */
  @Test
  void aClaimFindsTheIdealListThatItWasMadeWith() throws Exception {
    Recommendations scores = read("scores.npy");
    for (Map.Entry<String, String> claim :
        Map.of("ndcg@2=0.8710", "ndcg", "ndcg@2=0.5546", "ndcg-ideal-all").entrySet()) {
      ClaimSearch search = ClaimSearch.of(TRUTH, scores, Claim.parse(claim.getKey()));
      var plainest = search.matches().getFirst();
      assertEquals(claim.getValue(), plainest.definition().name());
      assertEquals(2, plainest.k());
    }
    assertEquals(List.of(), ClaimSearch.of(TRUTH, scores, Claim.parse("ndcg@2=0.9999")).matches());
  }

  @Test
  void linesAreReadWithAHeaderAndWithout() throws Exception {
    Recommendations named = lines("user,rank,item", "u0,2,i4", "u0,1,i3", "u1,1,i5");
    assertEquals(List.of("i3", "i4"), named.lists().get("u0").items());
    Recommendations ranks = lines("u0,i3,1", "u0,i4,2", "u1,i5,1");
    assertEquals(List.of("i3", "i4"), ranks.lists().get("u0").items());
    Recommendations scores = lines("u0,i3,1", "u0,i4,2", "u1,i5,7");
    assertEquals(List.of("i4", "i3"), scores.lists().get("u0").items());
    Recommendations json = lines("{\"user\": \"u0\", \"items\": [\"i3\", {\"item\": \"i4\"}]}");
    assertEquals(List.of("i3", "i4"), json.lists().get("u0").items());
  }

  /** Of a user with two lists the first is judged. */
  @Test
  void aSecondListOfAUserIsNamed() throws Exception {
    Recommendations doubled = lines("u0,i3,1", "u1,i5,1", "u2,i5,1", "u0,i4,1");
    assertEquals(List.of("u0"), doubled.doubledUsers());
    assertEquals(List.of("i3"), doubled.lists().get("u0").items());
  }

  @Test
  void itemsThatNobodyHadYetAreNamed() throws Exception {
    // u0 had i5, which is held out, at time 2; i3 was first had at time 3.
    Interactions events =
        new Interactions(
            List.of("u0", "u1"),
            List.of("i5", "i3"),
            new int[] {0, 1},
            new int[] {0, 1},
            new float[0],
            new long[] {2, 3});
    var found =
        Audit.of(
                TRUTH,
                lines("u0,i5,1", "u0,i3,2"),
                TieOrder.FILE,
                UserSet.JUDGED,
                List.of(2),
                Optional.of(FirstTimes.of(TRUTH, events)))
            .findings();
    assertTrue(
        found.stream()
            .filter(finding -> finding.kind() == Kind.ITEMS_BEFORE_THEIR_TIME)
            .anyMatch(finding -> finding.examples().equals(List.of("user u0, rank 2: item i3"))),
        found::toString);
  }

  private static Recommendations lines(String first, String... lines) throws Exception {
    Path file = folder.resolve("lines");
    Files.writeString(file, first + "\n" + String.join("\n", lines) + "\n");
    return RecommendationsReader.read(file, TRUTH.users().userIds(), TRUTH.itemIds());
  }
}
