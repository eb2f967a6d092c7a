package dev.switchboard.signaling.calls;

import dev.switchboard.shared.push.Cause;
import dev.switchboard.shared.timeline.Step;
import dev.switchboard.shared.timeline.StepName;
import dev.switchboard.shared.timeline.TimelineStamp;
import dev.switchboard.signaling.SignalingKeys;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.webhooks.CallWebhooks;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one save writes, all or nothing: the call itself and everything that must stand or fall with
 * it (claims on the users, deadlines, push jobs, kept frames, the record).
 */
final class CallTransaction {
  private static final Duration OVER_TTL = Duration.ofSeconds(30);
  private static final Duration RINGING_SLACK = Duration.ofSeconds(60);
  private static final Duration ACCEPTED_TTL = Duration.ofHours(2);
  private static final Duration DEADLINE_SLACK = Duration.ofSeconds(10);
  private static final Duration BUFFER_SLACK = Duration.ofSeconds(30);
  private static final Duration LIMIT_WINDOW = Duration.ofMinutes(1);

  private final @Nullable Call before;
  private final Call next;
  private final List<Effect> effects;
  private final SignalingSettings settings;
  private final long now;
  private final @Nullable CallTransaction superseded;
  private final List<Effect.Notify> kept = new ArrayList<>(2);
  private final List<Push> pushes = new ArrayList<>(2);
  private final List<Step> steps;

  /** Distinguishes this save from every other: found in the call, it was applied. */
  private final String step = Long.toHexString(ThreadLocalRandom.current().nextLong());

  private final @Nullable Untold untold;
  private final String untoldText;

  private CallTransaction(
      @Nullable Call before,
      Call next,
      List<Effect> effects,
      SignalingSettings settings,
      long now,
      @Nullable CallTransaction superseded) {
    this.before = before;
    this.next = next;
    this.effects = effects;
    this.settings = settings;
    this.now = now;
    this.superseded = superseded;
    this.untold = Untold.of(before, next, step, effects);
    this.untoldText = untold == null ? "" : untold.member();
    this.steps =
        before == null
            ? List.of(Step.of(StepName.INITIATED, next.callerId(), next.callerDevice()))
            : new Decision.Changed(next, effects).steps(before);
    effects.forEach(this::add);
    if (before != null && next.state() == CallState.CANCELLED) {
      pushes.add(missed(Push.Mode.UNTOLD));
    }
  }

  /**
   * A push that stands or falls with a save; the script chooses the devices.
   *
   * @param device what the mode refers to; empty if nothing
   * @param deadline milliseconds since the epoch
   */
  record Push(
      String id,
      String cause,
      String user,
      Mode mode,
      String device,
      JsonObject data,
      long deadline) {

    /** Which devices of the user it goes to, as the script names it. */
    enum Mode {
      /** Those without a socket. */
      ABSENT,
      /** The named one, if it has no socket. */
      DEVICE,
      /** Those that were rung by push, but for the named one. */
      RUNG,
      /** All, if it rang in silence so that none knows of it. */
      UNTOLD,
      /** All. */
      ALL
    }

    /** One of a call; {@code more} is what goes with it besides its type, its call and the time. */
    static Push of(
        Cause cause, Call call, String user, Mode mode, String device, JsonObject more, long now) {
      String time = Long.toString(now);
      JsonObject data =
          new JsonObject()
              .put("type", cause.wireName())
              .put("callId", call.callId())
              .put("timestamp", time)
              .put("sentAt", time)
              .mergeIn(more);
      long deadline = cause.life().map(life -> now + life.toMillis()).orElse(call.ringUntil());
      String id = UUID.randomUUID().toString();
      return new Push(id, cause.wireName(), user, mode, device, data, deadline);
    }

    void addTo(List<String> arguments) {
      arguments.add(id);
      arguments.add(cause);
      arguments.add(user);
      arguments.add(mode.name().toLowerCase(Locale.ROOT));
      arguments.add(device);
      arguments.add(data.encode());
      arguments.add(Long.toString(deadline));
    }
  }

  /**
   * A new call: it rings, and pushes the devices of the callee that have no socket.
   *
   * @param superseded the end of the call whose place it takes
   */
  static CallTransaction create(
      Call call, SignalingSettings settings, @Nullable CallTransaction superseded) {
    long now = call.createdAt();
    CallTransaction made = new CallTransaction(null, call, List.of(), settings, now, superseded);
    made.pushes.add(ring(call, Push.Mode.ABSENT, "", now));
    return made;
  }

