package dev.elbo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.incubator.vector.FloatVector;

/**
 * Where and with what a measurement was made.
 *
 * @param cpu the processor's name
 * @param cores number of processors Java sees
 * @param vectorBits width of the widest vectors Java uses
 * @param jdk name and version of the Java virtual machine
 * @param commit the commit that was measured
 * @param threads number of threads every contestant has
 */
public record Machine(
    String cpu, int cores, int vectorBits, String jdk, String commit, int threads) {

  /**
   * This machine.
   *
   * @param threads number of threads every contestant has
   */
  static Machine here(int threads) {
    return new Machine(
        cpuName(),
        Runtime.getRuntime().availableProcessors(),
        FloatVector.SPECIES_PREFERRED.vectorBitSize(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("elbo.commit", "unknown"),
        threads);
  }

  /** Size of the largest cache that a core has or shares, in bytes; 0 if it is not known. */
  static long lastLevelCache() {
    long largest = 0;
    try (var caches =
        Files.newDirectoryStream(Path.of("/sys/devices/system/cpu/cpu0/cache"), "index*")) {
      for (Path cache : caches) {
        String size = Files.readString(cache.resolve("size")).strip(); // as in 32768K
        long kib = Long.parseLong(size.substring(0, size.length() - 1));
        largest = Math.max(largest, kib << 10);
      }
    } catch (IOException _) {
      return 0; // not Linux
    }
    return largest;
  }

  @Override
  public String toString() {
    return "%s, %d cores, %d-bit vectors; %s; commit %s; %d threads"
        .formatted(cpu, cores, vectorBits, jdk, commit, threads);
  }

  private static String cpuName() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException _) {
      return System.getProperty("os.arch"); // not Linux
    }
  }
}
