package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Ids;
import dev.elbo.io.Json;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Sha256;
import dev.elbo.io.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** The files of {@link PreparedData}. */
final class PreparedDirectory {
  private static final int FORMAT_VERSION = 1;

  private static final String TENSORS = "data.safetensors";
  private static final String VALUES = ".values";
  private static final String SEQUENCE = ".sequence";
  private static final String ITEMS = "items.txt";
  private static final String TRAIN_USERS = "train-users.txt";
  private static final String VALIDATION_USERS = "validation-users.txt";
  private static final String TEST_USERS = "test-users.txt";
  private static final String DESCRIPTION = "data.json";
  private static final List<String> FILES =
      List.of(TENSORS, ITEMS, TRAIN_USERS, VALIDATION_USERS, TEST_USERS, DESCRIPTION);

  private PreparedDirectory() {}

  /** The beginning of {@code data.json} in every version. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Version(int formatVersion) {}

  /** The content of {@code data.json}. */
  private record Description(
      int formatVersion, DataDescription description, Map<String, String> sha256) {}

  static void write(Path directory, PreparedData data) {
    var contents = contents(data);
    try {
      Path target =
          Files.exists(directory) ? directory.toRealPath() : directory.toAbsolutePath().normalize();
      checkReplaceable(target);
      Files.createDirectories(target.getParent());
      Path temporary = AtomicFile.temporarySibling(target);
      Files.createDirectory(temporary);
      try {
        contents.forEach((name, content) -> AtomicFile.write(temporary.resolve(name), content));
        Json.write(
            temporary.resolve(DESCRIPTION),
            new Description(FORMAT_VERSION, data.description(), hashes(contents)));
        replace(target, temporary);
      } finally {
        deleteFolder(temporary);
      }
    } catch (IOException e) {
      throw ElboException.cannot("be written", directory, e);
    }
  }

  private static void checkReplaceable(Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw ElboException.in(target, "expected a folder for the prepared data, found a file");
    }
    try (var files = Files.list(target)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      boolean prepared = names.contains(DESCRIPTION) && FILES.containsAll(names);
      if (!names.isEmpty() && !prepared) {
        String found =
            names.stream()
                .filter(name -> !FILES.contains(name))
                .findFirst()
                .orElse(names.getFirst());
        throw ElboException.in(
            target,
            "the folder exists and holds something other than prepared data (%s); it is left alone;"
                    .formatted(found)
                + " choose another folder");
      }
    }
  }

  private static void replace(Path target, Path replacement) throws IOException {
    if (!Files.exists(target)) {
      Files.move(replacement, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    // A folder with files cannot be renamed over: the old one steps aside for a moment.
    Path old = AtomicFile.temporarySibling(target);
    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(replacement, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    deleteFolder(old);
  }

  private static void deleteFolder(Path folder) throws IOException {
    for (String name : FILES) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.deleteIfExists(folder);
  }

  static PreparedData read(Path directory) {
    Description description = readDescription(directory.resolve(DESCRIPTION));
    List<String> itemIds = Ids.read(directory.resolve(ITEMS));
    List<String> trainUserIds = Ids.read(directory.resolve(TRAIN_USERS));
    Path file = directory.resolve(TENSORS);
    Safetensors tensors = Safetensors.read(file);
    int items = itemIds.size();
    var data =
        new PreparedData(
            matrix(tensors, "train", trainUserIds.size(), items),
            trainUserIds,
            itemIds,
            evaluationUsers(
                tensors, "validation", Ids.read(directory.resolve(VALIDATION_USERS)), items),
            evaluationUsers(tensors, "test", Ids.read(directory.resolve(TEST_USERS)), items),
            description.description());
    hashes(contents(data))
        .forEach(
            (name, hash) -> {
              if (!hash.equals(description.sha256().get(name))) {
                throw ElboException.in(
                    directory.resolve(name),
                    "the file is not the one that was prepared: its SHA-256 is %s, expected %s;"
                            .formatted(hash, description.sha256().get(name))
                        + " prepare the data again");
              }
            });
    return data;
  }

  static String sha256(PreparedData data) {
    return Sha256.of(tensorFile(data));
  }

  private static Description readDescription(Path file) {
    int version = Json.read(file, Version.class).formatVersion();
    if (version != FORMAT_VERSION) {
      throw ElboException.in(
          file,
          "expected prepared data of format version %d, found version %d; prepare the data again"
              .formatted(FORMAT_VERSION, version));
    }
    return Json.read(file, Description.class);
  }

  private static EvaluationUsers evaluationUsers(
      Safetensors tensors, String name, List<String> userIds, int items) {
    return new EvaluationUsers(
        userIds,
        matrix(tensors, name + ".foldin", userIds.size(), items),
        matrix(tensors, name + ".heldout", userIds.size(), items));
  }

  private static CsrMatrix matrix(Safetensors tensors, String name, int rows, int columns) {
    int[] indptr = tensors.get(name + ".indptr", Tensor.Int32.class, rows + 1).values();
    int[] indices = tensors.get(name + ".indices", Tensor.Int32.class, indptr[rows]).values();
    float[] values =
        tensors.tensors().containsKey(name + VALUES)
            ? tensors.get(name + VALUES, Tensor.Float32.class, indptr[rows]).values()
            : new float[0];
    int[] sequence =
        tensors.tensors().containsKey(name + SEQUENCE)
            ? tensors.get(name + SEQUENCE, Tensor.Int32.class, indptr[rows]).values()
            : new int[0];
    try {
      return new CsrMatrix(columns, indptr, indices, values, sequence);
    } catch (IllegalArgumentException e) {
      throw ElboException.in(tensors.file(), name + " is not a sparse matrix: " + e.getMessage());
    }
  }

  /** All files but the description, which has their hashes. */
  private static SequencedMap<String, AtomicFile.Content> contents(PreparedData data) {
    var contents = new LinkedHashMap<String, AtomicFile.Content>();
    contents.put(TENSORS, tensorFile(data));
    contents.put(ITEMS, Ids.content(data.itemIds()));
    contents.put(TRAIN_USERS, Ids.content(data.trainUserIds()));
    contents.put(VALIDATION_USERS, Ids.content(data.validation().userIds()));
    contents.put(TEST_USERS, Ids.content(data.test().userIds()));
    return contents;
  }

  private static Map<String, String> hashes(Map<String, AtomicFile.Content> contents) {
    var hashes = new TreeMap<String, String>();
    contents.forEach((name, content) -> hashes.put(name, Sha256.of(content)));
    return hashes;
  }

  private static AtomicFile.Content tensorFile(PreparedData data) {
    var tensors = new LinkedHashMap<String, Tensor>();
    put(tensors, "train", data.train());
    put(tensors, "validation.foldin", data.validation().foldIn());
    put(tensors, "validation.heldout", data.validation().heldOut());
    put(tensors, "test.foldin", data.test().foldIn());
    put(tensors, "test.heldout", data.test().heldOut());
    return out -> Safetensors.write(out, tensors, Map.of());
  }

  private static void put(Map<String, Tensor> tensors, String name, CsrMatrix matrix) {
    tensors.put(name + ".indptr", vector(matrix.indptr()));
    tensors.put(name + ".indices", vector(matrix.indices()));
    if (matrix.hasValues()) {
      tensors.put(name + VALUES, new Tensor.Float32(new int[] {matrix.size()}, matrix.values()));
    }
    if (matrix.sequence().length > 0) {
      tensors.put(name + SEQUENCE, vector(matrix.sequence()));
    }
  }

  private static Tensor vector(int[] values) {
    return new Tensor.Int32(new int[] {values.length}, values);
  }
}
