package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.FileSet;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Ids;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Sha256;
import dev.elbo.io.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

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

  /** All but the description, which has their hashes. */
  private static final List<String> DESCRIBED =
      List.of(TENSORS, ITEMS, TRAIN_USERS, VALIDATION_USERS, TEST_USERS);

  private PreparedDirectory() {}

  /** The beginning of {@code data.json} in every version. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Version(int formatVersion) {}

  /** The content of {@code data.json}. */
  private record Description(
      int formatVersion, DataDescription description, Map<String, String> sha256) {}

  static void write(Path directory, PreparedData data) {
    SequencedMap<String, AtomicFile.Content> contents = contents(data);
    Path target = directory;
    try {
      target = Files.exists(directory) ? directory.toRealPath() : directory;
      checkReplaceable(target);
    } catch (IOException e) {
      throw ElboException.cannot("be written", directory, e);
    }
    AtomicFile.makeFolder(target);
    FileSet.write(
        target,
        contents,
        DESCRIPTION,
        hashes -> new Description(FORMAT_VERSION, data.description(), hashes));
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
      boolean prepared = names.contains(DESCRIPTION);
      Optional<String> other =
          names.stream()
              .filter(name -> !(isTemporary(name) || (prepared && isOurs(name))))
              .findFirst();
      if (other.isPresent()) {
        throw ElboException.in(
            target,
            "the folder exists and holds something other than prepared data (%s); it is left alone;"
                    .formatted(other.get())
                + " choose another folder");
      }
    }
  }

  private static boolean isOurs(String name) {
    return name.equals(DESCRIPTION) || DESCRIBED.contains(name);
  }

  /** Whether a file is there only while a folder is written, or since that was stopped. */
  private static boolean isTemporary(String name) {
    return name.equals(FolderLock.FILE)
        || DESCRIBED.stream().map(FileSet::pending).anyMatch(name::equals)
        || AtomicFile.isLeftover(name, DESCRIPTION);
  }

  static PreparedData read(Path directory) {
    return FileSet.read(
        directory, DESCRIPTION, "prepare the data again", files -> read(directory, files));
  }

  private static PreparedData read(Path directory, FileSet files) {
    Description description = description(directory, files);
    List<String> itemIds = files.read(ITEMS, Ids::read);
    List<String> trainUserIds = files.read(TRAIN_USERS, Ids::read);
    Safetensors tensors = files.read(TENSORS, Safetensors::read).requireFinite();
    int items = itemIds.size();
    return new PreparedData(
        matrix(tensors, "train", trainUserIds.size(), items),
        trainUserIds,
        itemIds,
        evaluationUsers(tensors, "validation", files.read(VALIDATION_USERS, Ids::read), items),
        evaluationUsers(tensors, "test", files.read(TEST_USERS, Ids::read), items),
        description.description(),
        description.sha256().get(TENSORS));
  }

  private static Description description(Path directory, FileSet files) {
    Path file = directory.resolve(DESCRIPTION);
    int version = files.manifest(Version.class).formatVersion();
    if (version != FORMAT_VERSION) {
      throw ElboException.in(
          file,
          "expected prepared data of format version %d, found version %d; prepare the data again"
              .formatted(FORMAT_VERSION, version));
    }
    Description description = files.manifest(Description.class);
    for (String name : DESCRIBED) {
      if (!files.isChecked(name)) {
        throw ElboException.in(
            file, "expected the SHA-256 of %s, found none; prepare the data again".formatted(name));
      }
    }
    return description;
  }

  static String sha256(CsrMatrix train, EvaluationUsers validation, EvaluationUsers test) {
    return Sha256.of(tensorFile(train, validation, test));
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

  private static SequencedMap<String, AtomicFile.Content> contents(PreparedData data) {
    var contents = new LinkedHashMap<String, AtomicFile.Content>();
    contents.put(TENSORS, tensorFile(data.train(), data.validation(), data.test()));
    contents.put(ITEMS, Ids.content(data.itemIds()));
    contents.put(TRAIN_USERS, Ids.content(data.trainUserIds()));
    contents.put(VALIDATION_USERS, Ids.content(data.validation().userIds()));
    contents.put(TEST_USERS, Ids.content(data.test().userIds()));
    return contents;
  }

  private static AtomicFile.Content tensorFile(
      CsrMatrix train, EvaluationUsers validation, EvaluationUsers test) {
    var tensors = new LinkedHashMap<String, Tensor>();
    put(tensors, "train", train);
    put(tensors, "validation.foldin", validation.foldIn());
    put(tensors, "validation.heldout", validation.heldOut());
    put(tensors, "test.foldin", test.foldIn());
    put(tensors, "test.heldout", test.heldOut());
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
