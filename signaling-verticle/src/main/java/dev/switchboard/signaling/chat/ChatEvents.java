package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.StoreRetry;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.chat.ChatService.Wish;
import dev.switchboard.signaling.chat.ChatStore.Entry;
import dev.switchboard.signaling.chat.ChatStore.Result;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.JoinRule.SessionAccess;
import dev.switchboard.signaling.chat.Membership.Keys;
import dev.switchboard.signaling.edge.ClientEvents;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.JsonFields;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What clients may send. Belongs to the loop of its edge. */
final class ChatEvents {
  static final String JOIN = "join-session";
  static final String SEND_MESSAGE = "send-message";

  private static final int MAX_KEY = 512;
  private static final int MAX_NAME = 256;
  private static final int MAX_TYPE = 64;
  private static final int MAX_FILE_NAME = 1_024;
  private static final int MAX_PUBLIC_KEY = 32_768;
  private static final int MAX_SESSION_KEY = 32_768;
  private static final int MAX_SESSIONS = 32;

  private final ChatService service;
  private final ChatStore store;
  private final ChatFanout fanout;
  private final StoreRetry retry;
  private final InstantSource clock;
  private final String edge;
  private final ClientEvents<ChatSocket, Event, ChatReply> events = new ClientEvents<>();

  ChatEvents(
      EdgeContext context,
      ChatService service,
      ChatStore store,
      ChatMessages messages,
      StoreRetry retry) {
    this.service = service;
    this.store = store;
    this.fanout = service.fanout();
    this.retry = retry;
    this.clock = context.clock();
    this.edge = context.id().toString();
    events
        .orderedOfAny(JOIN, this::join)
        .ordered("save-public-key", this::savePublicKey)
        .orderedOfAny("get-public-keys", this::getPublicKeys)
        .ordered(SEND_MESSAGE, messages::send)
        .ordered("set-session-key", this::setSessionKey)
        .ordered("file-downloaded", this::fileDownloaded)
        .ordered("typing", (from, event, reply) -> typing(from, event, reply, true))
        .ordered("stopped-typing", (from, event, reply) -> typing(from, event, reply, false))
        .orderedOfAny("leave-session", this::leave);
  }

  boolean has(String event) {
    return events.has(event);
  }

  /** True for an event that has an answer before its socket has joined. */
  boolean isOfAny(String event) {
    var action = events.find(event);
    return action != null && !action.ofMembers();
  }

  /** Handles an event; never fails. */
  Future<Void> handle(ChatSocket from, Event event, ChatReply reply) {
    var action = events.find(event.name());
    return action == null || !from.socket().isConnected()
        ? Future.succeededFuture()
        : ClientEvents.run(action.handler(), from, event, reply);
  }

  private Future<Void> join(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    SessionAccess access =
        SessionAccess.of(
            payload.id("sessionId", SessionAccess.MAX), payload.optionalId("authKey", MAX_KEY));
    if (access.id().isEmpty() || access.id().length() > Payload.MAX_ID) {
      throw new RefusedException(
          ChatError.INVALID_FIELD,
          "sessionId must begin with an id of 1 to " + Payload.MAX_ID + " characters");
    }
    String userId = payload.id("userId");
    String given = payload.optionalId("displayName", MAX_NAME);
    String name = given == null ? userId : given;
    String publicKey = payload.optionalRaw("publicKey", MAX_PUBLIC_KEY);
    boolean creator = payload.flag("isCreator");
    ChatMode mode = mode(payload.optionalText("chatMode", MAX_TYPE));
    if (creator && access.key().isEmpty()) {
      throw new RefusedException(ChatError.MISSING_FIELD, "authKey is missing");
    }
    Membership known = from.member(access.id());
    if (known != null && !known.seat().userId().equals(userId)) {
      throw new RefusedException(
          ChatError.FORBIDDEN, "This connection has joined as another user.");
    }
    if (known == null && from.sessions() >= MAX_SESSIONS) {
      throw new RefusedException(ChatError.FORBIDDEN, "Too many sessions on one connection.");
    }
    Seat seat = new Seat(access.id(), userId, from.socket().id(), edge);
    Entry entry = new Entry(seat, name, publicKey, from.tokenUser());
    Wish wish = new Wish(entry, access, creator, mode);
    if (known == null) {
      // Before Redis has it: what is sent to it from then on must find it.
      Membership newcomer = from.newcomer(seat, name);
      from.add(newcomer);
      return enter(from, newcomer, wish, reply, false);
    }
    known.hold();
    return enter(from, known, wish, reply, true);
  }

  private static @Nullable ChatMode mode(@Nullable String name) {
    if (name == null) {
      return null;
    }
    ChatMode mode = ChatMode.of(name);
    if (mode == null) {
      throw new RefusedException(ChatError.INVALID_FIELD, ChatMode.NAMES);
    }
    return mode;
  }

