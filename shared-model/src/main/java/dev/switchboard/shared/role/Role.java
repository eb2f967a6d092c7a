package dev.switchboard.shared.role;

import dev.switchboard.shared.users.Erasure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * A role as the process that hosts it sees it. Life: {@link #start}, {@link #mount} once on each
 * edge, {@link #drain}, {@link #stop}.
 */
public interface Role {
  /** Which role it is. */
  RoleName name();

  /** Deploys what runs once in a process. Called before any edge is up. */
  Future<Void> start();

  /** Mounts the role's routes on an edge. Called on the event loop of that edge. */
  Future<Void> mount(Edge edge);

  /**
   * What this role adds to {@code /health}: for instance {@code sessions} of signaling, {@code
   * apns} of push. The key {@code degraded} set to true makes the whole answer degraded. Called
   * from any thread; must not wait for a store.
   */
  default JsonObject health() {
    return new JsonObject();
  }

  /** What this role adds to the features of {@code /info}. */
  default JsonObject features() {
    return new JsonObject();
  }

  /**
   * What this role adds to the operator's overview: {@code providers} and {@code queue} of push,
   * {@code relays} of ice. Asked only while somebody looks; called from any thread. What has not
   * come within a second, or fails, is left out.
   */
  default Future<JsonObject> overview() {
    return Future.succeededFuture(new JsonObject());
  }

  /**
   * What this role keeps of a user, under names of its own; tokens are cut. Empty if nothing.
   * Called on any thread.
   */
  default Future<JsonObject> export(String userId) {
    return Future.succeededFuture(new JsonObject());
  }

  /**
   * Deletes what {@link #export} would show, and the rest; what is others' keeps no trace of the
   * user. Fails if it must be tried again; doing it twice does no harm. Called on any thread.
   */
  default Future<Void> erase(Erasure erasure) {
    return Future.succeededFuture();
  }

  /** True while the role can serve with Redis away. */
  default boolean worksWithoutRedis() {
    return false;
  }

  /** True while the role can serve with Postgres away. */
  default boolean worksWithoutPostgres() {
    return true;
  }

  /**
   * Takes no new work and moves its clients elsewhere, spread out; bounded by {@code graceMillis}.
   */
  default Future<Void> drain(long graceMillis) {
    return Future.succeededFuture();
  }

  /** Finishes or hands back what it has in hand. */
  default Future<Void> stop() {
    return Future.succeededFuture();
  }
}
