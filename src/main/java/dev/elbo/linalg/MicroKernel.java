package dev.elbo.linalg;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loop of {@link Gemm}: a rectangle of {@code rows} by {@link #COLUMNS} sums that
 * stay in registers while the depth is walked, {@code c_ij = fma(a_ik, b_kj, c_ij)} for {@code k =
 * 0, 1, ...}. A vector's lanes lie along a row of C, so each sum is a lane of its own and the
 * vector's length has no influence on any result.
 *
 * <p>The subclasses spell the rectangle out, because sums in an array would not stay in registers.
 */
abstract sealed class MicroKernel permits MicroKernel6, MicroKernel12 {

  static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /** Lanes of a vector. */
  static final int L = S.length();

  /** Columns of the rectangle. */
  static final int COLUMNS = 2 * L;

  /** Rows of the rectangle. */
  final int rows;

  MicroKernel(int rows) {
    this.rows = rows;
  }

  /**
   * The kernel for this machine, by the number of its vector registers: 32 on ARM and with AVX-512,
   * also where that is told to use 256 bits; 16 on other x86.
   */
  static MicroKernel ofThisMachine() {
    boolean many = L >= 16 || !isX86() || "3".equals(useAvx());
    return many ? new MicroKernel12() : new MicroKernel6();
  }

  private static boolean isX86() {
    String architecture = System.getProperty("os.arch");
    return architecture.equals("amd64") || architecture.equals("x86_64");
  }

  /** HotSpot's choice of instructions on x86: 3 is AVX-512. Null where nobody knows. */
  private static String useAvx() {
    HotSpotDiagnosticMXBean virtualMachine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return virtualMachine == null ? null : virtualMachine.getVMOption("UseAVX").getValue();
    } catch (IllegalArgumentException e) { // no such option
      return null;
    }
  }

  /**
   * Begins or continues the sums, over {@code depth} products.
   *
   * @param depth number of products, may be 0
   * @param a packed panel: {@code rows} values for each k
   * @param aAt where the panel begins
   * @param b packed panel: {@link #COLUMNS} values for each k
   * @param bAt where the panel begins
   * @param c the sums, {@code [rows, COLUMNS]}. Modified.
   * @param cAt where they begin
   * @param stride from one row of sums to the next
   * @param add whether the sums go on from those in {@code c}, or begin at zero
   */
  abstract void multiply(
      int depth,
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int stride,
      boolean add);

  /** A vector of sums before the first product. */
  static FloatVector begin(float[] c, int at, boolean add) {
    return add ? FloatVector.fromArray(S, c, at) : FloatVector.zero(S);
  }
}
