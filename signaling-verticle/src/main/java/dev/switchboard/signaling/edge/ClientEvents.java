package dev.switchboard.signaling.edge;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients of one feature may send, and what happens to it: which handler an event goes to,
 * whether it waits for earlier ones, how large it may be, and what is answered if a handler
 * refuses, a store is unavailable, or there is a bug. The feature supplies how it replies.
 * Immutable once built.
 *
 * @param <C> the feature's side of a client
 * @param <E> an event as it arrived
 * @param <R> how its sender is answered
 */
public final class ClientEvents<C, E, R extends ClientEvents.Reply> {
  private static final Logger log = LoggerFactory.getLogger(ClientEvents.class);

  private final Map<String, Action<C, E, R>> actions = new LinkedHashMap<>();

  /** Handles an event; the future ends when later events of the client may take effect. */
  @FunctionalInterface
  public interface Handler<C, E, R> {
    Future<Void> handle(C from, E event, R reply);
  }

  /** The one answer to an event. */
  public interface Reply {
    /** Names the client, for the log. */
    String clientId();

    String event();

    void refuse(ErrorCode error, String message);

    /** A store could not be reached. */
    void storeUnavailable();

    /** There is a bug, which has been logged. */
    void failed();
  }

  /**
   * A handler.
   *
   * @param ordered whether it waits for the client's earlier events
   * @param ofMembers whether only a client that has registered or joined may send it
   */
  public record Action<C, E, R extends Reply>(
      Handler<C, E, R> handler, boolean ordered, boolean ofMembers) {}

  /** An event of a member that waits for the earlier ones. */
  public ClientEvents<C, E, R> ordered(String event, Handler<C, E, R> handler) {
    return add(event, new Action<>(handler, true, true));
  }

  /** An event of a member that waits for nothing. */
  public ClientEvents<C, E, R> atOnce(String event, Handler<C, E, R> handler) {
    return add(event, new Action<>(handler, false, true));
  }

  /** An event of anybody that waits for the earlier ones. */
  public ClientEvents<C, E, R> orderedOfAny(String event, Handler<C, E, R> handler) {
    return add(event, new Action<>(handler, true, false));
  }

  /** An event of anybody that waits for nothing. */
  public ClientEvents<C, E, R> atOnceOfAny(String event, Handler<C, E, R> handler) {
    return add(event, new Action<>(handler, false, false));
  }

  private ClientEvents<C, E, R> add(String event, Action<C, E, R> action) {
    actions.put(event, action);
    return this;
  }

  /** True for the name of an event. */
  public boolean has(String event) {
    return actions.containsKey(event);
  }

  public Set<String> names() {
    return Set.copyOf(actions.keySet());
  }

  /** Where an event goes; null if there is none of this name. */
  public @Nullable Action<C, E, R> find(String event) {
    return actions.get(event);
  }

  /** True for an event with so large a payload at most; a larger one is refused with this code. */
  public static boolean fits(Event event, int mostBytes, ErrorCode tooLarge, Reply reply) {
    boolean fits = event.hasPayloadWithin(mostBytes);
    if (!fits) {
      reply.refuse(tooLarge, "payload must be at most " + mostBytes + " bytes");
    }
    return fits;
  }

  /** True for an event whose arguments could be read; one too deep is refused with this code. */
  public static boolean isReadable(Event event, ErrorCode tooDeep, Reply reply) {
    if (event.isTooDeep()) {
      reply.refuse(tooDeep, "payload must be nested in at most " + Event.MOST_LEVELS + " levels");
    }
    return !event.isTooDeep();
  }

  /** Runs a handler. Never fails: what went wrong is answered. */
  public static <C, E, R extends Reply> Future<Void> run(
      Handler<C, E, R> handler, C from, E event, R reply) {
    try {
      return handler.handle(from, event, reply).recover(failure -> fail(reply, failure));
    } catch (RuntimeException failure) {
      return fail(reply, failure);
    }
  }

  public static Future<Void> fail(Reply reply, Throwable failure) {
    switch (failure) {
      case RefusedException refused ->
          reply.refuse(refused.error(), String.valueOf(refused.getMessage()));
      case StoreUnavailableException unavailable -> reply.storeUnavailable();
      default -> {
        log.atError()
            .addKeyValue(LogKeys.SESSION, reply.clientId())
            .setCause(failure)
            .log("{} failed", reply.event());
        reply.failed();
      }
    }
    return Future.succeededFuture();
  }
}
