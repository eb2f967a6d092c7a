package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.InDoubtWrites.Resolution;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.chat.ChatStore.Result;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Draft.KeptMessage;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages in Redis. Their bodies go in and out piece by piece, a few messages at a time, so that
 * the link stays free for others. Futures fail with {@link
 * dev.switchboard.shared.redis.StoreUnavailableException} while Redis is unavailable. Belongs to
 * the loop of its edge.
 */
final class MessageStore {
  /** How long a message may take to arrive. */
  private static final long UPLOAD_MILLIS = 60_000;

  private static final int AT_ONCE = 2;
  private static final int PIECES_AT_ONCE = 64;

  private static final Script BEGIN = ChatScripts.load("chat_begin");
  private static final Script PIECE = Script.load(MessageStore.class, "chat_piece");
  private static final Script SEND = ChatScripts.load("chat_send");
  private static final Script SENT = ChatScripts.load("chat_sent");

  private final Vertx vertx;
  private final ChatScripts scripts;
  private final RedisLink redis;
  private final ChatSettings settings;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;

  MessageStore(Vertx vertx, RedisLink redis, ChatSettings settings) {
    this.vertx = vertx;
    this.scripts = new ChatScripts(redis, settings);
    this.redis = redis;
    this.settings = settings;
  }

  Future<Result> keep(Seat seat, Draft draft, long now) {
    if (draft.isSmall()) {
      List<Buffer> pieces = new ArrayList<>(draft.body());
      pieces.addAll(draft.content());
      return send(seat, draft, pieces);
    }
    return inTurn(
        () ->
            begin(seat, draft, now)
                .compose(
                    begun ->
                        begun instanceof Result.Done
                            ? upload(seat, draft, 0).compose(all -> send(seat, draft, List.of()))
                            : Future.succeededFuture(begun)));
  }

  private Future<Boolean> upload(Seat seat, Draft draft, int next) {
    int bodies = draft.body().size();
    if (next == bodies + draft.content().size()) {
      return Future.succeededFuture(true);
    }
    boolean body = next < bodies;
    String field = field(draft.ref(), body ? next : next - bodies, !body);
    Buffer piece = body ? draft.body().get(next) : draft.content().get(next - bodies);
    return piece(seat, draft, field, piece)
        .compose(taken -> taken ? upload(seat, draft, next + 1) : Future.succeededFuture(false));
  }

  private static String field(String ref, int number, boolean content) {
    return ref + (content ? ":c" : ":") + number;
  }

  /** The packet that delivers a kept message; null if it is gone already. */
  Future<@Nullable EncodedPacket> delivery(String sessionId, String ref, int pieces) {
    List<Field> fields = new ArrayList<>();
    add(fields, ref, pieces, false, (long) pieces * Draft.PIECE_BYTES);
    return inTurn(() -> read(sessionId, fields))
        .compose(
            read ->
                vertx.executeBlocking(
                    () -> {
                      String body = text(read);
                      return body == null
                          ? null
                          : EncodedPacket.ofText(ChatFrames.packet(ChatFrames.NEW_MESSAGE, body))
                              .encoded();
                    },
                    false));
  }

  /** The packet that tells its author of a kept message; null if it is gone already. */
  Future<@Nullable EncodedPacket> receipt(String sessionId, KeptMessage message) {
    List<Field> fields = new ArrayList<>();
    add(fields, message.ref(), message.pieces(), false, message.bytes());
    add(fields, message.ref(), message.contentPieces(), true, message.bytes());
    return inTurn(() -> read(sessionId, fields))
        .compose(
            read ->
                vertx.executeBlocking(
                    () -> {
                      String body = text(read.subList(0, message.pieces()));
                      String content = text(read.subList(message.pieces(), read.size()));
                      return body == null
                          ? null
                          : EncodedPacket.ofText(
                                  ChatFrames.packet(
                                      ChatFrames.MESSAGE_SENT, Draft.withContent(body, content)))
                              .encoded();
                    },
                    false));
  }

  /** The packet with these messages of a session for one member; what is gone is left out. */
  Future<EncodedPacket> history(String sessionId, String userId, List<KeptMessage> messages) {
    List<Field> fields = new ArrayList<>();
    for (KeptMessage message : messages) {
      add(fields, message.ref(), message.pieces(), false, message.bytes());
      if (message.from().equals(userId)) {
        add(fields, message.ref(), message.contentPieces(), true, message.bytes());
      }
    }
    return inTurn(() -> read(sessionId, fields))
        .compose(
            read ->
                vertx.executeBlocking(
                    () -> EncodedPacket.ofText(list(userId, messages, read)).encoded(), false));
  }

  private static String list(
      String userId, List<KeptMessage> messages, List<@Nullable Buffer> read) {
    StringBuilder list = new StringBuilder("[");
    int at = 0;
    for (KeptMessage message : messages) {
      String body = text(read.subList(at, at + message.pieces()));
      at += message.pieces();
      String content = null;
      if (message.from().equals(userId)) {
        content = text(read.subList(at, at + message.contentPieces()));
        at += message.contentPieces();
      }
      if (body == null) {
        continue;
      }
      if (list.length() > 1) {
        list.append(',');
      }
      list.append(Draft.withContent(body, content));
    }
    return ChatFrames.packet("messages-history", list.append(']').toString());
  }

