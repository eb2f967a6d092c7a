package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.LostAnswers;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.chat.ChatService.Wish;
import dev.switchboard.signaling.chat.ChatStore.Entry;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Membership.Keys;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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

  private final ChatEdge edge;
  private final String edgeName;
  private final Map<String, Handler> handlers = new HashMap<>();

  /** Handles an event; the future ends when later events of the socket may take effect. */
  @FunctionalInterface
  private interface Handler {
    Future<Void> handle(ChatSocket from, Event event, ChatReply reply);
  }

  ChatEvents(ChatEdge edge, String edgeName, ChatMessages messages) {
    this.edge = edge;
    this.edgeName = edgeName;
    handlers.put(JOIN, this::join);
    handlers.put("save-public-key", this::savePublicKey);
    handlers.put("get-public-keys", this::getPublicKeys);
    handlers.put(SEND_MESSAGE, messages::send);
    handlers.put("set-session-key", this::setSessionKey);
    handlers.put("file-downloaded", this::fileDownloaded);
    handlers.put("typing", (from, event, reply) -> typing(from, event, reply, "user-typing"));
    handlers.put(
        "stopped-typing",
        (from, event, reply) -> typing(from, event, reply, "user-stopped-typing"));
    handlers.put("leave-session", this::leave);
  }

  boolean knows(String event) {
    return handlers.containsKey(event);
  }

  Future<Void> handle(ChatSocket from, Event event, ChatReply reply) {
    Handler handler = handlers.get(event.name());
    return handler == null ? Future.succeededFuture() : handler.handle(from, event, reply);
  }

  private Future<Void> join(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    SessionAccess access =
        SessionAccess.of(
            payload.id("sessionId", Payload.MAX_SESSION), payload.optionalId("authKey", MAX_KEY));
    if (access.id().isEmpty() || access.id().length() > Payload.MAX_ID) {
      throw new ChatRefusedException(
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
      throw new ChatRefusedException(ChatError.MISSING_FIELD, "authKey is missing");
    }
    Membership known = from.member(access.id());
    if (known != null && !known.seat().userId().equals(userId)) {
      throw new ChatRefusedException(
          ChatError.FORBIDDEN, "This connection has joined as another user.");
    }
    if (known == null && from.sessions() >= MAX_SESSIONS) {
      throw new ChatRefusedException(ChatError.FORBIDDEN, "Too many sessions on one connection.");
    }
    Seat seat = new Seat(access.id(), userId, from.socket().id(), edgeName);
    Membership member = known == null ? from.newcomer(seat, name) : known;
    return join(
        from,
        member,
        name,
        new Wish(new Entry(seat, name, publicKey, from.tokenUser()), access, creator, mode),
        reply);
  }

  static @Nullable ChatMode mode(@Nullable String name) {
    if (name == null) {
      return null;
    }
    ChatMode mode = ChatMode.of(name);
    if (mode == null) {
      throw new ChatRefusedException(
          ChatError.INVALID_FIELD, "chatMode must be one of group, private, password");
    }
    return mode;
  }

  private Future<Void> join(
      ChatSocket from, Membership member, String name, Wish wish, ChatReply reply) {
    boolean again = member.equals(from.member(member.seat().sessionId()));
    if (again) {
      member.hold();
    } else {
      // Before Redis knows of it: what is sent to it from then on must find it.
      from.add(member);
    }
    return enter(from, member, name, wish, reply, again);
  }

  private Future<Void> enter(
      ChatSocket from, Membership member, String name, Wish wish, ChatReply reply, boolean again) {
    return edge.storeWait()
        .run(reply.arrivedNanos(), inDoubt -> edge.service().enter(wish, inDoubt))
        .onFailure(failure -> notIn(from, member, again, failure))
        .compose(
            in -> {
              member.waitsForStore(false);
              member.name(name);
              from.hasJoined();
              return edge.service()
                  .welcome(from.socket(), member, in)
                  .onFailure(
                      lost -> {
                        from.remove(member);
                        edge.service().dropSoon(member.seat());
                      });
            })
        .onSuccess(done -> reply.succeed())
        .recover(
            failure -> {
              if (again || !member.waitsForStore()) {
                return Future.failedFuture(failure);
              }
              ChatReply later = reply.arrivedAt(System.nanoTime());
              from.inOrder(
                  later,
                  () ->
                      member.waitsForStore()
                          ? enter(from, member, name, wish, later, false)
                          : Future.succeededFuture());
              return Future.succeededFuture();
            });
  }

  private void notIn(ChatSocket from, Membership member, boolean again, Throwable failure) {
    if (again) {
      if (!member.waitsForStore()) {
        member.release(Set.of());
      }
      return;
    }
    if (LostAnswers.mayBeTaken(failure)) {
      edge.service().doubt(member.seat());
    }
    boolean waits =
        failure instanceof StoreUnavailableException
            && (member.waitsForStore() || edge.service().isDeparting(member.seat()));
    member.waitsForStore(waits);
    if (!waits) {
      from.remove(member);
    }
  }

  private Future<Void> savePublicKey(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    Membership member = from.own(payload, "userId");
    String name = payload.optionalId("displayName", MAX_NAME);
    return edge.store()
        .saveKey(member.seat(), payload.raw("publicKey", MAX_PUBLIC_KEY), name)
        .map(
            answer -> {
              ChatStore.Done done = from.checked(member, answer);
              if (name != null) {
                member.name(name);
              }
              String frame = ChatFrames.publicKeys(done.members(), null);
              edge.mail()
                  .send(
                      member.seat().sessionId(),
                      done.members(),
                      frame,
                      Keys.of(done.rev(), done.members()));
              reply.succeed();
              return null;
            });
  }

  private Future<Void> getPublicKeys(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    if (from.member(payload.sessionId()) == null) {
      from.socket().send(EncodedPacket.ofText(ChatFrames.publicKeys(List.of(), null)));
      reply.succeed();
      return Future.succeededFuture();
    }
    Membership member = from.own(payload, "userId");
    return edge.store()
        .list(member.seat())
        .map(
            answer -> {
              ChatStore.Done done = from.checked(member, answer);
              String own = member.seat().userId();
              from.socket().send(EncodedPacket.ofText(ChatFrames.publicKeys(done.members(), own)));
              reply.succeed();
              return null;
            });
  }

  private Future<Void> setSessionKey(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    Membership member = from.joined(payload);
    Map<String, String> keys = payload.rawFields("encryptedKeys", MAX_SESSION_KEY);
    return edge.store()
        .sessionKeys(member.seat(), keys)
        .map(
            answer -> {
              ChatStore.Done done = from.checked(member, answer);
              String frame = ChatFrames.sessionKeys(keys);
              edge.mail().send(member.seat().sessionId(), done.members(), frame);
              reply.succeed();
              return null;
            });
  }

  private Future<Void> fileDownloaded(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    Membership member = from.joined(payload);
    String downloadedBy = payload.optionalRaw("downloadedBy", MAX_FILE_NAME);
    String sender = payload.id("senderId");
    String fileName = payload.optionalId("fileName", MAX_FILE_NAME);
    String timestamp = payload.optionalRaw("timestamp", MAX_NAME);
    String frame =
        ChatFrames.packet(
            "download-notification",
            "{\"downloadedBy\":"
                + (downloadedBy == null ? ChatFrames.quote(member.name()) : downloadedBy)
                + ",\"fileName\":"
                + (fileName == null ? "null" : ChatFrames.quote(fileName))
                + ",\"timestamp\":"
                + (timestamp == null ? Long.toString(edge.clock().millis()) : timestamp)
                + "}");
    return tell(from, member, frame, reply, other -> other.userId().equals(sender));
  }

  private Future<Void> typing(ChatSocket from, Event event, ChatReply reply, String told) {
    Payload payload = Payload.of(event.arguments());
    Membership member = from.own(payload, "userId");
    String name = payload.optionalId("displayName", MAX_NAME);
    String frame =
        ChatFrames.typing(told, member.seat().userId(), name == null ? member.name() : name);
    return tell(from, member, frame, reply, other -> true);
  }

  private Future<Void> tell(
      ChatSocket from, Membership member, String frame, ChatReply reply, Predicate<Member> to) {
    Seat seat = member.seat();
    return edge.store()
        .touch(seat)
        .map(
            answer -> {
              ChatStore.Done done = from.checked(member, answer);
              List<Member> others =
                  ChatService.others(done.members(), seat.userId()).stream().filter(to).toList();
              edge.mail().send(seat.sessionId(), others, frame);
              reply.succeed();
              return null;
            });
  }

  /** Who is not in has left already. */
  private Future<Void> leave(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    if (from.member(payload.sessionId()) == null) {
      reply.succeed();
      return Future.succeededFuture();
    }
    Membership member = from.own(payload, "userId");
    return edge.service()
        .leave(member)
        .onSuccess(
            left -> {
              from.remove(member);
              reply.succeed();
            });
  }
}
