package dev.elbo.data.fetch;

import dev.elbo.ElboException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Downloads a file over HTTP and goes on where an earlier try stopped. What the server says of the
 * file's version (a strong ETag, else Last-Modified) is kept beside the partial file, so that parts
 * of two versions are never joined (RFC 9110, section 13.1.5, If-Range).
 */
final class HttpDownload implements AutoCloseable {
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;

  private final Duration patience;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  // HTTP/1.1, where the client is known to fail on a body shorter than its Content-Length.
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * @param patience how long the server may be silent, before its answer or within it
   */
  HttpDownload(Duration patience) {
    this.patience = patience;
  }

  /**
   * The text at an address (its first 4096 bytes), or nothing if the server has no such file.
   *
   * @throws ElboException if the server cannot be reached or answers with another error
   */
  Optional<String> text(URI uri) throws IOException {
    HttpResponse<InputStream> response = send(HttpRequest.newBuilder(uri).build());
    try (InputStream body = response.body()) {
      return switch (response.statusCode()) {
        case OK ->
            Optional.of(
                new String(await(uri, () -> body.readNBytes(4096)), StandardCharsets.ISO_8859_1));
        case NOT_FOUND -> Optional.empty();
        default -> throw refused(uri, response.statusCode());
      };
    }
  }

  /**
   * Downloads a whole file; bytes that an earlier call left there are kept if the server can go on
   * from them. The folder is made when the first byte arrives.
   *
   * @param uri where from
   * @param file where to
   * @param progress told what has arrived
   * @throws ElboException if the server cannot be reached, refuses or breaks off; what has arrived
   *     stays for the next call
   * @throws IOException if the file cannot be written
   */
  void download(URI uri, Path file, DatasetDownload.Progress progress) throws IOException {
    Path version = file.resolveSibling(file.getFileName() + ".version");
    long kept = Files.exists(file) && Files.exists(version) ? Files.size(file) : 0;
    var request = HttpRequest.newBuilder(uri);
    if (kept > 0) {
      request.header("Range", "bytes=" + kept + "-");
      request.header("If-Range", Files.readString(version));
    }
    HttpResponse<InputStream> response = send(request.build());
    int status = response.statusCode();
    String range = response.headers().firstValue("Content-Range").orElse("");
    try (InputStream body = response.body()) {
      if (status == OK) {
        Files.createDirectories(file.getParent());
        // The old bytes go before the new version is noted: stopped in between, nothing is kept.
        Files.write(file, new byte[0]);
        noteVersion(response, version);
        append(uri, response, body, file, progress);
        return;
      }
      if (kept > 0 && status == PARTIAL_CONTENT && range.startsWith("bytes " + kept + "-")) {
        append(uri, response, body, file, progress);
        return;
      }
      if (kept > 0 && status == RANGE_NOT_SATISFIABLE && range.equals("bytes */" + kept)) {
        progress.received(kept, kept);
        return;
      }
      if (kept == 0 || (status != PARTIAL_CONTENT && status != RANGE_NOT_SATISFIABLE)) {
        throw refused(uri, status);
      }
    }
    // The server cannot go on from here.
    Files.delete(file);
    download(uri, file, progress);
  }

  private static void noteVersion(HttpResponse<?> response, Path version) throws IOException {
    Optional<String> found =
        response
            .headers()
            .firstValue("ETag")
            .filter(tag -> !tag.startsWith("W/"))
            .or(() -> response.headers().firstValue("Last-Modified"));
    if (found.isPresent()) {
      Files.writeString(version, found.get());
    } else {
      Files.deleteIfExists(version);
    }
  }

  private void append(
      URI uri,
      HttpResponse<?> response,
      InputStream body,
      Path file,
      DatasetDownload.Progress progress)
      throws IOException {
    long received = Files.size(file);
    var length = response.headers().firstValueAsLong("Content-Length");
    long total = length.isPresent() ? received + length.getAsLong() : -1;
    try (var out = new FileOutputStream(file.toFile(), true)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = 0; n >= 0; n = await(uri, () -> body.read(buffer))) {
        out.write(buffer, 0, n);
        received += n;
        progress.received(received, total);
      }
      out.getFD().sync();
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    return await(request.uri(), () -> client.send(request, BodyHandlers.ofInputStream()));
  }

  /** Waits for the network; HttpRequest's own timeout ends with the headers. */
  private <T> T await(URI uri, Callable<T> call) {
    Future<T> result = calls.submit(call);
    try {
      return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unreachable(uri, "nothing came for " + patience.toSeconds() + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(uri, "the download was interrupted", e);
    } catch (ExecutionException e) {
      throw unreachable(uri, reason(uri, e.getCause()), e.getCause());
    } finally {
      result.cancel(true);
    }
  }

  private static String reason(URI uri, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "the host " + uri.getHost() + " is not known";
      }
    }
    return failure instanceof ConnectException
        ? "the host " + uri.getHost() + " accepts no connection"
        : "the connection broke (" + failure.getMessage() + ")";
  }

  private static ElboException unreachable(URI uri, String reason, Throwable cause) {
    return new ElboException(
        uri
            + ": "
            + reason
            + "; check the network (behind a proxy, set JAVA_TOOL_OPTIONS="
            + "\"-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT\") and fetch again: what has arrived"
            + " is kept",
        cause);
  }

  private static ElboException refused(URI uri, int status) {
    boolean passing = status >= 500 || status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS;
    return new ElboException(
        "%s: expected HTTP status 200, found %d; %s"
            .formatted(
                uri,
                status,
                passing
                    ? "the server has a problem, fetch again later"
                    : "the file may have moved: download and unpack it by hand, elbo prepare"
                        + " takes the ratings file from anywhere"));
  }

  /** Ends what is still under way. */
  @Override
  public void close() {
    client.shutdownNow();
    client.close();
    calls.close();
  }
}
