package dev.switchboard.signaling.chat;

import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.socketio.EncodedPacket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of messages on their way into Redis and out of it: piece by piece, a few messages at a
 * time, so that the link stays free for others. Belongs to the loop of its edge.
 */
final class Bodies {
  /** How long a message may take to come in. */
  private static final long PATIENCE_MILLIS = 60_000;

  private static final int AT_ONCE = 2;
  private static final int PIECES_AT_ONCE = 64;

  private final Vertx vertx;
  private final MessageStore store;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;

  Bodies(Vertx vertx, MessageStore store) {
    this.vertx = vertx;
    this.store = store;
  }

  /** Keeps a message in its session. */
  Future<ChatStore.Done> keep(Seat seat, Draft draft, long now) {
    if (draft.isSmall()) {
      List<Buffer> pieces = new ArrayList<>(draft.body());
      pieces.addAll(draft.content());
      return store.send(seat, draft, pieces);
    }
    return inTurn(
        () ->
            store
                .begin(seat, draft, now, PATIENCE_MILLIS)
                .compose(
                    status ->
                        status.equals("ok")
                            ? upload(seat, draft, 0)
                                .compose(all -> store.send(seat, draft, List.of()))
                            : Future.succeededFuture(
                                new ChatStore.Done(status, 0, false, List.of()))));
  }

  private Future<Boolean> upload(Seat seat, Draft draft, int next) {
    int bodies = draft.body().size();
    if (next == bodies + draft.content().size()) {
      return Future.succeededFuture(true);
    }
    boolean body = next < bodies;
    String field = field(draft.ref(), body ? next : next - bodies, !body);
    Buffer piece = body ? draft.body().get(next) : draft.content().get(next - bodies);
    return store
        .piece(seat, draft, field, piece)
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
      if (content == null || content.isEmpty()) {
        list.append(body);
      } else {
        list.append(body, 0, body.length() - 1).append(",\"originalContent\":").append(content);
        list.append('}');
      }
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
    return store
        .read(sessionId, names)
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
}
