package dev.switchboard.deploy.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The packaged server as a child process with a port and a data folder of its own. The jar is the
 * one that the system property {@code switchboard.jar} names, else the module's {@code target}
 * folder's. Its last lines of output go into the message of whatever fails here.
 */
public final class SwitchboardProcess implements RunningServer {
  private static final Duration START_WITHIN = Duration.ofSeconds(180);

  /** The contract's bound. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(25);

  private static final String JAR = "deploy-1.0.0.jar";
  private static final Duration ASK_EVERY = Duration.ofMillis(100);
  private static final int LINES_KEPT = 200;
  private static final int TROUBLES_KEPT = 50;

  /** What a line says that no client may cause: errors, lost exceptions, blocked threads. */
  private static final Pattern TROUBLE =
      Pattern.compile(
          "\"level\":\"error\"|\\bERROR\\b|has been blocked for|Unhandled exception"
              + "|Exception in thread|OutOfMemoryError|StackOverflowError|LEAK:");

  private static final List<String> CACHE = StartCache.options(java(), jar());

  private final Map<String, String> environment;
  private final List<String> launcher;
  private final URI url;
  private final Deque<String> lines = new ArrayDeque<>();
  private final List<String> troubles = new ArrayList<>();
  private volatile CompletableFuture<Void> allRead = new CompletableFuture<>();
  private volatile @Nullable Path ownFolder;
  private volatile Process process;

  private SwitchboardProcess(Map<String, String> environment, List<String> launcher, URI url) {
    this.environment = environment;
    this.launcher = launcher;
    this.url = url;
    this.process = launch();
  }

  /**
   * Starts a server and returns when it is ready. {@code PORT} and {@code DATA_DIR} are chosen
   * where {@code settings} has none.
   */
  public static SwitchboardProcess start(Map<String, String> settings) {
    SwitchboardProcess server = launch(settings);
    server.awaitReady();
    return server;
  }

  /**
   * Starts a server without waiting for it, so that several can start at once. {@code JAVA_OPTS}
   * among the settings are words for the JVM; {@code JVM} are those in place of what lets the
   * servers of tests start fast.
   */
  public static SwitchboardProcess launch(Map<String, String> settings) {
    return launch(settings, "localhost", List.of());
  }

  /**
   * As {@link #launch(Map)}, for one that answers at another host since the {@code launcher}, words
   * before the program, puts it there.
   */
  public static SwitchboardProcess launch(
      Map<String, String> settings, String host, List<String> launcher) {
    Map<String, String> environment = new HashMap<>(settings);
    String port =
        environment.computeIfAbsent("PORT", name -> Integer.toString(RealRedis.freePort()));
    Path ownFolder =
        environment.containsKey("DATA_DIR") ? null : TemporaryFolder.create("switchboard-");
    if (ownFolder != null) {
      environment.put("DATA_DIR", ownFolder.toString());
    }
    URI url = URI.create("http://" + host + ":" + port);
    var server = new SwitchboardProcess(environment, launcher, url);
    server.ownFolder = ownFolder;
    return server;
  }

  /** How a server ended that was not to become ready. */
  public record Ended(int code, List<String> lines) {}

  /** Starts a server whose settings must stop it, and returns when it has ended. */
  public static Ended startInVain(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(settings);
    String port =
        environment.computeIfAbsent("PORT", name -> Integer.toString(RealRedis.freePort()));
    URI url = URI.create("http://localhost:" + port);
    var server = new SwitchboardProcess(environment, List.of(), url);
    if (!server.exitsWithin(START_WITHIN)) {
      server.close();
      throw server.failure("did not stop at its settings");
    }
    server.allRead.orTimeout(START_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
    return new Ended(server.process.exitValue(), server.log().lines().toList());
  }

  @Override
  public URI url() {
    return url;
  }

  public long pid() {
    return process.pid();
  }

  /** Ends it without a warning, as a crash would. Returns when it is gone. */
  public void kill9() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Stops it where it is (SIGSTOP), as a long pause would; {@link #resume} lets it go on. */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    signal("CONT");
  }

  /** Sends SIGTERM and does not wait. */
  public void beginTermination() {
    process.destroy();
  }

  /** True while the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Sends SIGTERM and returns when the process has left by itself. */
  public void terminate() {
    process.destroy();
    awaitExit();
  }

  @Override
  public void restart() {
    if (process.isAlive()) {
      terminate();
    }
    relaunch();
    awaitReady();
  }

  /** Starts it again once it has ended, and does not wait. */
  public void relaunch() {
    process = launch();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      terminate();
    }
    Path folder = ownFolder;
    if (folder != null) {
      TemporaryFolder.delete(folder);
    }
  }

