package dev.switchboard.signaling.ice;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.trace.CallTraces;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks the ICE role for servers, that of this process where there is one and it has all that its
 * provider should have given, else that of any node, and never takes long: where no answer comes in
 * time the last list that the user had is used while its credentials are good, else what of the
 * last list is bound to nobody. Belongs to the loop of its edge.
 */
public final class IceClient {
  /** How long a call may wait for the list, in milliseconds. */
  private static final long ANSWER_MILLIS = 100;

  /** How often any node is asked where the list of this one lacks a provider's. */
  private static final int OTHERS_ASKED = 2;

  private static final long RETRY_MILLIS = 1_000;
  private static final long DEFAULT_TTL_SECONDS = 600;
  private static final int MOST_USERS = 4_096;

  /** The name of credentials that are made for somebody: when they end, and for whom. */
  private static final Pattern BOUND = Pattern.compile("\\d+:.*", Pattern.DOTALL);

  private final EventBus bus;
  private final CallTraces traces;
  private final InstantSource clock;
  private final DeliveryOptions here =
      new DeliveryOptions().setSendTimeout(ANSWER_MILLIS).setLocalOnly(true);
  private final DeliveryOptions anywhere = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);
  private final Map<String, Known> byUser =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST_USERS;
        }
      };
  private final JsonArray stunAlone = new JsonArray();
  private JsonArray ofAll = stunAlone;
  private JsonArray leftOut = new JsonArray();

  /** When the credentials end that all share; those of a provider do. */
  private long ofAllUntil = Long.MAX_VALUE;

  private long ttlSeconds = DEFAULT_TTL_SECONDS;

  /**
   * @param stunUrls what is used before the first list came
   */
  public IceClient(
      EventBus bus, CallTraces traces, InstantSource clock, Collection<String> stunUrls) {
    stunUrls.forEach(url -> stunAlone.add(new JsonObject().put("urls", url)));
    this.bus = bus;
    this.traces = traces;
    this.clock = clock;
  }

  /**
   * A list as clients take it.
   *
   * @param ttlSeconds how long its credentials are good
   * @param fresh false for one that was known before
   */
  public record Servers(JsonArray list, long ttlSeconds, boolean fresh) {
    /**
     * When they are renewed, in milliseconds since the epoch: after three quarters of their life,
     * which leaves time for an ICE restart. A list that only was known is replaced as soon as the
     * ICE role answers.
     */
    public long renewAt(long nowMillis) {
      return nowMillis + (fresh ? ttlSeconds * 750 : RETRY_MILLIS);
    }
  }

  /** A list, and when its credentials end. */
  private record Known(JsonArray list, long endsAtMillis) {}

  /** Servers for a user, bound to a call if there is one. Never fails. */
  public Future<Servers> servers(String userId, @Nullable String callId) {
    JsonObject request = new JsonObject().put("userId", userId);
    return callId == null
        ? ask(userId, request)
        : traces.span(callId, "ice servers", () -> ask(userId, request.put("callId", callId)));
  }

  private Future<Servers> ask(String userId, JsonObject request) {
    return request(request, here)
        .recover(
            failure ->
                isNobody(failure) ? request(request, anywhere) : Future.failedFuture(failure))
        .compose(
            answer ->
                isComplete(answer)
                    ? Future.succeededFuture(answer)
                    : askOthers(request, answer, OTHERS_ASKED))
        .map(answer -> learn(userId, answer))
        .otherwise(failure -> known(userId));
  }

  /** One whose provider answered may have what this one lacks. The bus asks all by turns. */
  private Future<JsonObject> askOthers(JsonObject request, JsonObject lacking, int tries) {
    return tries == 0
        ? Future.succeededFuture(lacking)
        : request(request, anywhere)
            .compose(
                answer ->
                    isComplete(answer)
                        ? Future.succeededFuture(answer)
                        : askOthers(request, lacking, tries - 1))
            .otherwise(lacking);
  }

  private Future<JsonObject> request(JsonObject request, DeliveryOptions to) {
    return bus.<JsonObject>request(BusAddresses.ICE_SERVERS, request, to).map(Message::body);
  }

  /** False for a list that lacks what a provider should have given. */
  private static boolean isComplete(JsonObject answer) {
    return answer.getBoolean("complete", true);
  }

  /** True where the role does not run. The bus says so at once, so that no time is lost. */
  private static boolean isNobody(Throwable failure) {
    return failure instanceof ReplyException answer
        && answer.failureType() == ReplyFailure.NO_HANDLERS;
  }

  private Servers learn(String userId, JsonObject answer) {
    JsonArray list = answer.getJsonArray("iceServers");
    Known before = byUser.get(userId);
    long livesUntil = Math.max(before == null ? 0 : before.endsAtMillis(), sharedEnd());
    if (!isComplete(answer) && livesUntil > clock.millis()) {
      // A provider is away, and so is the list of the ICE role: a list that lives is worth more.
      return known(userId);
    }
    ttlSeconds = answer.getLong("ttl", DEFAULT_TTL_SECONDS);
    leftOut = answer.getJsonArray("leftOut", new JsonArray());
    ofAll = ofAll(list);
    ofAllUntil = answer.getLong("sharedUntil", Long.MAX_VALUE);
    byUser.remove(userId);
    byUser.put(userId, new Known(list, clock.millis() + ttlSeconds * 1_000));
    return new Servers(list, ttlSeconds, true);
  }

  /** The servers of a list without their credentials, for the call's timeline. */
  public String sources(Servers servers) {
    StringBuilder sources = new StringBuilder();
    for (Object server : servers.list()) {
      if (server instanceof JsonObject entry) {
        sources.append(sources.isEmpty() ? "" : " ").append(entry.getValue("urls"));
      }
    }
    if (!servers.fresh()) {
      return sources.append(", known from before: no ice node answered in time").toString();
    }
    for (Object dead : leftOut) {
      sources.append(", left out as dead: ").append(dead);
    }
    return sources.toString();
  }

  private Servers known(String userId) {
    Known own = byUser.get(userId);
    long left = own == null ? 0 : (own.endsAtMillis() - clock.millis()) / 1_000;
    if (own != null && left > 0) {
      return new Servers(own.list(), left, false);
    }
    long sharedLeft = (ofAllUntil - clock.millis()) / 1_000;
    if (sharedLeft <= 0) {
      ofAll = withoutCredentials(ofAll);
      ofAllUntil = Long.MAX_VALUE;
    }
    return new Servers(
        ofAll, sharedLeft <= 0 ? ttlSeconds : Math.min(ttlSeconds, sharedLeft), false);
  }

  /** When the credentials end that all share and that a provider gave; 0 if there are none. */
  private long sharedEnd() {
    return ofAllUntil == Long.MAX_VALUE ? 0 : ofAllUntil;
  }

  private JsonArray withoutCredentials(JsonArray servers) {
    JsonArray rest = new JsonArray();
    for (int i = 0; i < servers.size(); i++) {
      if (!servers.getJsonObject(i).containsKey("credential")) {
        rest.add(servers.getJsonObject(i));
      }
    }
    return rest.isEmpty() ? stunAlone : rest;
  }

  /** What is not made for one user. */
  private JsonArray ofAll(JsonArray servers) {
    JsonArray rest = new JsonArray();
    for (int i = 0; i < servers.size(); i++) {
      JsonObject server = servers.getJsonObject(i);
      if (!BOUND.matcher(server.getString("username", "")).matches()) {
        rest.add(server);
      }
    }
    return rest.isEmpty() ? stunAlone : rest;
  }
}
