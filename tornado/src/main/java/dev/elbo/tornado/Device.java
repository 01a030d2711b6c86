package dev.elbo.tornado;

import dev.elbo.ElboException;
import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.Products;
import dev.elbo.tornado.products.PackedGemm;
import dev.elbo.tornado.products.TiledGemm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * A device that TornadoVM found.
 *
 * @param name its number on the command line, {@code BACKEND:DEVICE}
 * @param device the device
 * @param products what computes the products of dense layers on it
 */
record Device(String name, TornadoDevice device, Products products) implements Backend {

  /** What TornadoVM says of a graph with too many tasks, and arrays and constants of theirs. */
  private static final List<String> GRAPH_IS_FULL =
      List.of("Graph resize", "BufferOverflowException");

  static {
    // Before TornadoVM reads its options: what it cannot compile, it would run as plain Java
    // without
    // a word; and a graph of more than some twenty tasks would not fit its 4096 bytes of bytecode.
    System.setProperty("tornado.recover.bailout", "False");
    System.setProperty("tornado.tvm.maxbytecodesize", "262144");
  }

  /** Why nothing can be computed here; empty if something can. */
  static Optional<String> unavailable() {
    if (System.getProperty("tornado.load.runtime.implementation") == null) {
      return Optional.of(
          "Java was started without TornadoVM; set TORNADOVM_HOME to a TornadoVM SDK and start"
              + " with tools/elbo");
    }
    try {
      return all().isEmpty() ? Optional.of(noDevice("found no device")) : Optional.empty();
    } catch (VirtualMachineError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      return Optional.of(noDevice("did not start (%s)".formatted(rootMessage(e))));
    }
  }

  private static String noDevice(String what) {
    return "TornadoVM %s; install the driver of your GPU (on Debian nvidia-opencl-icd,"
            .formatted(what)
        + " intel-opencl-icd or mesa-opencl-icd), or pocl-opencl-icd to try it on the CPU; clinfo"
        + " lists what there is";
  }

  /** Every device, backend by backend. */
  static List<Device> all() {
    TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();
    List<Device> devices = new ArrayList<>();
    for (int b = 0; b < runtime.getNumBackends(); b++) {
      TornadoBackend backend = runtime.getBackend(b);
      for (int d = 0; d < backend.getNumDevices(); d++) {
        TornadoDevice device = backend.getDevice(d);
        boolean cpu = device.getDeviceType() == TornadoDeviceType.CPU;
        devices.add(new Device(b + ":" + d, device, cpu ? new PackedGemm() : new TiledGemm()));
      }
    }
    return devices;
  }

  /**
   * The device that was asked for.
   *
   * @param name its number as {@link #name} gives it; or {@link CuBlasMode#argument}, and a number
   *     after a colon; empty for the first
   * @throws ElboException if there is none, or it is too small for the kernels, or has no cuBLAS
   *     where that is asked for
   */
  static Device byName(Optional<String> name) {
    List<Device> all = all();
    String[] parts = name.orElse("").split(":", 2);
    Optional<String> number = Arrays.stream(parts).skip(1).findFirst();
    Device found =
        CuBlasMode.of(parts[0])
            .map(mode -> mode.on(number, all))
            .orElseGet(() -> byNumber(name, all));
    found.requireGroups(found.device.getPhysicalDevice().getDeviceMaxWorkGroupSize()[0]);
    return found;
  }

  /**
   * The device of a number.
   *
   * @param number as {@link #name} gives it; empty for the first
   * @param all the devices that there are
   * @throws ElboException if there is none
   */
  static Device byNumber(Optional<String> number, List<Device> all) {
    return all.stream()
        .filter(device -> number.isEmpty() || device.name.equals(number.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new ElboException(
                    "TornadoVM has no device '%s'; choose one of: %s"
                        .formatted(number.orElse(""), descriptions(all))));
  }

  /** Several devices in a sentence. */
  static String descriptions(List<Device> devices) {
    return String.join("; ", devices.stream().map(Device::description).toList());
  }

  /** The same device, where other products are computed. */
  Device with(Products others) {
    return new Device(name, device, others);
  }

  /** TornadoVM would take other work groups than the kernels were written for, without a word. */
  void requireGroups(long most) {
    if (most < Group.ITEMS) {
      throw new ElboException(
          "device %s computes in groups of at most %d work items, and the kernels need %d; try another device, or"
                  .formatted(description(), most, Group.ITEMS)
              + " --engine fast");
    }
  }

  @Override
  public Graphs graphs() {
    return new DeviceGraphs(this);
  }

  /** TornadoVM knows its own limit only, and not what the driver can give. */
  @Override
  public void requireMemory(long bytes, long largest) {
    long all = device.getPhysicalDevice().getDeviceGlobalMemorySize();
    long one = device.getPhysicalDevice().getDeviceMaxAllocationSize();
    if (bytes > all || largest > one) {
      throw new ElboException(
          "the model needs %,d MiB, with %,d MiB in one array, and device %s has %,d and %,d; use fewer items"
                  .formatted(bytes >> 20, largest >> 20, description(), all >> 20, one >> 20)
              + " (--min-item-users of prepare), smaller layers or batches, or --engine fast");
    }
  }

  /** Number, backend, names and memory. */
  String description() {
    return "%s %s, %s, %,d MiB"
        .formatted(
            name,
            device.getTornadoVMBackend(),
            device.getPhysicalDevice().getDeviceName().strip(),
            device.getPhysicalDevice().getDeviceGlobalMemorySize() >> 20);
  }

  @Override
  public <T> T run(Supplier<T> work) {
    try {
      return work.get();
    } catch (TornadoOutOfMemoryException | TornadoMemoryException e) {
      throw new ElboException(
          ("the memory that TornadoVM may use on device %s is not enough (%s); allow it more, as in"
                  + " ELBO_JAVA_OPTS=-Dtornado.device.memory=8GB, or use less: fewer items"
                  + " (--min-item-users of prepare), smaller layers or batches")
              .formatted(description(), rootMessage(e)),
          e);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (GRAPH_IS_FULL.stream().anyMatch(rootMessage(e)::contains)) {
        throw new ElboException(
            "the model has more layers than a task graph of TornadoVM has room for; use fewer"
                + " hidden layers, or --engine fast",
            e);
      }
      throw new ElboException(
          ("TornadoVM could not compile or run a kernel on device %s (%s); try another device, or"
                  + " --engine fast")
              .formatted(description(), rootMessage(e)),
          e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? "" : root.getMessage();
    return message.isBlank()
        ? root.getClass().getSimpleName()
        : message
            .replaceAll("\u001B\\[[0-9;]*m|Deoptimizing to sequential execution.", "")
            .replaceAll("^\\[\\w+] ", "")
            .lines()
            .findFirst()
            .orElse("")
            .strip();
  }
}
