package dev.switchboard.shared.testing;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Everything that an app of a test has heard, in order. The threads of its client add to it, the
 * test's thread asks.
 */
public final class Inbox {
  private final String owner;
  private final long seconds;
  private final List<Heard> inbox = new ArrayList<>();

  /** An event, whether a test has asked for it or not. */
  private static final class Heard {
    final String event;
    final JsonObject payload;
    boolean taken;

    Heard(String event, JsonObject payload) {
      this.event = event;
      this.payload = payload;
    }

    /** What the client itself says of its connection is told in full: there lies the cause. */
    @Override
    public String toString() {
      return event.startsWith("(") && !payload.isEmpty() ? event + payload : event;
    }
  }

  /** An empty one of somebody who waits so many seconds for an event or an answer. */
  public Inbox(String owner, long seconds) {
    this.owner = owner;
    this.seconds = seconds;
  }

  /** Keeps an event. What is none of the server's has its name in parentheses. */
  public synchronized void keep(String event, JsonObject payload) {
    inbox.add(new Heard(event, payload));
  }

  /** The oldest event of this name that was not asked for yet, once it has come. */
  public JsonObject hear(String event) {
    return hear(event, seconds);
  }

  /** As {@link #hear(String)}, within a time of its own. */
  public JsonObject hear(String event, long withinSeconds) {
    AtomicReference<JsonObject> found = new AtomicReference<>();
    try {
      Await.until(() -> take(event, found), withinSeconds);
    } catch (AssertionError e) {
      throw missing(event, e);
    }
    return found.get();
  }

  private synchronized boolean take(String event, AtomicReference<JsonObject> found) {
    for (Heard heard : inbox) {
      if (!heard.taken && heard.event.equals(event)) {
        heard.taken = true;
        found.set(heard.payload);
        return true;
      }
    }
    return false;
  }

  /** The acknowledgement of an event, once it has come. */
  public JsonObject acknowledgement(String event, CompletableFuture<JsonObject> coming) {
    try {
      return coming.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw missing("acknowledgement of " + event, e);
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private synchronized AssertionError missing(String what, Throwable cause) {
    return new AssertionError("no " + what + " at " + owner + ", heard " + inbox, cause);
  }

  /** The names of what was heard so far, in order. */
  public synchronized List<String> heard() {
    return inbox.stream().map(heard -> heard.event).toList();
  }

  /** The payloads of all events of this name so far, in order. */
  public synchronized List<JsonObject> all(String event) {
    return inbox.stream().filter(h -> h.event.equals(event)).map(h -> h.payload).toList();
  }

  /** Forgets what was heard. */
  public synchronized void forget() {
    inbox.clear();
  }
}