  /** The exit code of a process that has ended. */
  public int exitCode() {
    return process.exitValue();
  }

  /** The last lines that the server wrote. */
  public String log() {
    synchronized (lines) {
      return String.join(System.lineSeparator(), lines);
    }
  }

  /**
   * The first lines of all its output that tell of an error, an exception that nothing caught, a
   * leak or a blocked thread.
   */
  public List<String> troubles() {
    synchronized (lines) {
      return List.copyOf(troubles);
    }
  }

  private Process launch() {
    Path java = java();
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(java.toString(), "-Xmx768m"));
    if (environment.containsKey("JVM")) {
      command.addAll(List.of(environment.get("JVM").split(" ")));
    } else {
      command.addAll(StartCache.JVM);
      command.addAll(CACHE);
    }
    if (environment.containsKey("JAVA_OPTS")) {
      command.addAll(List.of(environment.get("JAVA_OPTS").split(" ")));
    }
    command.addAll(List.of("-jar", jar().toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process started = builder.start();
      CompletableFuture<Void> read = new CompletableFuture<>();
      allRead = read;
      Thread.ofVirtual()
          .name("log-of-" + started.pid())
          .start(
              () -> {
                keepLines(started);
                read.complete(null);
              });
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keepLines(Process started) {
    try (BufferedReader reader = started.inputReader(UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.addLast(line);
          if (troubles.size() < TROUBLES_KEPT && TROUBLE.matcher(line).find()) {
            troubles.add(line);
          }
          if (lines.size() > LINES_KEPT) {
            lines.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      // The pipe ends with the process.
    }
  }

  /** Asks for readiness until it is true; a process that exits meanwhile fails at once. */
  public void awaitReady() {
    long deadline = System.nanoTime() + START_WITHIN.toNanos();
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(ASK_EVERY.multipliedBy(20)).build()) {
      while (System.nanoTime() < deadline) {
        if (isReady(client)) {
          return;
        }
        // The wait between two questions is also the watch over the process.
        if (exitsWithin(ASK_EVERY)) {
          throw failure("exited with " + process.exitValue() + " before it was ready");
        }
      }
    }
    process.destroyForcibly();
    throw failure("not ready within " + START_WITHIN);
  }

  private boolean isReady(HttpClient client) {
    var request =
        HttpRequest.newBuilder(url.resolve("/health/ready")).timeout(Duration.ofSeconds(2)).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Returns when it has left by itself. */
  public void awaitExit() {
    if (!exitsWithin(STOP_WITHIN)) {
      process.destroyForcibly();
      throw failure("still running " + STOP_WITHIN + " after it was told to stop");
    }
  }

  private boolean exitsWithin(Duration time) {
    try {
      process.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("could not watch process " + process.pid(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for " + url, e);
  }

  private IllegalStateException failure(String what) {
    return new IllegalStateException(
        "server at " + url + " " + what + "; its log:" + System.lineSeparator() + log());
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static Path jar() {
    String named = System.getProperty("switchboard.jar");
    if (named != null) {
      return Path.of(named);
    }
    for (Path folder : new Path[] {Path.of("target"), Path.of("deploy", "target")}) {
      Path jar = folder.resolve(JAR);
      if (Files.isRegularFile(jar)) {
        return jar.toAbsolutePath();
      }
    }
    throw new IllegalStateException(
        "no "
            + JAR
            + " in target of "
            + Path.of("").toAbsolutePath()
            + "; package the module, or name the jar by -Dswitchboard.jar");
  }
}
