package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.LostAnswers.Look;
import dev.switchboard.shared.redis.RedisLink;
import dev.switchboard.shared.redis.Script;
import dev.switchboard.signaling.chat.ChatStore.Done;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of chat sessions in Redis, piece by piece. As {@link ChatStore} otherwise. */
final class MessageStore {
  private static final Script BEGIN = ChatScripts.load("chat_begin");
  private static final Script PIECE = Script.load(MessageStore.class, "chat_piece");
  private static final Script SEND = ChatScripts.load("chat_send");
  private static final Script SENT = ChatScripts.load("chat_sent");

  private final ChatScripts scripts;
  private final RedisLink redis;
  private final ChatSettings settings;

  MessageStore(RedisLink redis, ChatSettings settings) {
    this.scripts = new ChatScripts(redis, settings);
    this.redis = redis;
    this.settings = settings;
  }

  /** Makes room for a message that comes in pieces; answers the status. */
  Future<String> begin(Seat seat, Draft draft, long now, long patienceMillis) {
    return scripts
        .run(
            BEGIN,
            ChatKeys.uploads(seat.sessionId()),
            seat.json()
                .mergeIn(draft.json())
                .put("now", now)
                .put("patience", patienceMillis)
                .put("max", settings.maxBytes()))
        .map(String::valueOf);
  }

  /** Takes one piece of it; false where nobody waits for it any more. */
  Future<Boolean> piece(Seat seat, Draft draft, String field, Buffer piece) {
    return redis
        .run(
            PIECE,
            List.of(ChatKeys.uploads(seat.sessionId()), ChatKeys.bodies(seat.sessionId())),
            List.of(draft.ref(), field, Long.toString(settings.longestIdle().toMillis())),
            List.of(piece))
        .map(answer -> answer != null && answer.toInteger() == 1);
  }

  /** Keeps a message; {@code pieces} is empty where they have come in before. */
  Future<Done> send(Seat seat, Draft draft, List<Buffer> pieces) {
    return scripts
        .run(
            SEND,
            ChatKeys.session(seat.sessionId()),
            seat.json()
                .mergeIn(draft.json())
                .put("uploaded", pieces.isEmpty())
                .put("mostMessages", settings.historyMessages())
                .put("mostBytes", settings.historyBytes())
                .put("max", settings.maxBytes()),
            pieces)
        .map(ChatScripts::done);
  }

  /** Looks whether a message that had no answer was kept. */
  Future<Look<Done>> lookFor(Seat seat, Draft draft) {
    return scripts
        .run(SENT, ChatKeys.session(seat.sessionId()), seat.json().mergeIn(draft.json()))
        .map(ChatScripts::done)
        .map(
            done ->
                switch (done.status()) {
                  case "sent" -> new Look.Taken<>(done);
                  case "open" -> new Look.Open<>();
                  default -> new Look.Missed<>();
                });
  }

  /** Reads pieces of messages; null for one that is gone. */
  Future<List<@Nullable Buffer>> read(String id, List<String> fields) {
    Request request = Request.cmd(Command.HMGET).arg(ChatKeys.bodies(id));
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
