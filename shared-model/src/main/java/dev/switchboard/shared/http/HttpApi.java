package dev.switchboard.shared.http;

import dev.switchboard.shared.auth.ApiKey;
import dev.switchboard.shared.auth.Caller;
import dev.switchboard.shared.auth.Scope;
import dev.switchboard.shared.auth.TokenRejectedException;
import dev.switchboard.shared.json.JsonLevels;
import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.redis.StoreUnavailableException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What routes with JSON bodies have in common: who makes a request, how often, with what body, and
 * which status a failure is answered with. The shape of a refusal is that of the part ({@link
 * Refusals}). Used on any event loop.
 *
 * <p>Its futures fail, and its methods throw, with what {@link #refuse} answers:
 *
 * <ul>
 *   <li>400: {@link BadFieldException}, a value that Postgres can't store, what can't be read
 *   <li>401, with {@code WWW-Authenticate: Bearer}: {@link TokenRejectedException}
 *   <li>413: a body beyond the limit of its path
 *   <li>415: a body that is compressed
 *   <li>503: {@link StoreUnavailableException}
 *   <li>the status of a {@link RefusedException}, among it 403, and 429 with {@code Retry-After}
 *   <li>500: the rest, which is a bug of ours and logged
 * </ul>
 */
public final class HttpApi {
  /** The logger of each use of an API key. */
  public static final String AUDIT_LOGGER = "audit";

  private static final Logger log = LoggerFactory.getLogger(HttpApi.class);
  private static final Logger audit = LoggerFactory.getLogger(AUDIT_LOGGER);

  private static final String OPERATORS = "only operators may do this";

  /**
   * How often something may be done; all nodes count together.
   *
   * @param name as in {@link HttpAccess#use}
   * @param max uses in a window; 0 switches the limit off
   * @param error what is answered beyond it; null for {@code rate_limited} and when to try again
   */
  public record Limit(String name, long max, Duration window, @Nullable String error) {
    /** So many uses a minute. */
    public static Limit perMinute(String name, long max) {
      return new Limit(name, max, Duration.ofMinutes(1), null);
    }
  }

  private final HttpAccess access;
  private final Refusals refusals;

  public HttpApi(HttpAccess access, Refusals refusals) {
    this.access = access;
    this.refusals = refusals;
  }

  /**
   * Reads bodies on a path, and answers what fails there.
   *
   * @param limit of a body, in bytes
   */
  public void readBodies(Router router, String path, int limit) {
    router
        .route(path)
        .handler(JsonBodies.upTo(limit))
        .failureHandler(context -> failed(context, limit));
  }

  /** Answers what fails on a path that takes no bodies. */
  public void handleFailures(Router router, String path) {
    router.route(path).failureHandler(context -> failed(context, 0));
  }

  /** The client's address, as {@link HttpAccess#clientAddress} has it. */
  public String clientAddress(RoutingContext context) {
    return access.clientAddress(context.request());
  }

  /** The bearer of the token; empty without a token. Fails for a token that is no good (401). */
  public Future<Optional<Caller>> anyone(RoutingContext context) {
    return access.caller(context.request());
  }

  /** The bearer of the token; fails without one (401), and for a key, which is no user (403). */
  public Future<Caller> caller(RoutingContext context) {
    Optional<ApiKey> key = access.apiKey(context.request());
    if (key.isPresent()) {
      audit(context, key.get(), "none", false);
      return Future.failedFuture(RefusedException.forbidden("only users may do this, no keys"));
    }
    return anyone(context)
        .map(caller -> caller.orElseThrow(() -> new TokenRejectedException(false)));
  }

  /**
   * Whoever may at all: a user, an operator, or a key that has one of the scopes. Fails for others
   * (401), and for keys without (403).
   */
  public Future<Actor> anyActor(RoutingContext context, Scope scope, Scope... others) {
    return access
        .apiKey(context.request())
        .map(key -> admit(context, key, chosen(key, scope, others)))
        .orElseGet(() -> caller(context).map(Actor::of));
  }

  /** The scope by which a key may; the first if it has none of them. */
  private static Scope chosen(ApiKey key, Scope scope, Scope... others) {
    return Stream.concat(Stream.of(scope), Stream.of(others))
        .filter(key.scopes()::contains)
        .findFirst()
        .orElse(scope);
  }

  /** An operator, or a key that has one of the scopes; fails for others (401, 403). */
  public Future<Actor> actor(RoutingContext context, Scope scope, Scope... others) {
    return anyActor(context, scope, others)
        .compose(actor -> allow(actor, actor.everybody(), OPERATORS));
  }

  /** As {@link #actor}, and the user themself. */
  public Future<Actor> selfOr(RoutingContext context, String userId, Scope scope, Scope... others) {
    return anyActor(context, scope, others)
        .compose(actor -> allow(actor, actor.mayActFor(userId), "this is another user's"));
  }

  private static Future<Actor> allow(Actor actor, boolean allowed, String refusal) {
    return allowed
        ? Future.succeededFuture(actor)
        : Future.failedFuture(RefusedException.forbidden(refusal));
  }

  /** Each use of a key is one line, whether it was allowed or not. */
  private static void audit(RoutingContext context, ApiKey key, String scope, boolean allowed) {
    audit
        .atInfo()
        .addKeyValue(LogKeys.REQUEST, RequestIds.of(context))
        .addKeyValue("key", key.name())
        .addKeyValue("scope", scope)
        .addKeyValue("allowed", allowed)
        .log("{} {}", context.request().method(), context.normalizedPath());
  }

  private static Future<Actor> admit(RoutingContext context, ApiKey key, Scope scope) {
    boolean allowed = key.scopes().contains(scope);
    audit(context, key, scope.wireName(), allowed);
    return allow(Actor.of(key), allowed, "this key has no scope '" + scope.wireName() + "'");
  }

  /** Counts a use of a limit; fails once there were too many (429). */
  public Future<Void> use(Limit limit, String key) {
    return access
        .use(limit.name(), key, limit.max(), limit.window())
        .compose(
            wait ->
                wait > 0
                    ? Future.failedFuture(RefusedException.limited(wait, limit.error()))
                    : Future.succeededFuture());
  }

  /** The JSON object that the body is. Throws {@link BadFieldException} if it is none. */
  public static JsonObject body(RoutingContext context) {
    try {
      if (context.body().buffer() != null
          && JsonLevels.decodeOfClient(context.body().buffer()) instanceof JsonObject body) {
        return body;
      }
    } catch (DecodeException e) {
      // the decoder's message quotes the body, which may hold a token
    }
    throw new BadFieldException("body", "must be a JSON object");
  }

  /** The JSON list that the body is. Throws {@link BadFieldException} if it is none. */
  public static JsonArray list(RoutingContext context) {
    try {
      if (context.body().buffer() != null
          && JsonLevels.decodeOfClient(context.body().buffer()) instanceof JsonArray list) {
        return list;
      }
    } catch (DecodeException e) {
      // the decoder's message quotes the body, which may hold a token
    }
    throw new BadFieldException("body", "must be a JSON list");
  }

  /** As {@link #body}; an empty body is an object without members. */
  public static JsonObject bodyOrEmpty(RoutingContext context) {
    boolean empty = context.body().buffer() == null || context.body().buffer().length() == 0;
    return empty ? new JsonObject() : body(context);
  }

  private void failed(RoutingContext context, int bodyLimit) {
    Throwable failure = context.failure();
    if (isCutShort(context, failure)) {
      // Nobody is there to read an answer, and nothing of ours has failed.
      return;
    }
    if (isMisframed(context, failure)) {
      refuse(context, unreadable(400));
    } else if (context.statusCode() == 413) {
      refuse(
          context,
          new Refusal(413, "payload_too_large", "body must not exceed " + bodyLimit + " bytes"));
    } else if (failure == null && isClients(context.statusCode())) {
      refuse(context, unreadable(context.statusCode()));
    } else {
      refuse(context, failure);
    }
  }

  /** True where the client has gone, or was cut, before all of its body was there. */
  private static boolean isCutShort(RoutingContext context, @Nullable Throwable failure) {
    return (failure instanceof HttpClosedException || failure instanceof StreamResetException)
        && !context.request().isEnded();
  }

  /**
   * True where a body can't be told from what follows it, as by a chunk whose size is no number.
   * Netty has these types for it, and the server hangs up.
   */
  private static boolean isMisframed(RoutingContext context, @Nullable Throwable failure) {
    return (failure instanceof DecoderException || failure instanceof NumberFormatException)
        && !context.request().isEnded();
  }

  private static boolean isClients(int status) {
    return status >= 400 && status < 500;
  }

  private static Refusal unreadable(int status) {
    return new Refusal(status, "bad_request", "the request can't be read");
  }

  /** Answers what a failure stands for. */
  public void refuse(RoutingContext context, @Nullable Throwable failure) {
    switch (failure) {
      case BadFieldException bad -> refuse(context, refusals.badField(bad));
      case RefusedException refused -> {
        if (refused.retryAfterSeconds() > 0) {
          String seconds = Long.toString(refused.retryAfterSeconds());
          context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds);
        }
        refuse(context, refused.refusal());
      }
      case TokenRejectedException rejected -> {
        context.response().putHeader("WWW-Authenticate", "Bearer");
        refuse(context, new Refusal(401, "unauthorized", rejected.getMessage()));
      }
      case HttpException wanted when isClients(wanted.getStatusCode()) ->
          refuse(context, unreadable(wanted.getStatusCode()));
      case StoreUnavailableException away ->
          refuse(context, new Refusal(503, "unavailable", away.getMessage()));
      case PgException bad when Postgres.isBadValue(bad) -> refuse(context, refusals.unstorable());
      case null, default -> {
        log.atError()
            .addKeyValue(LogKeys.REQUEST, RequestIds.of(context))
            .setCause(failure)
            .log("{} {} failed", context.request().method(), context.normalizedPath());
        refuse(context, new Refusal(500, "internal", "an unexpected error"));
      }
    }
  }

  private void refuse(RoutingContext context, Refusal refusal) {
    Answers.json(context, refusal.status(), refusals.body(refusal));
  }
}
