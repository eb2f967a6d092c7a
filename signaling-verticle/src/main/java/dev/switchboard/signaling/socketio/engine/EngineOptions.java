package dev.switchboard.signaling.socketio.engine;

import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How an Engine.IO server behaves. All edges of one process that serve one path share one value.
 *
 * @param path where it is mounted, with a slash at both ends
 * @param pingIntervalMillis from a pong to the next ping
 * @param pingTimeoutMillis how long a client may take to answer a ping
 * @param upgradeTimeoutMillis how long an upgrade may take
 * @param maxPayloadBytes the largest incoming message and polling body; told to clients
 * @param slowConsumerBytes how much may wait for a client of which nothing is read
 * @param slowConsumerMillis how long nothing may be read while more than that waits
 * @param transports of {@code polling} and {@code websocket}
 * @param allowedOrigins asked for requests with an {@code Origin}, which browsers send; others are
 *     allowed
 * @param sidKey authenticates session ids; the same on all nodes of a cluster
 * @param group the edges of this process
 * @param foreignSessions where polls for sessions of other nodes go
 */
public record EngineOptions(
    String path,
    long pingIntervalMillis,
    long pingTimeoutMillis,
    long upgradeTimeoutMillis,
    int maxPayloadBytes,
    long slowConsumerBytes,
    long slowConsumerMillis,
    Set<String> transports,
    Predicate<HttpServerRequest> allowedOrigins,
    SidKey sidKey,
    EngineGroup group,
    ForeignSessions foreignSessions) {

  /**
   * Starts from the defaults of Node's Socket.IO 4, every origin allowed, a key and a group of its
   * own.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options; what is not set keeps its default. */
  public static final class Builder {
    private String path = "/socket.io/";
    private long pingIntervalMillis = 25_000;
    private long pingTimeoutMillis = 20_000;
    private long upgradeTimeoutMillis = 10_000;
    private int maxPayloadBytes = 1_000_000;
    private long slowConsumerBytes = 1_000_000;
    private long slowConsumerMillis = 10_000;
    private Set<String> transports = Set.of(PollingTransport.NAME, WebSocketTransport.NAME);
    private Predicate<HttpServerRequest> allowedOrigins = _ -> true;
    private SidKey sidKey = SidKey.random();
    private EngineGroup group = new EngineGroup();
    private ForeignSessions foreignSessions = ForeignSessions.NONE;

    private Builder() {}

    public Builder path(String value) {
      path = value;
      return this;
    }

    public Builder pingIntervalMillis(long value) {
      pingIntervalMillis = value;
      return this;
    }

    public Builder pingTimeoutMillis(long value) {
      pingTimeoutMillis = value;
      return this;
    }

    public Builder upgradeTimeoutMillis(long value) {
      upgradeTimeoutMillis = value;
      return this;
    }

    public Builder maxPayloadBytes(int value) {
      maxPayloadBytes = value;
      return this;
    }

    public Builder slowConsumerBytes(long value) {
      slowConsumerBytes = value;
      return this;
    }

    public Builder slowConsumerMillis(long value) {
      slowConsumerMillis = value;
      return this;
    }

    public Builder transports(Set<String> value) {
      transports = Set.copyOf(value);
      return this;
    }

    public Builder allowedOrigins(Predicate<HttpServerRequest> value) {
      allowedOrigins = value;
      return this;
    }

    public Builder sidKey(SidKey value) {
      sidKey = value;
      return this;
    }

    public Builder group(EngineGroup value) {
      group = value;
      return this;
    }

    public Builder foreignSessions(ForeignSessions value) {
      foreignSessions = value;
      return this;
    }

    public EngineOptions build() {
      return new EngineOptions(
          path,
          pingIntervalMillis,
          pingTimeoutMillis,
          upgradeTimeoutMillis,
          maxPayloadBytes,
          slowConsumerBytes,
          slowConsumerMillis,
          transports,
          allowedOrigins,
          sidKey,
          group,
          foreignSessions);
    }
  }

  /** The tick of the timing wheel: fine enough that a ping time-out is kept within a twentieth. */
  long tickMillis() {
    return Math.clamp(pingTimeoutMillis / 20, 5, 100);
  }
}