  /** A step of a call that is there. */
  static CallTransaction change(
      Call before, Decision.Changed change, SignalingSettings settings, long now) {
    return new CallTransaction(before, change.next(), change.effects(), settings, now, null);
  }

  /** The same step, in one with the end of the call whose place this one takes. */
  CallTransaction inPlaceOf(CallTransaction ended) {
    return new CallTransaction(before, next, effects, settings, now, ended);
  }

  private void add(Effect effect) {
    switch (effect) {
      case Effect.Notify notify -> keepIfMissed(notify);
      case Effect.PushCancelled(String user, String except) ->
          pushes.add(push(Cause.CALL_CANCELLED, user, Push.Mode.RUNG, except, new JsonObject()));
      case Effect.PushMissed missed -> pushes.add(missed(Push.Mode.ALL));
      case Effect.PushEnded(String user, String device) ->
          pushes.add(push(Cause.CALL_ENDED, user, Push.Mode.DEVICE, device, new JsonObject()));
    }
  }

  /** Null where this creates the call. */
  @Nullable Call before() {
    return before;
  }

  Call next() {
    return next;
  }

  List<Effect> effects() {
    return effects;
  }

  String step() {
    return step;
  }

  /**
   * True if that the call is there says that this was saved: a device's call has an id of its own,
   * and its further steps have followed this one.
   */
  boolean isKnownById() {
    return before == null && next.requestedBy() == null;
  }

  /** What devices have to hear of it; null if nothing. */
  @Nullable Untold untold() {
    return untold;
  }

  /** The same as it is in Redis; empty if nothing. */
  String untoldText() {
    return untoldText;
  }

  @Nullable CallTransaction superseded() {
    return superseded;
  }

  /** The keys of the script {@code call_save}. */
  List<String> keys() {
    String key = SignalingKeys.call(next.callId());
    return superseded == null
        ? List.of(key)
        : List.of(key, SignalingKeys.call(superseded.next.callId()));
  }

  /** The arguments of the script {@code call_save}, whose header names them. */
  List<String> arguments(TimelineStamp stamp) {
    List<String> to = new ArrayList<>(80);
    to.add(Long.toString(settings.reconnectGrace().plus(BUFFER_SLACK).toMillis()));
    to.add(Integer.toString(settings.callsPerMinute()));
    to.add(Long.toString(LIMIT_WINDOW.toMillis()));
    to.add(settings.callWaiting() ? "1" : "0");
    to.add(stamp.node());
    to.add(stamp.lifeMillis());
    addTo(to);
    if (superseded != null) {
      superseded.addTo(to);
    }
    return to;
  }

  private void addTo(List<String> to) {
    boolean live = next.state().isLive();
    to.add(next.callId());
    to.add(Long.toString(now));
    to.add(Long.toString(before == null ? 0 : before.version()));
    to.add(Long.toString(ttl()));
    to.add(Long.toString(claimTtl()));
    to.add(next.state().wireName());
    to.add(next.callerId());
    to.add(next.calleeId());
    to.add(live ? "" : CallFields.write(next).encode());
    to.add(untoldText);
    to.add(Long.toString(now + UntoldSteps.DUE_AFTER_MILLIS));
    addFields(to);
    addDeadlines(to);
    addKept(to);
    to.add(Integer.toString(pushes.size()));
    pushes.forEach(push -> push.addTo(to));
    addEvents(to);
    addSteps(to);
    if (before == null) {
      to.add("1");
      missed(Push.Mode.ALL).addTo(to);
      addRefusal(to);
    }
  }

  private void addEvents(List<String> to) {
    List<String> events =
        settings.webhooks().any()
            ? CallWebhooks.ofStep(
                settings.webhooks(),
                before == null ? null : before.state().wireName(),
                CallFields.write(next),
                now)
            : List.of();
    addAll(events, to);
  }

  /** What is told of it if the script refuses it. */
  private void addRefusal(List<String> to) {
    addAll(
        settings.webhooks().any()
            ? CallWebhooks.ofRefusal(settings.webhooks(), CallFields.write(next), now)
            : List.of(),
        to);
  }

  private static void addAll(List<String> texts, List<String> to) {
    to.add(Integer.toString(texts.size()));
    to.addAll(texts);
  }