  /** A piece, and how many bytes it has at most. */
  private record Field(String name, long bytes) {}

  private static void add(List<Field> fields, String ref, int pieces, boolean content, long bytes) {
    for (int i = 0; i < pieces; i++) {
      fields.add(new Field(field(ref, i, content), Math.min(bytes, Draft.PIECE_BYTES)));
    }
  }

  /** The text of all pieces together; null if one is missing. */
  private static @Nullable String text(List<@Nullable Buffer> pieces) {
    Buffer whole = Buffer.buffer();
    for (Buffer piece : pieces) {
      if (piece == null) {
        return null;
      }
      whole.appendBuffer(piece);
    }
    return whole.toString(StandardCharsets.UTF_8);
  }

  private Future<List<@Nullable Buffer>> read(String sessionId, List<Field> fields) {
    return readOn(sessionId, fields, new ArrayList<>(fields.size()));
  }

  /** One request takes so many pieces as two large ones weigh. */
  private Future<List<@Nullable Buffer>> readOn(
      String sessionId, List<Field> fields, List<@Nullable Buffer> all) {
    if (all.size() == fields.size()) {
      return Future.succeededFuture(all);
    }
    List<String> names = new ArrayList<>();
    long bytes = 0;
    for (Field field : fields.subList(all.size(), fields.size())) {
      bytes += field.bytes();
      if (!names.isEmpty() && (bytes > 2 * Draft.PIECE_BYTES || names.size() == PIECES_AT_ONCE)) {
        break;
      }
      names.add(field.name());
    }
    return readPieces(sessionId, names)
        .compose(
            some -> {
              all.addAll(some);
              return readOn(sessionId, fields, all);
            });
  }

  private <T> Future<T> inTurn(Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    Runnable begin =
        () -> {
          underWay++;
          step.get()
              .onComplete(
                  result -> {
                    underWay--;
                    Runnable next = waiting.poll();
                    if (next != null) {
                      next.run();
                    }
                    done.handle(result);
                  });
        };
    if (underWay < AT_ONCE) {
      begin.run();
    } else {
      waiting.add(begin);
    }
    return done.future();
  }

  /** Makes room for a message that arrives in pieces. */
  private Future<Result> begin(Seat seat, Draft draft, long now) {
    return scripts
        .run(
            BEGIN,
            SignalingKeys.chatUploads(seat.sessionId()),
            seat.json()
                .mergeIn(draft.json())
                .put("now", now)
                .put("patience", UPLOAD_MILLIS)
                .put("max", settings.maxBytes()))
        .map(status -> ChatScripts.result(String.valueOf(status), new JsonObject()));
  }

  /** Takes one piece of it; false where nobody waits for it any more. */
  private Future<Boolean> piece(Seat seat, Draft draft, String field, Buffer piece) {
    return redis
        .run(
            PIECE,
            List.of(
                SignalingKeys.chatUploads(seat.sessionId()),
                SignalingKeys.chatBodies(seat.sessionId())),
            List.of(draft.ref(), field, Long.toString(settings.longestIdle().toMillis())),
            List.of(piece))
        .map(answer -> answer != null && answer.toInteger() == 1);
  }

  /** Keeps a message; {@code pieces} is empty where they have come in before. */
  private Future<Result> send(Seat seat, Draft draft, List<Buffer> pieces) {
    return scripts
        .run(
            SEND,
            SignalingKeys.chat(seat.sessionId()),
            seat.json()
                .mergeIn(draft.json())
                .put("uploaded", pieces.isEmpty())
                .put("mostMessages", settings.historyMessages())
                .put("mostBytes", settings.historyBytes())
                .put("max", settings.maxBytes()),
            pieces)
        .map(ChatScripts::result);
  }

  /** Looks what became of a message in doubt. */
  Future<Resolution<Result.Done>> lookFor(Seat seat, Draft draft) {
    return scripts
        .run(SENT, SignalingKeys.chat(seat.sessionId()), seat.json().mergeIn(draft.json()))
        .map(ChatScripts::json)
        .map(
            answer ->
                switch (answer.getString("status")) {
                  case "open" -> new Resolution.Pending<>();
                  case String status
                      when ChatScripts.result(status, answer) instanceof Result.Done done ->
                      new Resolution.Applied<>(done);
                  default -> new Resolution.NotApplied<>();
                });
  }

  /** Reads pieces of messages; null for one that is gone. */
  private Future<List<@Nullable Buffer>> readPieces(String id, List<String> fields) {
    Request request = Request.cmd(Command.HMGET).arg(SignalingKeys.chatBodies(id));
    fields.forEach(request::arg);
    return redis
        .send(request)
        .map(
            response -> {
              List<@Nullable Buffer> pieces = new ArrayList<>();
              for (int i = 0; i < fields.size(); i++) {
                Response piece = response == null ? null : response.get(i);
                pieces.add(piece == null ? null : piece.toBuffer());
              }
              return pieces;
            });
  }
}
