package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.tornado.products.TiledGemm;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** What is asked for where cuBLAS is, and is not; none of these devices is there. */
class CuBlasModeTest {

  private static final Device OPENCL = device("0:0", TornadoVMBackendType.OPENCL, "PoCL");
  private static final Device CUDA = device("1:0", TornadoVMBackendType.CUDA, "H200");

  private static Device device(String number, TornadoVMBackendType backend, String name) {
    return new Device(
        number,
        answering(
            TornadoDevice.class,
            Map.of(
                "getTornadoVMBackend",
                backend,
                "getPhysicalDevice",
                answering(
                    TornadoTargetDevice.class,
                    Map.of("getDeviceName", name, "getDeviceGlobalMemorySize", 1L << 34)))),
        new TiledGemm());
  }

  /** Something that has these answers and no others. */
  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> answers.get(method.getName())));
  }

  private static String refusal(CuBlasMode mode, Optional<String> number, Device... all) {
    return assertThrows(ElboException.class, () -> mode.on(number, List.of(all))).getMessage();
  }

  @Test
  void aModeHasAName() {
    assertEquals(Optional.of(CuBlasMode.FLOAT32), CuBlasMode.of("cublas"));
    assertEquals(Optional.of(CuBlasMode.TF32), CuBlasMode.of("cublas-tf32"));
    assertEquals(Optional.empty(), CuBlasMode.of("0"));
  }

  @Test
  void withoutACudaDeviceItIsRefused() {
    assertEquals(
        "'cublas' needs a device of TornadoVM's CUDA backend, and found 0:0 OPENCL, PoCL, 16,384"
            + " MiB; set TORNADOVM_HOME to an SDK with that backend, or leave out 'cublas'",
        refusal(CuBlasMode.FLOAT32, Optional.empty(), OPENCL));
    assertTrue(
        refusal(CuBlasMode.TF32, Optional.of("0:0"), OPENCL, CUDA).contains("found 0:0 OPENCL"));
    assertTrue(
        refusal(CuBlasMode.TF32, Optional.of("2:0"), OPENCL, CUDA).contains("no device '2:0'"));
  }

  /** There is no TornadoVM here that was built with CUDA. */
  @Test
  void withoutTheLibraryItIsRefused() {
    for (Optional<String> number : List.of(Optional.<String>empty(), Optional.of("1:0"))) {
      String message = refusal(CuBlasMode.FLOAT32, number, OPENCL, CUDA);
      assertTrue(message.contains("it does not load (no tornado-cublas in"), message);
    }
  }

  /** Who lists the engines sees where cuBLAS could be tried, and that nobody has. */
  @Test
  void cudaDevicesAreListedWithIt() {
    assertEquals(OPENCL.description(), CuBlasMode.listed(OPENCL));
    assertEquals(
        "1:0 CUDA, H200, 16,384 MiB; its products by cuBLAS, untried: tornado:cublas:1:0,"
            + " tornado:cublas-tf32:1:0",
        CuBlasMode.listed(CUDA));
  }
}
