package dev.elbo.tornado;

import dev.elbo.ElboException;
import dev.elbo.tornado.products.CuBlas;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * How cuBLAS computes the products of dense layers, and whether it can: TornadoVM calls it on
 * devices of its CUDA backend, by a library that is built with that backend. <b>Untried</b>: nobody
 * has run it on a GPU.
 */
enum CuBlasMode {

  /** In float32. */
  FLOAT32("cublas") {
    @Override
    CuBlas products() {
      return CuBlas.float32();
    }
  },

  /**
   * On tensor cores, which read operands with 10 bits of mantissa, and add in float32. The options
   * that ask for it are of a class that is in every SDK, but not in the API that Elbo is compiled
   * against.
   */
  TF32("cublas-tf32") {
    @Override
    CuBlas products() throws ReflectiveOperationException {
      Class<?> mode = Class.forName(CUBLAS + "enums.CuBlasMathMode");
      Class<?> options = Class.forName(CUBLAS + "CuBlasOptions");
      return CuBlas.tuned(
          options
              .getMethod("withMathMode", mode)
              .invoke(
                  options.getConstructor().newInstance(),
                  mode.getField("CUBLAS_TF32_TENSOR_OP_MATH").get(null)));
    }
  };

  private static final String CUBLAS = "uk.ac.manchester.tornado.cublas.";

  /** The library through which TornadoVM calls cuBLAS. */
  private static final String LIBRARY = "tornado-cublas";

  /** How it is asked for on the command line, before the device. */
  final String argument;

  CuBlasMode(String argument) {
    this.argument = argument;
  }

  /** The products, whatever the device. */
  abstract CuBlas products() throws ReflectiveOperationException;

  /** A device's description, with what else it can be asked for. */
  static String listed(Device device) {
    if (!isOn(device)) {
      return device.description();
    }
    return device.description()
        + "; its products by cuBLAS, untried: "
        + Arrays.stream(values())
            .map(mode -> "tornado:" + mode.argument + ":" + device.name())
            .collect(Collectors.joining(", "));
  }

  /** Whether TornadoVM calls cuBLAS on a device. */
  static boolean isOn(Device device) {
    return device.device().getTornadoVMBackend() == TornadoVMBackendType.CUDA;
  }

  /** The mode of an argument, if it is one. */
  static Optional<CuBlasMode> of(String argument) {
    return Arrays.stream(values()).filter(mode -> mode.argument.equals(argument)).findFirst();
  }

  /**
   * A device, with the products that are computed by cuBLAS.
   *
   * @param number which one; empty for the first of the CUDA backend
   * @param all the devices that there are
   * @throws ElboException if cuBLAS cannot compute on it
   */
  Device on(Optional<String> number, List<Device> all) {
    List<Device> possible = number.isPresent() ? List.of(Device.byNumber(number, all)) : all;
    Device device =
        possible.stream()
            .filter(CuBlasMode::isOn)
            .findFirst()
            .orElseThrow(
                () ->
                    new ElboException(
                        ("'%s' needs a device of TornadoVM's CUDA backend, and found %s; set"
                                + " TORNADOVM_HOME to an SDK with that backend, or leave out '%s'")
                            .formatted(argument, Device.descriptions(possible), argument)));
    try {
      loadLibrary();
      return device.with(products());
    } catch (LinkageError | ReflectiveOperationException e) {
      throw new ElboException(
          ("'%s' needs TornadoVM's library for cuBLAS, lib%s, and the cuBLAS of a CUDA toolkit; it"
                  + " does not load (%s); build TornadoVM's CUDA backend where the toolkit is, or"
                  + " leave out '%s'")
              .formatted(argument, LIBRARY, reason(e), argument),
          e);
    }
  }

  /** What went wrong; reflection wraps what a method throws. */
  private static String reason(Throwable e) {
    return e instanceof InvocationTargetException ? e.getCause().toString() : e.getMessage();
  }

  @SuppressWarnings("restricted")
  private static void loadLibrary() {
    System.loadLibrary(LIBRARY);
  }
}