  /** Those that change. */
  private void addFields(List<String> to) {
    Map<String, Object> earlier = before == null ? Map.of() : CallFields.write(before).getMap();
    Map<String, Object> fields = CallFields.write(next).getMap();
    fields.entrySet().removeIf(field -> field.getValue().equals(earlier.get(field.getKey())));
    fields.put("step", step);
    to.add(Integer.toString(fields.size()));
    fields.forEach(
        (name, text) -> {
          to.add(name);
          to.add((String) text);
        });
  }

  private void addDeadlines(List<String> to) {
    List<CallDeadline> after = CallDeadline.all(next, longest());
    List<CallDeadline> earlier = before == null ? List.of() : CallDeadline.all(before, longest());
    List<CallDeadline> set =
        after.stream().filter(one -> one.at() > 0 && !earlier.contains(one)).toList();
    List<String> clear = new ArrayList<>(2);
    for (int i = 0; i < earlier.size(); i++) {
      if (earlier.get(i).at() > 0 && after.get(i).at() == 0) {
        clear.add(earlier.get(i).member());
      }
    }
    to.add(Integer.toString(set.size()));
    for (CallDeadline deadline : set) {
      to.add(Long.toString(deadline.at()));
      to.add(deadline.member());
    }
    to.add(Integer.toString(clear.size()));
    to.addAll(clear);
  }

  private void addSteps(List<String> to) {
    to.add(Integer.toString(steps.size()));
    for (Step one : steps) {
      to.add(one.name().wireName());
      to.add(one.userId() == null ? "" : one.userId());
      to.add(one.deviceId() == null ? "" : one.deviceId());
      to.add(one.why() == null ? "" : one.why());
    }
  }

  private void addKept(List<String> to) {
    to.add(Integer.toString(kept.size()));
    for (Effect.Notify notify : kept) {
      to.add(notify.userId());
      to.add(String.valueOf(notify.onlyDevice()));
      to.add(CallFrames.notice(next, notify.notice()));
    }
  }

  private long ttl() {
    return switch (next.state()) {
      case RINGING -> Math.max(0, next.ringUntil() - now) + RINGING_SLACK.toMillis();
      case ACCEPTED -> Math.max(OVER_TTL.toMillis(), next.acceptedAt() + acceptedTtl() - now);
      case REJECTED, CANCELLED, TIMEOUT, ENDED -> OVER_TTL.toMillis();
    };
  }

  private long acceptedTtl() {
    return Math.max(ACCEPTED_TTL.toMillis(), settings.maxDuration().toMillis());
  }

  /**
   * When the longest call ends: in time for a deadline that comes up a second time, since the call
   * is not there any more once its life is over.
   */
  private long longest() {
    long ends = acceptedTtl() - DEADLINE_SLACK.toMillis();
    return Math.min(settings.maxDuration().toMillis(), ends);
  }

  /** Longer than any call: a claim counts only together with a call that lives. */
  private long claimTtl() {
    return Math.max(0, next.ringUntil() - now)
        + settings.maxDuration().plus(RINGING_SLACK).toMillis();
  }

  /** What a device in the call must not miss waits for it; presence of the other is soon stale. */
  private void keepIfMissed(Effect.Notify notify) {
    if (notify.onlyDevice() != null && !notify.notice().isPresence()) {
      kept.add(notify);
    }
  }

  /** The job that rings devices of the callee. */
  static Push ring(Call call, Push.Mode mode, String device, long now) {
    JsonObject more =
        caller(call)
            .put("callerAvatar", call.callerAvatar() == null ? "" : call.callerAvatar())
            .put("timestamp", Long.toString(call.createdAt()))
            .put("ringUntil", Long.toString(call.ringUntil()));
    return Push.of(Cause.INCOMING_CALL, call, call.calleeId(), mode, device, more, now);
  }

  private static JsonObject caller(Call call) {
    JsonObject caller =
        new JsonObject()
            .put("callerId", call.callerId())
            .put("callerName", call.callerName())
            .put("callType", call.callType());
    String metadata = call.metadata();
    return metadata == null ? caller : caller.put("metadata", new JsonObject(metadata));
  }

  private Push push(
      Cause cause, String user, Push.Mode mode, @Nullable String device, JsonObject more) {
    return Push.of(cause, next, user, mode, device == null ? "" : device, more, now);
  }

  private Push missed(Push.Mode mode) {
    return push(Cause.MISSED_CALL, next.calleeId(), mode, "", caller(next));
  }
}
