package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.chat.Draft.KeptMessage;
import dev.switchboard.signaling.chat.JoinRule.Decision;
import dev.switchboard.signaling.chat.JoinRule.Found;
import dev.switchboard.signaling.chat.JoinRule.Loaded;
import dev.switchboard.signaling.chat.JoinRule.SessionAccess;
import dev.switchboard.signaling.edge.EdgeLease;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Response;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chat sessions in Redis. Each method is one request; it fails with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Redis is away. Used on the loop of
 * its link.
 */
final class ChatStore {
  /** What a session counts for besides what is in it, in bytes. */
  private static final int SESSION_BYTES = 1_024;

  private static final int MOST_MEMBERS = 1_000;
  private static final int MOST_LISTED = 10_000;
  private static final int NONCE_BYTES = 12;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Script RESERVE = ChatScripts.load("chat_reserve");
  private static final Script LOAD = ChatScripts.load("chat_load");
  private static final Script JOIN = ChatScripts.load("chat_join");
  private static final Script DROP = ChatScripts.load("chat_drop");
  private static final Script ACT = ChatScripts.load("chat_act");
  private static final Script EVENTS = Script.load(ChatStore.class, "chat_events");
  private static final Script SESSIONS = ChatScripts.load("chat_sessions");

  private final ChatScripts scripts;
  private final RedisLink redis;
  private final ChatSettings settings;
  private final EdgeLease lease;

  ChatStore(RedisLink redis, ChatSettings settings, EdgeLease lease) {
    this.scripts = new ChatScripts(redis, settings);
    this.redis = redis;
    this.lease = lease;
    this.settings = settings;
  }

  /** A member's socket in a session. */
  record Seat(String sessionId, String userId, String socketId, String edge) {
    JsonObject json() {
      return new JsonObject().put("id", sessionId).put("user", userId).put("socketId", socketId);
    }
  }

  /**
   * Who comes in.
   *
   * @param publicKey JSON text; null keeps the one that is known
   * @param token the user of the socket's token; null for a guest
   */
  record Entry(Seat seat, String name, @Nullable String publicKey, @Nullable String token) {}

  /** What a join came to. */
  sealed interface Joined {
    /** The session is not as it was when the join was decided. */
    record Conflict() implements Joined {}

    /** There is no way in. */
    record Refused(ChatError error) implements Joined {}

    /**
     * The member is in.
     *
     * @param there true if a socket of this member was in already
     * @param former that socket, if it is another
     * @param sessionKey JSON text
     * @param nonce distinguishes the session from another of its id
     * @param number of the last event of the session, this included; 0 if none are kept
     * @param order of the last message of the session; 0 if there is none
     * @param asJoined number of the event that it has joined; 0 if none is kept, as with the next
     * @param asChanged number of the event that its key is another
     */
    record In(
        ChatMode mode,
        long rev,
        boolean keyChanged,
        boolean there,
        @Nullable Seat former,
        List<Member> members,
        @Nullable String sessionKey,
        List<KeptMessage> history,
        String nonce,
        long number,
        long order,
        long asJoined,
        long asChanged)
        implements Joined {
      /** The same of a member that was never announced to the others. */
      In unannounced() {
        return new In(
            mode,
            rev,
            keyChanged,
            false,
            former,
            members,
            sessionKey,
            history,
            nonce,
            number,
            order,
            asJoined,
            asChanged);
      }
    }
  }

  /**
   * What the end of a socket came to.
   *
   * @param name null if there is nobody to be notified
   * @param number of the event that it is for who comes back; 0 if none is kept
   */
  record Dropped(@Nullable String name, long rev, List<Member> members, long number) {}

  /** What an act of a member, or a message, came to. */
  sealed interface Result {
    /**
     * It is done.
     *
     * @param rev orders lists of members
     * @param first whether it is the first message of its id
     * @param number of the event that it is for who comes back; 0 if none is kept
     * @param order of a message, as {@link Place} has it
     */
    record Done(long rev, boolean first, List<Member> members, long number, long order)
        implements Result {}

    /** The message was sent before. */
    record Repeated() implements Result {}

    /** It is not done. */
    record Refused(ChatError error) implements Result {}
  }

  /** What a reservation came to. */
  enum Reservation {
    RESERVED,
    EXISTS,
    FULL
  }

  private static String nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  Future<Reservation> reserve(SessionAccess access, ChatMode mode, long now) {
    return scripts
        .run(
            RESERVE,
            SignalingKeys.chat(access.id()),
            new JsonObject()
                .put("id", access.id())
                .put("now", now)
                .put("steady", lease.isSteady())
                .put("nonce", nonce())
                .put("mode", mode.wireName())
                .put("key", access.key())
                .put("base", SESSION_BYTES)
                .put("max", settings.maxBytes()))
        .map(status -> Reservation.valueOf(String.valueOf(status).toUpperCase(Locale.ROOT)));
  }

  /** What a join must know of its session. */
  Future<Loaded> load(String id, long now) {
    return scripts
        .run(
            LOAD,
            SignalingKeys.chat(id),
            new JsonObject().put("id", id).put("now", now).put("steady", lease.isSteady()))
        .map(response -> ChatScripts.loaded(response));
  }

