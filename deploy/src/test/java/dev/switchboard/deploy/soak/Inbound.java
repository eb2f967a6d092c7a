package dev.switchboard.deploy.soak;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What somebody waits for. What nobody waits for is forgotten at once: for hours nothing may pile
 * up on this side either.
 */
final class Inbound {
  private static final long SECONDS = 30;

  private final Map<String, CompletableFuture<JsonObject>> awaited = new ConcurrentHashMap<>();

  /** Begins to wait for the next of a name. */
  Awaited expect(String name) {
    CompletableFuture<JsonObject> coming = new CompletableFuture<>();
    awaited.put(name, coming);
    return () -> {
      try {
        return coming.orTimeout(SECONDS, TimeUnit.SECONDS).join();
      } catch (RuntimeException e) {
        throw new IllegalStateException("no " + name + " within " + SECONDS + " s", e);
      } finally {
        awaited.remove(name, coming);
      }
    };
  }

  /** Something that comes. */
  interface Awaited {
    /** Waits for it; throws {@link IllegalStateException} if it takes half a minute. */
    JsonObject get();
  }

  /** Takes what has come. */
  void take(String name, JsonObject payload) {
    CompletableFuture<JsonObject> waiting = awaited.remove(name);
    if (waiting != null) {
      waiting.complete(payload);
    }
  }
}
