package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.EngineState;
import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run takes over from a trained model, item by item. */
class WarmStartTest {

  private static final RatingScale SCALE = new RatingScale(List.of(1f, 3f, 5f));
  private static final List<String> BEFORE = List.of("a", "b", "gone", "c");

  /** In another order, one item gone, two new. */
  private static final List<String> NOW = List.of("new", "c", "a", "newer", "b");

  private static final int[] PLACE_BEFORE = {-1, 3, 0, -1, 1};

  /** A run of small networks: three hidden units, two latent ones. */
  private static RunOptions.OfNetwork run(Architecture architecture, int hidden) {
    RunOptions.OfNetwork published = RunOptions.of(architecture);
    ModelOptions defaults = published.network();
    List<Integer> widths = defaults.hidden().stream().map(_ -> hidden).toList();
    return published.with(
        new ModelOptions(
            architecture,
            widths,
            /* latent= */ 2,
            defaults.dropout(),
            defaults.weightDecay(),
            defaults.layout(),
            architecture.predictsRatings() ? SCALE : null,
            defaults.sequence(),
            defaults.prior(),
            defaults.normEpsilon()));
  }

  private static SavedModel saved(RunOptions.OfNetwork run, List<String> ids) {
    return new SavedModel(
        new SavedModel.Description(
            "1.0",
            "fast",
            run,
            "c0ffee",
            4.0,
            ReadingOptions.DEFAULT,
            7,
            new LinkedHashMap<>(),
            List.of()),
        Parameters.initial(run.network().model(ids.size()), 1),
        ids);
  }

  /** Row by row: every value is that of the item, or the one that the run draws. */
  @ParameterizedTest
  @EnumSource(Architecture.class)
  void whatBelongsToAnItemFollowsIt(Architecture architecture) {
    RunOptions.OfNetwork run = run(architecture, 3);
    SavedModel model = saved(run, BEFORE);
    EngineState state = new WarmStart(model, run.network(), NOW).state(run);
    Parameters drawn =
        Parameters.initial(run.network().model(NOW.size()), run.seed(), run.initialization());
    int ofItems = 0;
    for (String name : drawn.tensors().keySet()) {
      int[] before = model.parameters().tensors().get(name).shape();
      int[] now = drawn.tensors().get(name).shape();
      double[] values = state.parameters().float64(name);
      for (int n = 0; n < values.length; n++) {
        int columns = now.length == 1 ? 1 : now[1];
        int columnsBefore = before.length == 1 ? 1 : before[1];
        int row = placeBefore(n / columns, now[0], before[0]);
        int column = placeBefore(n % columns, columns, columnsBefore);
        double expected =
            row < 0 || column < 0
                ? drawn.float64(name)[n]
                : model.parameters().float64(name)[row * columnsBefore + column];
        assertEquals(expected, values[n], name + " " + n);
      }
      ofItems += now[0] == before[0] && (now.length == 1 || now[1] == before[1]) ? 0 : 1;
    }
    assertTrue(ofItems >= 3, "weight and bias at the end, and a weight at the beginning");
    assertEquals(EngineState.Updates.NONE, state.updates());
    assertTrue(!state.hasMoments());
    assertEquals(Parameters.NONE, state.frozen(), "the prior remembers the encoder as it is");
  }

  /** Where a place of a dimension was: of five items now and four before, with the same of each. */
  private static int placeBefore(int place, int size, int sizeBefore) {
    if (size == sizeBefore) {
      return place;
    }
    int ofItem = size / NOW.size();
    assertEquals(sizeBefore, ofItem * BEFORE.size());
    int item = PLACE_BEFORE[place / ofItem];
    return item < 0 ? item : item * ofItem + place % ofItem;
  }

  @Test
  void itIsDescribed() {
    RunOptions.OfNetwork run = run(Architecture.MULT_VAE, 3);
    SavedModel model = saved(run, BEFORE);
    StartedFrom description = new WarmStart(model, run.network(), NOW).description();
    assertEquals(
        new StartedFrom(model.parametersSha256(), 7, new LinkedHashMap<>(), 3, 2, 1), description);
  }

  @Test
  void fromItselfItIsTheModel() {
    RunOptions.OfNetwork run = run(Architecture.RECVAE, 3);
    SavedModel model = saved(run, BEFORE);
    Parameters state = new WarmStart(model, run.network(), BEFORE).state(run).parameters();
    for (String name : state.tensors().keySet()) {
      assertArrayEquals(model.parameters().float64(name), state.float64(name), name);
    }
  }

  @Test
  void anotherNetworkIsRefusedByWhatIsOther() {
    RunOptions.OfNetwork run = run(Architecture.MULT_VAE, 3);
    SavedModel model = saved(run, BEFORE);
    refuses(
        "hidden: expected 3, as the model to start from has, found 4; take the same",
        model,
        run(Architecture.MULT_VAE, 4).network());
    refuses(
        "model: expected mult-vae, as the model to start from has, found mult-dae",
        model,
        run(Architecture.MULT_DAE, 3).network());
    ModelOptions other = run.network();
    new WarmStart(
        model,
        new ModelOptions(Architecture.MULT_VAE, other.hidden(), other.latent(), 0.3, 0.1),
        NOW); // what is dropped or penalised may be other
  }

  @Test
  void otherRatingsAreOtherInputs() {
    RunOptions.OfNetwork run = run(Architecture.MFAE, 3);
    refuses(
        "found 1.0,5.0", saved(run, BEFORE), run.network().with(new RatingScale(List.of(1f, 5f))));
  }

  private static void refuses(String message, SavedModel model, ModelOptions network) {
    ElboException e = assertThrows(ElboException.class, () -> new WarmStart(model, network, NOW));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void aModelOfOtherItemsIsRefused() {
    RunOptions.OfNetwork run = run(Architecture.MULT_VAE, 3);
    SavedModel model = saved(run, List.of("x", "y"));
    ElboException e =
        assertThrows(ElboException.class, () -> new WarmStart(model, run.network(), NOW));
    assertEquals(
        "the model to start from knows none of the 5 items of the data; train without it",
        e.getMessage());
  }

  @Test
  void aBaselineIsRefused() {
    RunOptions ease = RunOptions.of(Baseline.EASE);
    SavedModel model = saved(run(Architecture.MULT_VAE, 3), BEFORE);
    SavedModel.Description had = model.description();
    SavedModel baseline =
        new SavedModel(
            new SavedModel.Description(
                had.version(),
                null,
                ease,
                had.dataSha256(),
                had.minRating(),
                had.reading(),
                0,
                had.validation(),
                had.unrated()),
            model.parameters(),
            BEFORE);
    ElboException e =
        assertThrows(
            ElboException.class,
            () -> new WarmStart(baseline, run(Architecture.MULT_VAE, 3).network(), NOW));
    assertTrue(e.getMessage().contains("ease is fitted in one go"), e.getMessage());
  }
}
