package dev.elbo.bench;

import dev.elbo.bench.Contest.Contestant;
import dev.elbo.linalg.Workers;
import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Products by BLAS through dev.ludovic.netlib, which Spark uses. */
final class NetlibBlas {

  /** Debian's {@code libopenblas0}. */
  private static final String OPENBLAS = "libopenblas.so.0";

  /** What a program says that does without. */
  static final String NO_OPENBLAS =
      "without OpenBLAS, which is not here (Debian: apt install libopenblas0)";

  /** Held here, or it would forget its level. */
  private static final Logger LOG = Logger.getLogger("dev.ludovic.netlib");

  static {
    // Read when netlib's first classes are loaded, which otherwise take libblas.so.3 and
    // liblapack.so.3, whosever they are.
    System.setProperty("dev.ludovic.netlib.blas.nativeLib", OPENBLAS);
    System.setProperty("dev.ludovic.netlib.lapack.nativeLib", OPENBLAS);
    LOG.setLevel(Level.OFF);
  }

  private final String name;
  private final BLAS blas;
  private final Workers workers;

  private NetlibBlas(String name, BLAS blas, Workers workers) {
    this.name = name;
    this.blas = blas;
    this.workers = workers;
  }

  /**
   * Netlib's own, in Java's Vector API. It knows no threads, so each thread is given some rows of
   * the product.
   *
   * @param workers threads to use
   */
  static NetlibBlas java(Workers workers) {
    JavaBLAS blas = JavaBLAS.getInstance();
    return new NetlibBlas("netlib " + blas.getClass().getSimpleName(), blas, workers);
  }

  /**
   * OpenBLAS, with threads of its own.
   *
   * @param threads how many
   * @return empty if it is not on this machine
   */
  static Optional<NetlibBlas> openBlas(int threads) {
    return startOpenBlas(threads)
        ? Optional.of(new NetlibBlas("OpenBLAS", NativeBLAS.getInstance(), new Workers(1)))
        : Optional.empty();
  }

  /**
   * Tells OpenBLAS how many threads it has, for which netlib has no call.
   *
   * @param threads how many
   * @return false if it is not on this machine
   */
  @SuppressWarnings("restricted")
  static boolean startOpenBlas(int threads) {
    try {
      MemorySegment set =
          SymbolLookup.libraryLookup(OPENBLAS, Arena.global())
              .findOrThrow("openblas_set_num_threads");
      Linker.nativeLinker()
          .downcallHandle(set, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
          .invokeExact(threads);
      return true;
    } catch (IllegalArgumentException _) { // no such library
      return false;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The product, on operands of its own. */
  Contestant contestant(Product product) {
    float[] a = Product.values(product.m() * product.k());
    float[] b = Product.values(product.k() * product.n());
    float[] c = new float[product.m() * product.n()];
    return new Contestant(name + ", " + product.name(), () -> multiply(product, a, b, c));
  }

  /**
   * {@code C = A B}. BLAS stores columns, so it is asked for {@code C' = B' A'}.
   *
   * @param product which shapes, and which operand is stored transposed
   * @param a the left operand, as it is stored. Not modified.
   * @param b the right one, likewise
   * @param c the result, {@code [m, n]}. Modified.
   */
  void multiply(Product product, float[] a, float[] b, float[] c) {
    int m = product.m();
    int k = product.k();
    int n = product.n();
    boolean leftTransposed = product.form() == Product.Form.WEIGHT_GRADIENT;
    boolean rightTransposed = product.form() == Product.Form.FORWARD;
    int slices = workers.threads();
    workers.forEach(
        slices,
        slice -> {
          int from = (int) ((long) m * slice / slices);
          int to = (int) ((long) m * (slice + 1) / slices);
          blas.sgemm(
              rightTransposed ? "T" : "N",
              leftTransposed ? "T" : "N",
              n,
              to - from,
              k,
              1,
              b,
              0,
              rightTransposed ? k : n,
              a,
              leftTransposed ? from : from * k,
              leftTransposed ? m : k,
              0,
              c,
              from * n,
              n);
        });
  }

  @Override
  public String toString() {
    return name;
  }
}
