package dev.elbo.verify;

import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.gradients.ModelCase;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ejml.data.DMatrixRMaj;

/**
 * Asks the reference engine for the tensors of a golden case, with mistakes put in: without one,
 * they are the golden tensors themselves up to rounding.
 */
final class Replay {

  private final GoldenCase golden;
  private final Set<Mistake> mistakes;
  private final Set<Kind> kinds;
  private final Set<String> names;
  private final Map<String, double[]> tensors = new HashMap<>();

  private Replay(GoldenCase golden, Set<Mistake> mistakes, Set<String> names) {
    this.golden = golden;
    this.mistakes = mistakes;
    this.kinds = mistakes.stream().map(Mistake::kind).collect(Collectors.toSet());
    this.names = names;
  }

  /**
   * What an implementation with these mistakes computes.
   *
   * @param names the tensors that are wanted
   * @return their values by name, row-major
   */
  static Map<String, double[]> of(GoldenCase golden, Set<Mistake> mistakes, Set<String> names) {
    Replay replay = new Replay(golden, mistakes, names);
    replay.forward();
    if (replay.wants("gradient.")) {
      replay.put("gradient.", replay.asked(/* gradient= */ true).gradients());
    }
    for (Form form : golden.forms()) {
      if (replay.wants("updated." + form)) {
        replay.updates(form);
      }
    }
    replay.scores();
    names.forEach(name -> replay.tensors.putIfAbsent(name, golden.values(name)));
    replay.tensors.keySet().retainAll(names);
    return replay.tensors;
  }

  private ModelCase asked(boolean gradient) {
    ModelCase asked = golden.asked();
    for (Mistake mistake : mistakes) {
      if (gradient || !mistake.kind().change.isOfGradient()) {
        asked = mistake.in(asked);
      }
    }
    return asked;
  }

  private boolean has(Kind kind) {
    return kinds.contains(kind);
  }

  private boolean wants(String prefix) {
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  private void put(String prefix, Parameters values) {
    values.tensors().keySet().forEach(name -> tensors.put(prefix + name, values.float64(name)));
  }

  private void forward() {
    ModelCase asked = asked(/* gradient= */ false);
    try (Engine engine = asked.engine()) {
      List<Activation> activations = engine.activations(asked.batch(), asked.noise());
      for (Activation activation : activations.subList(0, activations.size() - 1)) { // no loss
        String name = golden.model().activationName(activation.layer());
        tensors.put("activation." + name, golden.dense(activation));
      }
      Loss loss = engine.loss(asked.update());
      tensors.put("nll", new double[] {loss.nll()});
      tensors.put("kl", new double[] {loss.kl()});
      tensors.put("decay", new double[] {loss.decay()});
      tensors.put("loss", new double[] {loss.total()});
    }
  }

  private void updates(Form form) {
    ModelCase asked = asked(/* gradient= */ true);
    List<Set<Block>> schedule = new ArrayList<>(golden.schedule());
    schedule.add(schedule.getLast());
    int update = (has(Kind.ONE_UPDATE_LESS) ? 1 : 0) - (has(Kind.ONE_UPDATE_MORE) ? 1 : 0);
    try (Engine engine = asked.engine()) {
      keep(form, update, engine);
      for (Set<Block> blocks : schedule) {
        if ((blocks.isEmpty() && !has(Kind.PRIOR_NEVER_RENEWED)) || has(Kind.PRIOR_NOT_FROZEN)) {
          engine.freeze();
        }
        if (!blocks.isEmpty()) {
          engine.step(update(asked, blocks), golden.adam(form));
          update++;
          keep(form, update, engine);
        }
      }
    }
  }

  private Update update(ModelCase asked, Set<Block> blocks) {
    boolean drops = blocks.contains(Block.ENCODER) || has(Kind.DECODER_WITH_DROPOUT);
    Noise noise = drops ? asked.noise() : asked.noise().withoutDropout();
    Set<Block> changed = has(Kind.BLOCKS_TOGETHER) ? Update.ALL : blocks;
    return new Update(asked.batch(), noise, asked.klWeight(), changed, asked.outputs());
  }

  private void keep(Form form, int update, Engine engine) {
    String prefix = "updated.%s.%d.".formatted(form, update);
    if (wants(prefix)) {
      put(prefix, engine.state().parameters());
    }
  }

  private void scores() {
    ModelCase asked = asked(/* gradient= */ false);
    try (Engine engine = asked.engine()) {
      int last = golden.model().layers().size() - 1;
      double[] logits = engine.activations(asked.batch(), noise(asked.noise())).get(last).values();
      DMatrixRMaj rows = DMatrixRMaj.wrap(asked.batch().size(), golden.model().items(), logits);
      tensors.putAll(new Ranking(golden, kinds, rows).tensors());
    }
  }

  /** Of a scoring pass. */
  private Noise noise(Noise ofTraining) {
    if (has(Kind.SCORES_OF_TRAINING)) {
      return ofTraining;
    }
    if (has(Kind.SCORES_DROPPED)) {
      return ofTraining.scaled(0);
    }
    return has(Kind.SCORES_SAMPLED) ? ofTraining.withoutDropout() : Noise.NONE;
  }
}
