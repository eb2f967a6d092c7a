package dev.switchboard.signaling.calls;

import dev.switchboard.signaling.edge.EdgeLease;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What calls send a socket on another edge besides frames. */
sealed interface CallNote extends EdgeNote {
  /**
   * By then a sender has long taken another way; the bus, or a node that stood still, may bring
   * what it has sent after a minute.
   */
  long USE_MILLIS = EdgeLease.LEASE.toMillis();

  /** How they cross nodes. */
  EdgeNote.Codec<CallNote> CODEC =
      new EdgeNote.Codec<>("calls", CallNote.class, CallNote::write, CallNote::read);

  @Override
  default String feature() {
    return "calls";
  }

  /**
   * News of a call, along with its frame.
   *
   * @param device whose socket it is for
   * @param peers where signaling of that device goes
   * @param id a socket takes one of an id once; null if it is never sent again
   */
  record News(Call call, String device, List<Session> peers, @Nullable String id)
      implements CallNote {
    /** True if the call may be over whose answer this frame is. */
    boolean isStaleAnswer(String frame, long nowMillis) {
      return call.state() == CallState.ACCEPTED
          && nowMillis - call.acceptedAt() > USE_MILLIS
          && CallFrames.isAnswer(frame);
    }
  }

  /**
   * A call that begins to ring, as {@link News}; a socket that does not answer is to be reported.
   *
   * @param sentAt milliseconds since the epoch; 0 from nodes that do not say
   */
  record Offer(Call call, String device, List<Session> peers, @Nullable String id, long sentAt)
      implements CallNote {
    /** True if the call may be over that it offers. */
    boolean isStale(long nowMillis) {
      return sentAt > 0 && nowMillis - sentAt > USE_MILLIS;
    }

    /** The device is rung by push instead. */
    @Override
    public boolean isUrgent() {
      return true;
    }
  }

  /**
   * The device has a newer socket: this one is to be closed.
   *
   * @param newer is to get {@link HandedOver}; null from nodes that do not know of that
   */
  record Displaced(@Nullable Session newer) implements CallNote {
    @Override
    public boolean isLast() {
      return true;
    }
  }

  /** To the newer socket of a device: frames that the client of the former has perhaps not got. */
  record HandedOver(List<String> frames) implements CallNote {
    /** As they would have been sent a socket by themselves. */
    List<EdgeMessage> messages(String endpoint) {
      return frames.stream().map(frame -> new EdgeMessage(endpoint, frame, null)).toList();
    }
  }

  /** The device, which named no id, may resume the user's call. */
  record MayResume() implements CallNote {}

  private static JsonObject write(CallNote note) {
    return switch (note) {
      case News(Call call, String device, List<Session> peers, @Nullable String id) ->
          write("news", call, device, peers, id);
      case Offer(Call call, String device, List<Session> peers, @Nullable String id, long sentAt) ->
          write("offer", call, device, peers, id).put("at", sentAt);
      case Displaced(@Nullable Session newer) ->
          new JsonObject()
              .put("kind", "displaced")
              .put("newer", newer == null ? null : newer.toJson());
      case HandedOver(List<String> frames) ->
          new JsonObject().put("kind", "handed_over").put("frames", new JsonArray(frames));
      case MayResume() -> new JsonObject().put("kind", "may_resume");
    };
  }

  private static JsonObject write(
      String kind, Call call, String device, List<Session> peers, @Nullable String id) {
    return new JsonObject()
        .put("kind", kind)
        .put("call", CallFields.write(call))
        .put("device", device)
        .put("peers", new JsonArray(peers.stream().map(Session::toJson).toList()))
        .put("id", id);
  }

  private static CallNote read(JsonObject json) {
    return switch (json.getString("kind")) {
      case "news" ->
          new News(call(json), json.getString("device"), peers(json), json.getString("id"));
      case "offer" ->
          new Offer(
              call(json),
              json.getString("device"),
              peers(json),
              json.getString("id"),
              json.getLong("at", 0L));
      case "displaced" -> {
        String newer = json.getString("newer");
        yield new Displaced(newer == null ? null : Session.parse(newer));
      }
      case "handed_over" ->
          new HandedOver(json.getJsonArray("frames").stream().map(String.class::cast).toList());
      case "may_resume" -> new MayResume();
      default -> throw new IllegalArgumentException("no note of calls: " + json);
    };
  }

  private static Call call(JsonObject json) {
    Call call = CallFields.read(json.getJsonObject("call"));
    if (call == null) {
      throw new IllegalArgumentException("a note without its call: " + json);
    }
    return call;
  }

  private static List<Session> peers(JsonObject json) {
    return json.getJsonArray("peers").stream().map(text -> Session.parse((String) text)).toList();
  }
}
