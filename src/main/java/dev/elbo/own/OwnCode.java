package dev.elbo.own;

import dev.elbo.ElboException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Java files that somebody has written, compiled in memory. What is in them runs with all rights of
 * this program.
 */
public final class OwnCode {

  private final Map<String, byte[]> classes;
  private final List<Class<?>> loaded = new ArrayList<>();
  private final String described;

  private OwnCode(Map<String, byte[]> classes, String described) {
    this.classes = classes;
    this.described = described;
    ClassLoader loader = new InMemory();
    for (String name : classes.keySet()) {
      try {
        loaded.add(Class.forName(name, /* initialize= */ false, loader));
      } catch (ClassNotFoundException | LinkageError e) {
        throw new ElboException(described + ": cannot load " + name + ": " + e, e);
      }
    }
  }

  /**
   * Compiles a file by itself.
   *
   * @param file a Java file
   * @param messages is given each of the compiler's errors, as javac prints them: some lines each
   * @throws ElboException if it cannot be read, or does not compile
   */
  public static OwnCode ofFile(Path file, Consumer<String> messages) {
    return compile(List.of(file), file.toString(), messages);
  }

  /**
   * Compiles the Java files of a folder together.
   *
   * @param folder a folder
   * @throws ElboException if one cannot be read, or does not compile; or if there are none
   */
  public static OwnCode ofFolder(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.java")) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw ElboException.cannot("be read", folder, e);
    }
    if (files.isEmpty()) {
      throw new ElboException(folder + ": expected Java files in this folder, found none");
    }
    files.sort(null);
    return compile(files, folder.toString(), _ -> {});
  }

  private static OwnCode compile(List<Path> files, String described, Consumer<String> messages) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new ElboException(
          "%s: cannot be compiled: this Java (%s) has no module jdk.compiler; use a JDK"
              .formatted(described, System.getProperty("java.home")));
    }
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<Source> sources = files.stream().map(Source::new).toList();
    try (Output output =
        new Output(
            compiler.getStandardFileManager(found, Locale.ENGLISH, StandardCharsets.UTF_8))) {
      List<String> options =
          List.of("-classpath", ofThisProgram(), "-proc:none", "-g", "-Xlint:none");
      boolean compiled =
          compiler.getTask(null, output, found, options, /* classes= */ null, sources).call();
      if (!compiled) {
        throw doesNotCompile(described, found.getDiagnostics(), messages);
      }
      Map<String, byte[]> classes = new LinkedHashMap<>();
      output.written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      return new OwnCode(classes, described);
    } catch (IOException e) {
      throw new ElboException(described + ": cannot be compiled: " + e.getMessage(), e);
    }
  }

  /** Where {@link Task} is: nothing else is needed. */
  private static String ofThisProgram() {
    try {
      var location = Task.class.getProtectionDomain().getCodeSource().getLocation();
      return Path.of(location.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e); // Java's own URLs
    }
  }

  private static ElboException doesNotCompile(
      String described,
      List<Diagnostic<? extends JavaFileObject>> found,
      Consumer<String> messages) {
    List<Diagnostic<? extends JavaFileObject>> errors =
        found.stream().filter(message -> message.getKind() == Diagnostic.Kind.ERROR).toList();
    errors.forEach(error -> messages.accept(error.toString()));
    return new ElboException(
        "%s: does not compile: %s%s"
            .formatted(
                described,
                errors.getFirst().toString().lines().findFirst().orElse(""),
                errors.size() == 1 ? "" : ", and %d more errors".formatted(errors.size() - 1)));
  }

  /**
   * The one class that implements a task, ready to be called. What it throws becomes an {@link
   * ElboException} that says in which line.
   *
   * @param task an interface of {@link Task}
   * @throws ElboException if there is no such class, or more than one
   */
  public <T> T implementing(Class<T> task) {
    List<Class<?>> those = classesOf(task);
    if (those.size() != 1) {
      throw new ElboException(
          "%s: expected a class that implements Task.%s, found %s"
              .formatted(
                  described,
                  task.getSimpleName(),
                  those.isEmpty()
                      ? "none"
                      : those.stream().map(Class::getName).collect(Collectors.joining(" and "))));
    }
    return calling(task, those.getFirst());
  }

  /**
   * One of each task that is implemented, in the order of {@link Task#all}.
   *
   * @throws ElboException if there is none, or more than one class for one of them
   */
  public Map<Class<?>, Object> implemented() {
    Map<Class<?>, Object> all = new LinkedHashMap<>();
    for (Class<?> task : Task.all()) {
      if (!classesOf(task).isEmpty()) {
        all.put(task, implementing(task));
      }
    }
    if (all.isEmpty()) {
      throw new ElboException(
          described + ": expected a class that implements a Task, found " + loaded);
    }
    return all;
  }

  private List<Class<?>> classesOf(Class<?> task) {
    return loaded.stream()
        .filter(task::isAssignableFrom)
        .filter(found -> !found.isInterface() && !Modifier.isAbstract(found.getModifiers()))
        .toList();
  }

  private <T> T calling(Class<T> task, Class<?> implementation) {
    try {
      var constructor = implementation.getDeclaredConstructor();
      constructor.setAccessible(true);
      Object written = constructor.newInstance();
      return task.cast(
          Proxy.newProxyInstance(
              task.getClassLoader(),
              new Class<?>[] {task},
              (_, method, arguments) -> call(written, method, arguments)));
    } catch (InvocationTargetException e) {
      throw failure("the constructor", e.getCause());
    } catch (ExceptionInInitializerError e) {
      throw failure("a static field", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ElboException(
          "%s: %s needs a constructor without parameters"
              .formatted(described, implementation.getName()),
          e);
    }
  }

  private Object call(Object written, Method method, Object[] arguments) {
    try {
      method.setAccessible(true);
      synchronized (written) {
        return method.invoke(written, arguments);
      }
    } catch (InvocationTargetException e) {
      throw failure(method.getName(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e); // it is an interface's
    }
  }

  private ElboException failure(String called, Throwable cause) {
    String where =
        Arrays.stream(cause.getStackTrace())
            .filter(frame -> classes.containsKey(frame.getClassName()))
            .findFirst()
            .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
            .orElse(described);
    return new ElboException(
        isNotWritten(cause)
            ? "%s: %s is not written yet".formatted(where, called)
            : "%s: %s: %s".formatted(where, called, cause),
        isNotWritten(cause) ? new NotWritten(cause) : cause);
  }

  /** What a method of a template throws. */
  private static final class NotWritten extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotWritten(Throwable cause) {
      super(cause);
    }
  }

  /** A list that cannot be modified throws the same, from a class that is nobody's own. */
  private boolean isNotWritten(Throwable cause) {
    return cause instanceof UnsupportedOperationException
        && cause.getStackTrace().length > 0
        && classes.containsKey(cause.getStackTrace()[0].getClassName());
  }

  /**
   * Whether somebody's method is not written yet, rather than wrong: it throws an {@link
   * UnsupportedOperationException}, as those of a template do.
   */
  public static boolean isNotWritten(ElboException error) {
    return error.getCause() instanceof NotWritten;
  }

  private final class InMemory extends ClassLoader {
    InMemory() {
      super(OwnCode.class.getClassLoader());
    }

    /** Its own classes first, whatever else may have their names. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!classes.containsKey(name)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> already = findLoadedClass(name);
        return already == null ? findClass(name) : already;
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  /** A file, whatever it is called: its public class need not have its name. */
  private static final class Source extends SimpleJavaFileObject {
    private final Path file;
    private final String text;

    Source(Path file) {
      super(URI.create("string:///" + file.toUri().getRawPath()), Kind.SOURCE);
      this.file = file;
      try {
        this.text = Files.readString(file);
      } catch (IOException e) {
        throw ElboException.cannot("be read", file, e);
      }
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return true;
    }

    @Override
    public String getName() {
      return file.toString();
    }
  }

  /** Keeps what the compiler writes. */
  private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
    final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

    Output(JavaFileManager other) {
      super(other);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("mem:///" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          written.put(className, bytes);
          return bytes;
        }
      };
    }
  }
}
