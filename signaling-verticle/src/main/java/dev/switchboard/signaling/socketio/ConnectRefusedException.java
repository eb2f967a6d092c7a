package dev.switchboard.signaling.socketio;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Fails an {@link Admission}; the client gets message and data in its {@code connect_error}. */
public final class ConnectRefusedException extends RuntimeException {
  private final transient @Nullable JsonObject data;

  /** {@code message} and {@code data} as the client will see them. */
  public ConnectRefusedException(String message, @Nullable JsonObject data) {
    super(message, null, false, false);
    this.data = data;
  }

  /** What the client will see as the error's data, if anything. */
  public @Nullable JsonObject data() {
    return data;
  }
}
