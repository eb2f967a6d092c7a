package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.LostAnswers;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;

/** The messages that members send: kept, then delivered. Belongs to the loop of its edge. */
final class ChatMessages {
  private static final int MAX_TYPE = 64;

  /** From this size on a message is composed by a worker. */
  private static final int LARGE_BYTES = 65_536;

  private final ChatEdge edge;
  private final String edgeName;
  private final LostAnswers lost;
  private long drafts;

  ChatMessages(ChatEdge edge, String edgeName, LostAnswers lost) {
    this.edge = edge;
    this.edgeName = edgeName;
    this.lost = lost;
  }

  /** A message, and who sends it. */
  private record Composed(Membership member, Draft draft) {}

  Future<Void> send(ChatSocket from, Event event, ChatReply reply) {
    String ref = edgeName + "-" + Long.toString(drafts++, Character.MAX_RADIX);
    long now = edge.clock().millis();
    Future<Composed> composed =
        event.size() > LARGE_BYTES
            ? edge.vertx().executeBlocking(() -> compose(from, event, ref, now), false)
            : Future.succeededFuture(compose(from, event, ref, now));
    return composed.compose(
        message ->
            edge.storeWait()
                .run(
                    reply.arrivedNanos(),
                    inDoubt -> edge.bodies().keep(message.member().seat(), message.draft(), now))
                .onFailure(failure -> lookFor(from, message, failure))
                .map(
                    answer -> {
                      ChatStore.Done done = from.checked(message.member(), answer);
                      if (done.status().equals("sent")) {
                        deliver(from, message, done);
                      }
                      reply.succeed(new JsonObject().put("id", message.draft().id()));
                      return null;
                    }));
  }

  private Composed compose(ChatSocket from, Event event, String ref, long now) {
    Payload payload = Payload.of(event.arguments());
    Membership member = from.own(payload, "from");
    String to = payload.optionalId("to", Payload.MAX_ID);
    String type = payload.optionalText("type", MAX_TYPE);
    String id = payload.optionalId("clientMessageId", Payload.MAX_ID);
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

  /** A message that was kept although nobody knew is delivered when that is found out. */
  private void lookFor(ChatSocket from, Composed message, Throwable failure) {
    if (LostAnswers.mayBeTaken(failure)) {
      Seat seat = message.member().seat();
      lost.lookFor(() -> edge.messages().lookFor(seat, message.draft()))
          .onSuccess(
              done -> {
                if (done != null) {
                  deliver(from, message, done);
                }
              });
    }
  }

  private void deliver(ChatSocket from, Composed message, ChatStore.Done done) {
    Draft draft = message.draft();
    Seat seat = message.member().seat();
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
}