  private Future<Void> enter(
      ChatSocket from, Membership member, Wish wish, ChatReply reply, boolean again) {
    return retry
        .run(reply.arrivedNanos(), inDoubt -> service.enter(wish, inDoubt))
        .onFailure(failure -> notIn(from, member, again, failure))
        .compose(
            in -> {
              member.waitsForStore(false);
              member.name(wish.entry().name());
              from.save(member, in);
              from.hasJoined();
              return service
                  .welcome(from.socket(), member, in)
                  .onFailure(
                      lost -> {
                        from.remove(member);
                        service.dropSoon(member.seat());
                      });
            })
        .onSuccess(done -> reply.succeed())
        .recover(
            failure -> {
              if (again || !member.waitsForStore()) {
                return Future.failedFuture(failure);
              }
              ChatReply later = reply.arrivedAt(System.nanoTime());
              from.steps()
                  .run(
                      () ->
                          member.waitsForStore() && from.socket().isConnected()
                              ? enter(from, member, wish, later, false)
                                  .recover(lost -> ClientEvents.fail(later, lost))
                              : Future.succeededFuture());
              return Future.succeededFuture();
            });
  }

  private void notIn(ChatSocket from, Membership member, boolean again, Throwable failure) {
    if (again) {
      if (!member.waitsForStore()) {
        member.release();
      }
      return;
    }
    if (InDoubtWrites.isInDoubt(failure)) {
      service.doubt(member.seat());
    }
    boolean waits =
        failure instanceof StoreUnavailableException
            && (member.waitsForStore() || service.isDeparting(member.seat()));
    member.waitsForStore(waits);
    if (!waits) {
      from.remove(member);
    }
  }

  /** Goes on if the session is there and the member in it, and then answers. */
  private static Future<Void> act(
      ChatSocket from,
      Membership member,
      Future<Result> result,
      ChatReply reply,
      Consumer<Result.Done> then) {
    return result.map(
        answer -> {
          then.accept(from.checked(member, answer));
          reply.succeed();
          return null;
        });
  }

  private Future<Void> savePublicKey(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    Membership member = from.own(payload, "userId");
    Seat seat = member.seat();
    String name = payload.optionalId("displayName", MAX_NAME);
    String key = payload.raw("publicKey", MAX_PUBLIC_KEY);
    return act(
        from,
        member,
        store.saveKey(seat, key, name),
        reply,
        done -> {
          if (name != null) {
            member.name(name);
          }
          String frame = ChatFrames.publicKeys(done.members(), null);
          Keys keys = Keys.of(done.rev(), done.members());
          fanout.send(seat.sessionId(), done.members(), frame, keys);
        });
  }

  private Future<Void> getPublicKeys(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    if (from.member(SessionAccess.idIn(payload)) == null) {
      from.send(ChatFrames.publicKeys(List.of(), null));
      reply.succeed();
      return Future.succeededFuture();
    }
    Membership member = from.own(payload, "userId");
    String own = member.seat().userId();
    return act(
        from,
        member,
        store.list(member.seat()),
        reply,
        done -> from.send(ChatFrames.publicKeys(done.members(), own)));
  }

  private Future<Void> setSessionKey(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    Membership member = from.joined(payload);
    Seat seat = member.seat();
    Map<String, String> keys = payload.rawFields("encryptedKeys", MAX_SESSION_KEY);
    return act(
        from,
        member,
        store.sessionKeys(seat, keys),
        reply,
        done ->
            fanout.send(
                seat.sessionId(), done.members(), ChatFrames.sessionKeys(keys), done.number()));
  }

  private Future<Void> fileDownloaded(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    Membership member = from.joined(payload);
    String downloadedBy = payload.optionalRaw("downloadedBy", MAX_FILE_NAME);
    String sender = payload.id("senderId");
    String fileName = payload.optionalId("fileName", MAX_FILE_NAME);
    String timestamp = payload.optionalRaw("timestamp", MAX_NAME);
    String frame =
        ChatFrames.packet(
            "download-notification",
            "{\"downloadedBy\":"
                + (downloadedBy == null ? JsonFields.quote(member.name()) : downloadedBy)
                + ",\"fileName\":"
                + (fileName == null ? "null" : JsonFields.quote(fileName))
                + ",\"timestamp\":"
                + (timestamp == null ? Long.toString(clock.millis()) : timestamp)
                + "}");
    Seat seat = member.seat();
    return act(
        from,
        member,
        store.tell(seat, sender, frame),
        reply,
        done ->
            fanout.send(
                seat.sessionId(),
                ChatService.others(done.members(), seat.userId()).stream()
                    .filter(other -> other.userId().equals(sender))
                    .toList(),
                frame,
                done.number()));
  }

  private Future<Void> typing(ChatSocket from, Event event, ChatReply reply, boolean begins) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    Membership member = from.own(payload, "userId");
    Seat seat = member.seat();
    String name = payload.optionalId("displayName", MAX_NAME);
    String frame =
        ChatFrames.typing(
            begins ? "user-typing" : "user-stopped-typing",
            seat.userId(),
            name == null ? member.name() : name);
    return act(
        from,
        member,
        store.touch(seat),
        reply,
        done ->
            fanout.typing(
                seat.sessionId(),
                ChatService.others(done.members(), seat.userId()),
                frame,
                seat.userId(),
                begins));
  }

  /** Who is not in has left already. */
  private Future<Void> leave(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    if (from.member(SessionAccess.idIn(payload)) == null) {
      reply.succeed();
      return Future.succeededFuture();
    }
    Membership member = from.own(payload, "userId");
    return service
        .leave(member)
        .onSuccess(
            left -> {
              from.remove(member);
              reply.succeed();
            });
  }
}
