package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Update;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.model.Architecture;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.random.Noise;
import dev.elbo.reference.ReferenceEngineProvider;
import dev.elbo.testing.States;
import dev.elbo.testing.Tolerances;
import dev.elbo.tornado.layers.Bias;
import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Products;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.products.CuBlas;
import dev.elbo.tornado.products.PackedGemm;
import dev.elbo.tornado.products.TiledGemm;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What TornadoVM does wrong without a word, each where a kernel or a graph could meet it: a test
 * here fails if one does.
 */
class GuardsTest {

  private static final Noise NOISE = Noise.of(3, 1);
  private static final double BETA = 0.5;
  private static final AdamOptions ADAM = AdamOptions.of(0.01);

  private final EngineProvider provider = new TornadoEngineProvider();

  @BeforeEach
  void skipWhereItCannotRun() {
    Optional<String> reason = provider.unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  /** A model with weights away from zero, and users with odd numbers of items. */
  private record Case(Model model, EngineState state, CsrMatrix users) {

    static Case of(int users, int items, int hidden) {
      RandomGenerator random = new SplittableRandom(items);
      Model model =
          new ModelOptions(Architecture.MULT_VAE, List.of(hidden), 3, 0.5, 0).model(items);
      return new Case(
          model,
          EngineState.initial(RandomValues.parameters(model, random)),
          RandomValues.sparse(users, items, random));
    }

    Batch batch(int users) {
      return Batch.range(users(), 0, users);
    }
  }

  /**
   * Grids are rounded up to whole groups; {@code KernelsTest} sees that nothing beyond is touched.
   */
  @Test
  void productsAreRightAroundTheEdgesOfTiles() throws TornadoExecutionPlanException {
    for (int m : List.of(1, TiledGemm.ROWS - 1, TiledGemm.ROWS, TiledGemm.ROWS + 1)) {
      for (int n : List.of(1, TiledGemm.COLUMNS - 1, TiledGemm.COLUMNS, TiledGemm.COLUMNS + 1)) {
        int k = 1 + (m + n) % (2 * TiledGemm.DEPTH + 1);
        for (Products products : products()) {
          assertProduct(products, m, n, k);
        }
      }
    }
    for (Products products : products()) {
      assertProduct(products, PackedGemm.ROWS + 1, PackedGemm.COLUMNS + 1, 3);
    }
  }

  /** A GPU's, which can be computed anywhere, and the device's own. */
  private static List<Products> products() {
    Products own = Device.byName(Optional.empty()).products();
    return own instanceof TiledGemm ? List.of(own) : List.of(new TiledGemm(), own);
  }

  /** Of few outputs and a long inner dimension, parts are computed by groups of their own. */
  @Test
  void longProductsAreTheSumsOfTheirParts() throws TornadoExecutionPlanException {
    for (Products products : products()) {
      assertProduct(products, 3, 5, 300);
      assertProduct(products, 3, 5, 2 * PackedGemm.DEPTH + 1);
      assertGradients(products, 3, 5, 300);
      assertGradients(products, 3, 5, 2 * PackedGemm.DEPTH + 1);
      assertGradients(products, 300, 70, 9);
    }
  }

  /** Both products backward, of a layer from {@code in} to {@code out} units. */
  private static void assertGradients(Products products, int users, int in, int out)
      throws TornadoExecutionPlanException {
    RandomGenerator random = new SplittableRandom(users * 1000L + out);
    var rows = new SparseRows(users, 1, 1);
    rows.size.set(SparseRows.USERS, users);
    FloatArray x = normal(users * in, random);
    FloatArray dY = normal(users * out, random);
    FloatArray dX = new FloatArray(users * in);
    Parameter weight = Parameter.weight("weight", out, in);
    weight.makeTrainable();
    copy(normal(out * in, random), weight.value);
    Tasks tasks =
        new Tasks("gradients", new TaskGraph("gradients"), new GridScheduler(), products, false);
    tasks
        .graph()
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, rows.size, x, dY, weight.value);
    tasks.products().backwardInput(tasks, "0", rows, dY, weight, dX);
    tasks.products().backwardWeight(tasks, "0", rows, dY, x, weight);
    tasks.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, dX, weight.gradient);
    try (var plan = new TornadoExecutionPlan(tasks.graph().snapshot())) {
      plan.withGridScheduler(tasks.grids()).execute();
    }
    for (int i = 0; i < in; i++) {
      for (int b = 0; b < users; b++) {
        double expected = 0;
        for (int o = 0; o < out; o++) {
          expected += dY.get(b * out + o) * weight.value.get(o * in + i);
        }
        assertEquals(expected, dX.get(b * in + i), 1e-4, "dX at %d, %d".formatted(b, i));
      }
      for (int o = 0; o < out; o++) {
        double expected = 0;
        for (int b = 0; b < users; b++) {
          expected += dY.get(b * out + o) * x.get(b * in + i);
        }
        assertEquals(expected, weight.gradient.get(o * in + i), 1e-4, "dW at " + o + ", " + i);
      }
    }
  }

  private static void assertProduct(Products products, int m, int n, int k)
      throws TornadoExecutionPlanException {
    RandomGenerator random = new SplittableRandom(m * 1000L + n);
    var rows = new SparseRows(m, 1, 1);
    rows.size.set(SparseRows.USERS, m);
    FloatArray x = normal(m * k, random);
    FloatArray y = new FloatArray(m * n);
    FloatArray tanh = new FloatArray(m * n);
    Parameter weight = Parameter.weight("weight", n, k);
    Parameter bias = Parameter.bias("bias", n);
    copy(normal(n * k, random), weight.value);
    copy(normal(n, random), bias.value);
    Tasks tasks =
        new Tasks("product", new TaskGraph("product"), new GridScheduler(), products, false);
    tasks
        .graph()
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, rows.size, x, weight.value, bias.value);
    tasks.products().forward(tasks, "0", rows, x, weight, bias, y, Optional.of(tanh));
    tasks.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, y, tanh);
    try (var plan = new TornadoExecutionPlan(tasks.graph().snapshot())) {
      plan.withGridScheduler(tasks.grids()).execute();
    }
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double expected = bias.value.get(j);
        for (int q = 0; q < k; q++) {
          expected += x.get(i * k + q) * weight.value.get(j * k + q);
        }
        String at = "%d x %d x %d at %d, %d".formatted(m, n, k, i, j);
        assertEquals(expected, y.get(i * n + j), 1e-4, at);
        assertEquals(Math.tanh(expected), tanh.get(i * n + j), 1e-4, at);
      }
    }
  }

  private static FloatArray normal(int size, RandomGenerator random) {
    FloatArray values = new FloatArray(size);
    for (int n = 0; n < size; n++) {
      values.set(n, (float) random.nextGaussian());
    }
    return values;
  }

  private static void copy(FloatArray from, FloatArray to) {
    for (int n = 0; n < from.getSize(); n++) {
      to.set(n, from.get(n));
    }
  }

  /** The arrays are made for the first batch and some more; none may be too small for it. */
  @Test
  void aFirstBatchOfFewValuesFits() {
    Case example = Case.of(1, 12, 4);
    for (int values = 0; values <= 12; values++) {
      CsrMatrix items = CsrMatrix.of(1, 12, new int[values], IntStream.range(0, values).toArray());
      try (Engine engine = provider.create(example.model(), example.state(), 1);
          Engine reference =
              new ReferenceEngineProvider().create(example.model(), example.state(), 1)) {
        assertEquals(
            largestScore(reference, items),
            largestScore(engine, items),
            Tolerances.FLOAT32,
            values + " values");
      }
    }
  }

  /** The largest score of one user. */
  private static float largestScore(Engine engine, CsrMatrix items) {
    float[] largest = new float[1];
    engine.scores(
        Batch.range(items, 0, 1),
        (_, scores) -> {
          Arrays.sort(scores);
          largest[0] = scores[scores.length - 1];
        });
    return largest[0];
  }

  /** A reduction over work items is wrong for most sizes if it is TornadoVM's own. */
  @Test
  void lossIsRightWhateverTheNumberOfItems() {
    for (int items : List.of(1, 2, 127, 128, 129, 300)) {
      Case example = Case.of(5, items, 4);
      try (Engine engine = provider.create(example.model(), example.state(), 1);
          Engine reference =
              new ReferenceEngineProvider().create(example.model(), example.state(), 1)) {
        Batch batch = example.batch(5);
        assertClose(
            reference.loss(Update.of(batch, NOISE, BETA)),
            engine.loss(Update.of(batch, NOISE, BETA)));
      }
    }
  }

  /** What a larger batch left on the device is not seen by a smaller one. */
  @Test
  void aSmallBatchAfterALargeOneIsAsIfItWereTheFirst() {
    Case example = Case.of(70, 40, 9);
    Batch small = example.batch(3);
    try (Engine used = provider.create(example.model(), example.state(), 1);
        Engine fresh = provider.create(example.model(), example.state(), 1)) {
      used.gradients(Update.of(example.batch(70), NOISE, BETA));
      assertEquals(
          fresh.loss(Update.of(small, NOISE, BETA)), used.loss(Update.of(small, NOISE, BETA)));
      States.assertClose(
          "gradient",
          fresh.gradients(Update.of(small, NOISE, BETA)),
          used.gradients(Update.of(small, NOISE, BETA)),
          0);
    }
  }

  /** An array that a kernel only writes is garbage wherever the kernel does not write. */
  @Test
  void itemsThatNobodyHasHaveNoGradient() {
    Case example = Case.of(4, 50, 6);
    CsrMatrix items = CsrMatrix.of(2, 50, new int[] {0, 0, 1}, new int[] {3, 7, 7});
    try (Engine engine = provider.create(example.model(), example.state(), 1)) {
      engine.gradients(Update.of(example.batch(4), NOISE, BETA));
      double[] gradient =
          engine
              .gradients(Update.of(new Batch(new int[] {0, 1}, items), Noise.NONE, BETA))
              .float64("q_layers.0.weight");
      for (int h = 0; h < 6; h++) {
        for (int item = 0; item < 50; item++) {
          boolean had = item == 3 || item == 7;
          assertEquals(had, gradient[h * 50 + item] != 0, "unit " + h + ", item " + item);
        }
      }
    }
  }

  /** Scalars are compiled in: what changes between updates must come in arrays. */
  @Test
  void updatesUseTheirOwnHyperParameters() {
    Case example = Case.of(5, 30, 4);
    Batch batch = example.batch(5);
    try (Engine engine = provider.create(example.model(), example.state(), 1);
        Engine reference =
            new ReferenceEngineProvider().create(example.model(), example.state(), 1)) {
      for (int update = 0; update < 4; update++) {
        AdamOptions adam =
            new AdamOptions(
                0.01 * (update + 1), 0.9 - 0.1 * update, 0.99, 1e-3, AdamOptions.Form.TENSORFLOW);
        Noise noise = Noise.of(3, update);
        double beta = 0.3 * update;
        assertClose(
            reference.step(Update.of(batch, noise, beta), adam),
            engine.step(Update.of(batch, noise, beta), adam));
        States.assertClose(reference.state(), engine.state(), Tolerances.FLOAT32);
      }
    }
  }

  /** Scores between updates use the values of the last one, and change nothing. */
  @Test
  void graphsFollowEachOtherInAnyOrder() {
    Case example = Case.of(6, 30, 4);
    Batch batch = example.batch(6);
    EngineState expected;
    try (Engine engine = provider.create(example.model(), example.state(), 1)) {
      engine.step(Update.of(batch, NOISE, BETA), ADAM);
      engine.step(Update.of(batch, NOISE, BETA), ADAM);
      expected = engine.state();
    }
    try (Engine engine = provider.create(example.model(), example.state(), 1)) {
      engine.scores(batch, (_, _) -> {});
      engine.step(Update.of(batch, NOISE, BETA), ADAM);
      engine.scores(batch, (_, _) -> {});
      engine.restore(engine.state());
      engine.scores(batch, (_, _) -> {});
      engine.activations(batch, NOISE);
      engine.step(Update.of(batch, NOISE, BETA), ADAM);
      engine.scores(batch, (_, _) -> {});
      States.assertSameBits(expected, engine.state());
    }
  }

  /** More users than are scored together. */
  @Test
  void scoresOfManyUsersAreThoseOfEachOfThem() {
    Case example = Case.of(1100, 20, 4);
    float[][] all = new float[1100][];
    try (Engine engine = provider.create(example.model(), example.state(), 1)) {
      engine.scores(example.batch(1100), (b, scores) -> all[b] = scores.clone());
      for (int b : List.of(0, 511, 512, 1023, 1024, 1099)) {
        engine.scores(
            Batch.of(example.users(), b),
            (_, scores) -> assertTrue(Arrays.equals(all[b], scores), "user " + b));
      }
    }
  }

  /** Unsigned shifts are compiled as signed ones; kernels have no shift at all. */
  @Test
  void noKernelShifts() throws IOException {
    Set<Opcode> shifts =
        Set.of(Opcode.ISHL, Opcode.ISHR, Opcode.IUSHR, Opcode.LSHL, Opcode.LSHR, Opcode.LUSHR);
    List<String> found = new ArrayList<>();
    forEachKernel(
        (name, method) -> {
          if (method.code().stream()
              .flatMap(code -> code.elementStream())
              .anyMatch(
                  element ->
                      element instanceof OperatorInstruction operator
                          && shifts.contains(operator.opcode()))) {
            found.add(name);
          }
        });
    assertEquals(List.of(), found);
  }

  /** Kernels, and what else has to do with arrays of a device. */
  private static void forEachKernel(BiConsumer<String, MethodModel> consumer) throws IOException {
    Path classes =
        Path.of(TiledGemm.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        ClassFile.of().parse(file).methods().stream()
            .filter(method -> method.methodType().stringValue().contains("FloatArray"))
            .filter(method -> method.flags().has(AccessFlag.STATIC))
            .filter(method -> !method.methodType().stringValue().contains("Tasks")) // adds them
            .forEach(method -> consumer.accept(file + " " + method.methodName(), method));
      }
    }
  }

  /** TornadoVM keeps the names of a kernel's parameters, which then hide functions of OpenCL. */
  @Test
  void noParameterOfAKernelIsNamedAsAFunction() throws IOException {
    Set<String> functions =
        Set.of(
            "abs",
            "acos",
            "atan",
            "barrier",
            "ceil",
            "clamp",
            "cos",
            "cross",
            "degrees",
            "distance",
            "dot",
            "exp",
            "fabs",
            "floor",
            "fma",
            "fmax",
            "fmin",
            "fract",
            "hypot",
            "length",
            "log",
            "mad",
            "max",
            "min",
            "mix",
            "mod",
            "normalize",
            "pow",
            "radians",
            "rint",
            "rotate",
            "round",
            "rsqrt",
            "select",
            "shuffle",
            "sign",
            "sin",
            "sqrt",
            "step",
            "tan",
            "tanh",
            "trunc");
    List<String> found = new ArrayList<>();
    forEachKernel(
        (name, method) ->
            method
                .code()
                .flatMap(code -> code.findAttribute(Attributes.localVariableTable()))
                .ifPresent(
                    table ->
                        table.localVariables().stream()
                            .filter(variable -> variable.startPc() == 0) // a parameter
                            .map(variable -> variable.name().stringValue())
                            .filter(functions::contains)
                            .forEach(variable -> found.add(name + " " + variable))));
    assertEquals(List.of(), found);
  }

  /** TornadoVM would otherwise run it as plain Java, unnoticed. */
  @Test
  void aKernelThatDoesNotCompileIsAnError() {
    Device device = Device.all().getFirst();
    FloatArray values = new FloatArray(10);
    ElboException error =
        assertThrows(
            ElboException.class,
            () ->
                device.run(
                    () -> {
                      var graph =
                          new TaskGraph("broken")
                              .transferToDevice(DataTransferMode.EVERY_EXECUTION, values)
                              .task("throws", GuardsTest::throwing, values, 10)
                              .transferToHost(DataTransferMode.EVERY_EXECUTION, values);
                      return new TornadoExecutionPlan(graph.snapshot()).execute();
                    }));
    assertTrue(error.getMessage().contains("could not compile or run"), error::getMessage);
    assertEquals(0, values.get(0), "it ran as plain Java");
  }

  static void throwing(FloatArray values, int size) {
    for (@Parallel int n = 0; n < size; n++) {
      values.set(n, 1);
      if (values.get(n) > 2) {
        throw new IllegalStateException();
      }
    }
  }

  @Test
  void aDeviceThatIsNotThereIsAnErrorThatListsThoseThatAre() {
    Case example = Case.of(3, 5, 2);
    EngineProvider nowhere = provider.on("0:99");
    ElboException error =
        assertThrows(
            ElboException.class, () -> nowhere.create(example.model(), example.state(), 1));
    assertTrue(error.getMessage().contains("no device '0:99'"), error::getMessage);
    provider.devices().forEach(device -> assertTrue(error.getMessage().contains(device)));
  }

  /** The two kernels beside its calls: rows beyond the batch are cleared, and a bias is added. */
  @Test
  void whatCuBlasDoesNotDoIsRight() throws TornadoExecutionPlanException {
    var rows = new SparseRows(8, 1, 1);
    rows.size.set(SparseRows.USERS, 5);
    FloatArray x = new FloatArray(8 * 3);
    FloatArray y = new FloatArray(8 * 3);
    Parameter bias = Parameter.bias("bias", 3);
    x.init(7);
    y.init(7);
    copy(FloatArray.fromElements(1, 2, 3), bias.value);
    Tasks tasks =
        new Tasks("beside", new TaskGraph("beside"), new GridScheduler(), new TiledGemm(), false);
    tasks
        .graph()
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, rows.size, x, y, bias.value)
        .task("clear", CuBlas::clearBeyond, rows.size, x, 3, 8, Tasks.whole(3));
    Bias.forward(tasks, "0", rows, bias, y, Optional.empty());
    tasks.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, x, y);
    try (var plan = new TornadoExecutionPlan(tasks.graph().snapshot())) {
      plan.execute();
    }
    for (int n = 0; n < 8 * 3; n++) {
      assertEquals(n < 5 * 3 ? 7 : 0, x.get(n), "x at " + n);
      assertEquals(n < 5 * 3 ? 7 + bias.value.get(n % 3) : 7, y.get(n), "y at " + n);
    }
  }

  /** Of the SDK's own classes, and none of its API's. */
  @Test
  void theSdkHasTheOptionsThatCuBlasIsAskedForTf32With() throws ReflectiveOperationException {
    CuBlasMode.TF32.products();
  }

  @Test
  void cuBlasIsRefusedWhereThereIsNoCudaBackend() {
    Case example = Case.of(3, 5, 2);
    assumeTrue(Device.all().stream().noneMatch(CuBlasMode::isOn), "there is a CUDA backend");
    for (CuBlasMode mode : CuBlasMode.values()) {
      EngineProvider refused = provider.on(mode.argument);
      ElboException error =
          assertThrows(
              ElboException.class, () -> refused.create(example.model(), example.state(), 1));
      assertTrue(error.getMessage().contains("CUDA backend, and found 0:0"), error::getMessage);
    }
  }

  /** TornadoVM would take groups of another size than the kernels were written for. */
  @Test
  void aDeviceWithSmallGroupsIsRefused() {
    Device device = Device.all().getFirst();
    device.requireGroups(Group.ITEMS);
    assertThrows(ElboException.class, () -> device.requireGroups(Group.ITEMS - 1));
  }

  /** TornadoVM does not look at what a driver answers to a request for memory. */
  @Test
  void aModelThatTheDeviceCannotHoldIsRefused() {
    Device device = Device.all().getFirst();
    device.requireMemory(1, 1);
    assertThrows(ElboException.class, () -> device.requireMemory(1L << 60, 1));
    assertThrows(ElboException.class, () -> device.requireMemory(1, 1L << 60));
  }

  private static void assertClose(Loss expected, Loss found) {
    States.assertClose("nll", expected.nll(), found.nll(), Tolerances.FLOAT32);
    States.assertClose("kl", expected.kl(), found.kl(), Tolerances.FLOAT32);
  }
}
