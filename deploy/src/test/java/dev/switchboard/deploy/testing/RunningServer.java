package dev.switchboard.deploy.testing;

import java.net.URI;

/** A server that answers, wherever it runs. Used from the test's thread. */
public interface RunningServer extends AutoCloseable {
  /** Where it answers, without a slash at the end. The same after a restart. */
  URI url();

  /** Stops it in order (SIGTERM), starts it with the same data, and returns when it is ready. */
  void restart();

  /** Stops it for good. */
  @Override
  void close();
}