  /** Lets a member in as decided, if the session still is as found. */
  Future<Joined> join(Entry entry, @Nullable Found seen, Decision decision, long now) {
    JsonObject it =
        entry
            .seat()
            .json()
            .put("edge", entry.seat().edge())
            .put("name", entry.name())
            .put("publicKey", entry.publicKey())
            .put("token", entry.token())
            .put("now", now)
            .put("seenNonce", seen == null ? "" : seen.nonce())
            .put("seenState", seen == null ? "" : seen.reserved() ? "reserved" : "active")
            .put("base", SESSION_BYTES)
            .put("max", settings.maxBytes())
            .put("most", MOST_MEMBERS);
    switch (decision) {
      case Decision.Create(ChatMode mode, String key) ->
          it.put("step", "create")
              .put("nonce", nonce())
              .put("mode", mode.wireName())
              .put("key", key);
      case Decision.Activate(String key) -> it.put("step", "activate").put("key", key);
      case Decision.Enter _ -> it.put("step", "enter");
      case Decision.Refuse(ChatError error) -> {
        return Future.succeededFuture(new Joined.Refused(error));
      }
    }
    return scripts
        .run(JOIN, SignalingKeys.chat(entry.seat().sessionId()), it)
        .map(response -> joined(entry.seat(), response));
  }

  private static Joined joined(Seat seat, @Nullable Response response) {
    JsonObject answer = ChatScripts.json(response == null ? null : response.get(0));
    return switch (answer.getString("status")) {
      case "conflict" -> new Joined.Conflict();
      case "forbidden" -> new Joined.Refused(ChatError.FORBIDDEN);
      case "full" -> new Joined.Refused(ChatError.SESSION_FULL);
      case "storage" -> new Joined.Refused(ChatError.STORAGE_FULL);
      default -> {
        List<KeptMessage> history = new ArrayList<>();
        for (int i = 1; response != null && i < response.size(); i++) {
          history.add(KeptMessage.parse(response.get(i).toString()));
        }
        JsonObject former = answer.getJsonObject("former");
        ChatMode mode = ChatMode.of(answer.getString("mode"));
        yield new Joined.In(
            mode == null ? ChatMode.GROUP : mode,
            answer.getLong("rev"),
            answer.getBoolean("changed"),
            answer.getBoolean("there"),
            former == null
                ? null
                : new Seat(
                    seat.sessionId(), seat.userId(), former.getString("s"), former.getString("e")),
            Member.readAll(answer),
            answer.getString("sessionKey"),
            history,
            answer.getString("nonce"),
            answer.getLong("number"),
            answer.getLong("order"),
            answer.getLong("as_joined"),
            answer.getLong("as_changed"));
      }
    };
  }

  /**
   * Takes a socket out of a session.
   *
   * @param leaving the name of a member that leaves for good: its seat is free at once; null for
   *     one that has dropped
   * @param again true if this is in doubt: it may be done already, with nobody notified
   */
  Future<Dropped> drop(Seat seat, @Nullable String leaving, boolean again, long now) {
    return drop(seat, leaving, again, false, now);
  }

  /** Takes out a socket whose edge has died: the session has been idle since then. */
  Future<Dropped> dropOrphan(Seat seat, long now) {
    return drop(seat, null, false, true, now);
  }

  private Future<Dropped> drop(
      Seat seat, @Nullable String leaving, boolean again, boolean orphan, long now) {
    JsonObject it =
        seat.json()
            .put("edge", seat.edge())
            .put("again", again)
            .put("orphan", orphan)
            .put("now", now)
            .put("seat", settings.seatTtl().toMillis());
    if (leaving != null) {
      it.put("leaving", leaving);
    }
    return scripts
        .run(DROP, SignalingKeys.chat(seat.sessionId()), it)
        .map(
            response -> {
              JsonObject answer = ChatScripts.json(response);
              return new Dropped(
                  answer.getString("name"),
                  answer.getLong("rev", 0L),
                  Member.readAll(answer),
                  answer.getLong("number", 0L));
            });
  }

  /** Renews the session; answers where its members are. */
  Future<Result> touch(Seat seat) {
    return act(seat, new JsonObject().put("op", "touch"));
  }

  /** As {@link #touch}, and keeps an event for a member, should it be away. */
  Future<Result> tell(Seat seat, String userId, String frame) {
    JsonObject event = new JsonObject().put("w", frame).put("t", userId);
    return act(seat, new JsonObject().put("op", "touch").put("event", event));
  }

  /** What was kept for those that come back. */
  Future<PastEvents> events(String sessionId) {
    return redis
        .run(
            EVENTS,
            List.of(SignalingKeys.chat(sessionId), SignalingKeys.chatEvents(sessionId)),
            List.of())
        .map(PastEvents::read);
  }

  /** Renews the session; answers its members with their public keys. */
  Future<Result> list(Seat seat) {
    return act(seat, new JsonObject().put("op", "list"));
  }

  /** Stores a member's public key, and its name unless that is null. */
  Future<Result> saveKey(Seat seat, String publicKey, @Nullable String name) {
    JsonObject it = new JsonObject().put("op", "save-key").put("publicKey", publicKey);
    if (name != null) {
      it.put("name", name);
    }
    return act(seat, it);
  }

  /** Stores the encrypted session keys of a group, JSON text by user. */
  Future<Result> sessionKeys(Seat seat, Map<String, String> keys) {
    JsonObject byUser = new JsonObject();
    keys.forEach(byUser::put);
    return act(
        seat,
        new JsonObject().put("op", "session-keys").put("keys", byUser).put("most", MOST_MEMBERS));
  }

  private Future<Result> act(Seat seat, JsonObject it) {
    return scripts
        .run(ACT, SignalingKeys.chat(seat.sessionId()), it.mergeIn(seat.json()))
        .map(ChatScripts::result);
  }

  /** The sessions there are, as operators see them. */
  Future<List<JsonObject>> sessions() {
    return redis
        .run(SESSIONS, List.of(SignalingKeys.CHAT_EXPIRY), List.of(Integer.toString(MOST_LISTED)))
        .map(
            response -> {
              List<JsonObject> sessions = new ArrayList<>();
              if (response != null) {
                response.forEach(entry -> sessions.add(new JsonObject(entry.toString())));
              }
              return sessions;
            });
  }
}
