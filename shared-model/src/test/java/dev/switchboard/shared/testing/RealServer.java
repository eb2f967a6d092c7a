package dev.switchboard.shared.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A server that tests stop and start again: its data outlives that, as it does in production. Both
 * end with the JVM.
 */
final class RealServer<S extends Closeable> {
  private final Launcher<S> launcher;
  private final Path folder;
  private @Nullable S running;

  /** Starts it on its data, which is there from the second time on. */
  interface Launcher<S> {
    S launch(Path folder) throws IOException;
  }

  private RealServer(Launcher<S> launcher, Path folder) {
    this.launcher = launcher;
    this.folder = folder;
  }

  /** One that runs. The name is in its folder's. */
  static <S extends Closeable> RealServer<S> start(String name, Launcher<S> launcher) {
    Path folder = TemporaryFolder.create("switchboard-" + name + "-");
    RealServer<S> server = new RealServer<>(launcher, folder);
    Runtime.getRuntime().addShutdownHook(new Thread(server::end));
    server.start();
    return server;
  }

  /** Starts it again after {@link #stop}. */
  synchronized void start() {
    if (running == null) {
      try {
        running = launcher.launch(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Stops it, if it runs. */
  synchronized void stop() {
    if (running != null) {
      try {
        running.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      running = null;
    }
  }

  /** What was launched; it must run. */
  synchronized S running() {
    if (running == null) {
      throw new IllegalStateException("it is stopped: " + folder);
    }
    return running;
  }

  private synchronized void end() {
    stop();
    TemporaryFolder.delete(folder);
  }
}
