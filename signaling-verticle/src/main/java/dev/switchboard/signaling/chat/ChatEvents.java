package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.ChatService.Wish;
import dev.switchboard.signaling.chat.ChatStore.Entry;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What clients may send. Belongs to the loop of its edge. */
final class ChatEvents {
  static final String SEND_MESSAGE = "send-message";

  /** A session id with keys behind it. */
  private static final int MAX_SESSION = 1_024;

  private static final int MAX_KEY = 512;
  private static final int MAX_NAME = 256;
  private static final int MAX_TYPE = 64;
  private static final int MAX_FILE_NAME = 1_024;
  private static final int MAX_PUBLIC_KEY = 32_768;
  private static final int MAX_SESSION_KEY = 32_768;
  private static final int MAX_SESSIONS = 32;

  /** From this size on a message is composed by a worker. */
  private static final int LARGE_BYTES = 65_536;

  private final ChatEdge edge;
  private final String edgeName;
  private final Map<String, Handler> handlers = new HashMap<>();
  private long drafts;

  /** Handles an event; the future ends when later events of the socket may take effect. */
  @FunctionalInterface
  private interface Handler {
    Future<Void> handle(ChatSocket from, Event event, ChatReply reply);
  }

  ChatEvents(ChatEdge edge, String edgeName) {
    this.edge = edge;
    this.edgeName = edgeName;
    handlers.put("join-session", this::join);
    handlers.put("save-public-key", this::savePublicKey);
    handlers.put("get-public-keys", this::getPublicKeys);
    handlers.put(SEND_MESSAGE, this::sendMessage);
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
            payload.text("sessionId", MAX_SESSION), payload.optionalText("authKey", MAX_KEY));
    if (access.id().isEmpty() || access.id().length() > Payload.MAX_ID) {
      throw new ChatRefusedException(
          ChatError.INVALID_FIELD,
          "sessionId must begin with an id of 1 to " + Payload.MAX_ID + " characters");
    }
    String userId = payload.id("userId");
    String given = payload.optionalText("displayName", MAX_NAME);
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
    Membership member =
        known == null ? new Membership(from.socket(), seat, name, from::remove) : known;
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
    return edge.service()
        .enter(wish)
        .onFailure(
            refused -> {
              if (again) {
                member.release(Set.of());
              } else {
                from.remove(member);
              }
            })
        .compose(
            in -> {
              member.name(name);
              from.raiseLimits();
              return edge.service()
                  .welcome(from.socket(), member, in)
                  .onFailure(
                      lost -> {
                        from.remove(member);
                        edge.service().dropSoon(member.seat());
                      });
            })
        .onSuccess(done -> reply.succeed());
  }

  /** What a socket is in the session that a payload names, provided that it speaks for itself. */
  private static Membership own(ChatSocket from, Payload payload, String userField) {
    Membership member = from.member(sessionId(payload));
    String userId = payload.id(userField);
    if (member == null || !member.seat().userId().equals(userId)) {
      throw new ChatRefusedException(ChatError.FORBIDDEN);
    }
    return member;
  }

  private static String sessionId(Payload payload) {
    return SessionAccess.of(payload.text("sessionId", MAX_SESSION), null).id();
  }

  /** Goes on only if the session is there and the member in it. */
  private static ChatStore.Done checked(ChatSocket from, Membership member, ChatStore.Done done) {
    return switch (done.status()) {
      case "ok", "sent", "repeated" -> done;
      case "gone" -> {
        from.remove(member);
        throw new ChatRefusedException(ChatError.SESSION_NOT_FOUND);
      }
      case "storage" -> throw new ChatRefusedException(ChatError.STORAGE_FULL);
      default -> throw new ChatRefusedException(ChatError.FORBIDDEN);
    };
  }

  private Future<Void> savePublicKey(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    Membership member = own(from, payload, "userId");
    String name = payload.optionalText("displayName", MAX_NAME);
    return edge.store()
        .saveKey(member.seat(), payload.raw("publicKey", MAX_PUBLIC_KEY), name)
        .map(
            answer -> {
              ChatStore.Done done = checked(from, member, answer);
              if (name != null) {
                member.name(name);
              }
              String frame = ChatFrames.publicKeys(done.members(), null);
              edge.mail().send(member.seat().sessionId(), done.members(), frame, done.rev());
              reply.succeed();
              return null;
            });
  }

  private Future<Void> getPublicKeys(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    if (from.member(sessionId(payload)) == null) {
      from.socket().send(EncodedPacket.ofText(ChatFrames.publicKeys(List.of(), null)));
      reply.succeed();
      return Future.succeededFuture();
    }
    Membership member = own(from, payload, "userId");
    return edge.store()
        .list(member.seat())
        .map(
            answer -> {
              ChatStore.Done done = checked(from, member, answer);
              String own = member.seat().userId();
              from.socket().send(EncodedPacket.ofText(ChatFrames.publicKeys(done.members(), own)));
              reply.succeed();
              return null;
            });
  }

  private Future<Void> sendMessage(ChatSocket from, Event event, ChatReply reply) {
    String ref = edgeName + "-" + Long.toString(drafts++, Character.MAX_RADIX);
    long now = edge.clock().millis();
    Future<Composed> composed =
        event.size() > LARGE_BYTES
            ? edge.vertx().executeBlocking(() -> compose(from, event, ref, now), false)
            : Future.succeededFuture(compose(from, event, ref, now));
    return composed.compose(
        message ->
            edge.bodies()
                .keep(message.member().seat(), message.draft(), now)
                .map(
                    done -> {
                      kept(from, message, checked(from, message.member(), done), reply);
                      return null;
                    }));
  }

  /** A message, and who sends it. */
  private record Composed(Membership member, Draft draft) {}

  private Composed compose(ChatSocket from, Event event, String ref, long now) {
    Payload payload = Payload.of(event.arguments());
    Membership member = own(from, payload, "from");
    String to = payload.optionalText("to", Payload.MAX_ID);
    String type = payload.optionalText("type", MAX_TYPE);
    String id = payload.optionalText("clientMessageId", Payload.MAX_ID);
    Draft.Sent sent =
        new Draft.Sent(
            id == null ? UUID.randomUUID().toString() : id,
            member.seat().userId(),
            to == null ? KeptMessage.ALL : to,
            payload.raw("encrypted", edge.settings().eventBytes()),
            payload.optionalRaw("originalContent", edge.settings().eventBytes()),
            type == null ? "text" : type,
            member.name(),
            now);
    return new Composed(member, Draft.compose(ref, sent));
  }

  private void kept(ChatSocket from, Composed message, ChatStore.Done done, ChatReply reply) {
    Draft draft = message.draft();
    Seat seat = message.member().seat();
    if (done.status().equals("sent")) {
      edge.metrics().kept(draft.bytes());
      List<Member> others = ChatService.others(done.members(), seat.userId());
      boolean toAll = draft.to().equals(KeptMessage.ALL);
      edge.mail()
          .deliver(
              seat.sessionId(),
              toAll ? others : others.stream().filter(m -> m.userId().equals(draft.to())).toList(),
              draft);
      if (done.first()) {
        from.socket().send(draft.sent());
      }
    }
    reply.succeed(ChatService.kept(draft));
  }

  private Future<Void> setSessionKey(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    Membership member = from.member(sessionId(payload));
    if (member == null) {
      throw new ChatRefusedException(ChatError.FORBIDDEN);
    }
    Map<String, String> keys = payload.rawFields("encryptedKeys", MAX_SESSION_KEY);
    return edge.store()
        .sessionKeys(member.seat(), keys)
        .map(
            answer -> {
              ChatStore.Done done = checked(from, member, answer);
              String frame = ChatFrames.sessionKeys(keys);
              edge.mail().send(member.seat().sessionId(), done.members(), frame, 0);
              reply.succeed();
              return null;
            });
  }

  private Future<Void> fileDownloaded(ChatSocket from, Event event, ChatReply reply) {
    Payload payload = Payload.of(event.arguments());
    Membership member = own(from, payload, "downloadedBy");
    String sender = payload.id("senderId");
    String fileName = payload.optionalText("fileName", MAX_FILE_NAME);
    String timestamp = payload.optionalRaw("timestamp", MAX_TYPE);
    String frame =
        ChatFrames.packet(
            "download-notification",
            "{\"downloadedBy\":"
                + ChatFrames.quote(member.seat().userId())
                + ",\"fileName\":"
                + (fileName == null ? "null" : ChatFrames.quote(fileName))
                + ",\"timestamp\":"
                + (timestamp == null ? Long.toString(edge.clock().millis()) : timestamp)
                + "}");
    return tell(from, member, frame, reply, other -> other.userId().equals(sender));
  }

  private Future<Void> typing(ChatSocket from, Event event, ChatReply reply, String told) {
    Payload payload = Payload.of(event.arguments());
    Membership member = own(from, payload, "userId");
    String name = payload.optionalText("displayName", MAX_NAME);
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
              ChatStore.Done done = checked(from, member, answer);
              List<Member> others =
                  ChatService.others(done.members(), seat.userId()).stream().filter(to).toList();
              edge.mail().send(seat.sessionId(), others, frame, 0);
              reply.succeed();
              return null;
            });
  }

  private Future<Void> leave(ChatSocket from, Event event, ChatReply reply) {
    Membership member = own(from, Payload.of(event.arguments()), "userId");
    return edge.service()
        .drop(member.seat(), true)
        .onSuccess(
            left -> {
              from.remove(member);
              reply.succeed();
            });
  }
}
