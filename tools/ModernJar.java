import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Writes the classes of a jar again in the format of Java 8 where theirs is that of Java 5, as
 * picocli's is: Java takes none of these into an AOT cache, nor any class that is one of them. What
 * they do remains as it is. The jar of the program is so, that of the library is picocli's own.
 */
final class ModernJar {

  /** Of the oldest class files that Java checks by their stack maps, and takes into its caches. */
  private static final int JAVA_6 = 50;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final ClassFile format =
      ClassFile.of(
          StackMapsOption.GENERATE_STACK_MAPS,
          ClassHierarchyResolverOption.of(
              ClassHierarchyResolver.ofResourceParsing(type -> open(type.descriptorString()))
                  .cached()));

  private ModernJar() {}

  public static void main(String[] args) throws IOException {
    new ModernJar().rewrite(Path.of(args[0]));
  }

  private void rewrite(Path jar) throws IOException {
    try (var in = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    Map<String, byte[]> modern = new LinkedHashMap<>(entries);
    modern.replaceAll((name, bytes) -> isOld(name, bytes) ? modern(bytes) : bytes);
    if (modern.equals(entries)) {
      return;
    }
    Path written = jar.resolveSibling(jar.getFileName() + ".modern");
    try (var out = new ZipOutputStream(Files.newOutputStream(written))) {
      for (var entry : modern.entrySet()) {
        var header = new ZipEntry(entry.getKey());
        header.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0)); // the same bytes every time
        out.putNextEntry(header);
        out.write(entry.getValue());
      }
    }
    Files.move(written, jar, StandardCopyOption.REPLACE_EXISTING); // who runs it keeps the old one
  }

  private boolean isOld(String name, byte[] bytes) {
    return name.endsWith(".class") && format.parse(bytes).majorVersion() < JAVA_6;
  }

  private byte[] modern(byte[] bytes) {
    return format.transformClass(
        format.parse(bytes),
        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
            .andThen(
                (builder, element) -> {
                  if (element instanceof ClassFileVersion) {
                    builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                  } else {
                    builder.with(element);
                  }
                }));
  }

  /** The class file of the jar, or of the JDK, that describes a type. */
  private InputStream open(String descriptor) {
    String name = descriptor.substring(1, descriptor.length() - 1) + ".class";
    byte[] bytes = entries.get(name);
    return bytes == null
        ? ClassLoader.getSystemResourceAsStream(name)
        : new ByteArrayInputStream(bytes);
  }
}
