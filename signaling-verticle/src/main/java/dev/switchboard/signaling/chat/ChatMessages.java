package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.StoreRetry;
import dev.switchboard.signaling.chat.ChatStore.Result;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Draft.KeptMessage;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** The messages that members send: kept, then delivered. Belongs to the loop of its edge. */
final class ChatMessages {
  private static final int MAX_TYPE = 64;

  /** From this size on a message is composed by a worker. */
  private static final int LARGE_BYTES = 65_536;

  private final Vertx vertx;
  private final ChatSettings settings;
  private final MessageStore store;
  private final ChatFanout fanout;
  private final StoreRetry retry;
  private final InDoubtWrites<String> inDoubt;
  private final ChatMetrics metrics;
  private final InstantSource clock;
  private final String edge;
  private long drafts;

  ChatMessages(
      EdgeContext context,
      ChatSettings settings,
      MessageStore store,
      ChatFanout fanout,
      StoreRetry retry,
      ChatMetrics metrics) {
    this.vertx = context.vertx();
    this.settings = settings;
    this.store = store;
    this.fanout = fanout;
    this.retry = retry;
    this.inDoubt = new InDoubtWrites<>(vertx);
    this.metrics = metrics;
    this.clock = context.clock();
    this.edge = context.id().toString();
  }

  /** A message, and who sends it. */
  private record Composed(Membership member, Draft draft) {}

  Future<Void> send(ChatSocket from, Event event, ChatReply reply) {
    String ref = edge + "-" + Long.toString(drafts++, Character.MAX_RADIX);
    long now = clock.millis();
    Future<Composed> composed =
        event.isWithin(LARGE_BYTES)
            ? Future.succeededFuture(compose(from, event, ref, now))
            : vertx.executeBlocking(() -> compose(from, event, ref, now), false);
    return composed.compose(message -> keep(from, message, reply, now));
  }

  private Future<Void> keep(ChatSocket from, Composed message, ChatReply reply, long now) {
    Seat seat = message.member().seat();
    return retry
        .run(reply.arrivedNanos(), doubt -> store.keep(seat, message.draft(), now))
        .onFailure(failure -> lookFor(message, failure))
        .map(
            result -> {
              if (!(result instanceof Result.Repeated)) {
                deliver(message, from.checked(message.member(), result));
              }
              reply.succeed(new JsonObject().put("id", message.draft().id()));
              return null;
            });
  }

  private Composed compose(ChatSocket from, Event event, String ref, long now) {
    Payload payload = Payload.of(event.arguments(), ChatError.PAYLOADS);
    Membership member = from.own(payload, "from");
    String to = payload.optionalId("to", Payload.MAX_ID);
    String type = payload.optionalText("type", MAX_TYPE);
    String id = payload.optionalId("clientMessageId", Payload.MAX_ID);
    Draft.Sent sent =
        new Draft.Sent(
            id == null ? UUID.randomUUID().toString() : id,
            member.seat().userId(),
            to == null ? KeptMessage.ALL : to,
            payload.raw("encrypted", settings.eventBytes()),
            payload.optionalRaw("originalContent", settings.eventBytes()),
            type == null ? "text" : type,
            member.name(),
            now);
    return new Composed(member, Draft.compose(ref, sent));
  }

  /** A message in doubt is delivered once it is clear that it was kept. */
  private void lookFor(Composed message, Throwable failure) {
    if (InDoubtWrites.isInDoubt(failure)) {
      Seat seat = message.member().seat();
      inDoubt
          .resolve(message.draft().ref(), () -> store.lookFor(seat, message.draft()))
          .onSuccess(
              done -> {
                if (done != null) {
                  deliver(message, done);
                }
              });
    }
  }

  private void deliver(Composed message, Result.Done done) {
    Draft draft = message.draft();
    Seat seat = message.member().seat();
    metrics.kept(draft.bytes());
    List<Member> others = ChatService.others(done.members(), seat.userId());
    boolean toAll = draft.to().equals(KeptMessage.ALL);
    fanout.deliver(
        seat.sessionId(),
        toAll ? others : others.stream().filter(m -> m.userId().equals(draft.to())).toList(),
        draft,
        done.number(),
        message.member().place(draft.to(), done.order()));
    if (done.first()) {
      message.member().send(draft.sent(), done.number());
    }
  }
}
