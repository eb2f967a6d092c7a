package dev.switchboard.signaling.calls;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.calls.Decision.Effect;
import dev.switchboard.signaling.calls.Decision.Effect.Notice;
import dev.switchboard.signaling.edge.Deliveries;
import dev.switchboard.signaling.edge.EdgeMessage;
import dev.switchboard.signaling.edge.Receipt;
import dev.switchboard.signaling.sessions.Session;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies devices of what has become of their call, and their sockets along with it. One per edge,
 * on its loop.
 */
final class CallNews {
  private static final Logger log = LoggerFactory.getLogger(CallNews.class);

  /** How often a device is followed that changes its socket faster than it can be notified. */
  private static final int MAX_MOVES = 4;

  private final CallStore calls;
  private final Deliveries<Session> deliveries;
  private final InstantSource clock;
  private final long keepMillis;
  private final long unnoticedMillis;

  /** The last notice of a call that is being kept: requests to Redis are answered in order. */
  private final Map<String, Future<Void>> underWay = new HashMap<>();

  CallNews(
      SignalingSettings settings,
      CallStore calls,
      Deliveries<Session> deliveries,
      InstantSource clock) {
    this.calls = calls;
    this.deliveries = deliveries;
    this.clock = clock;
    this.keepMillis = settings.keepMillis();
    this.unnoticedMillis = settings.unnoticedMillis();
  }

  /**
   * Sends what follows from a step. Nobody waits for it.
   *
   * @param notices those that are sent, null in the place of each that is not
   */
  void send(
      Call call,
      String step,
      List<? extends Effect.@Nullable Notify> notices,
      CallStore.Sessions sessions) {
    for (int i = 0; i < notices.size(); i++) {
      Effect.Notify notify = notices.get(i);
      if (notify != null) {
        send(call, step + "/" + i, notify, sessions);
      }
    }
  }

  private void send(Call call, String id, Effect.Notify notify, CallStore.Sessions sessions) {
    String frame = CallFrames.notice(call, notify.notice());
    String peer = call.peerOf(notify.userId());
    List<Session> peers =
        call.state().isLive() && !call.isAway(peer)
            ? sessions.peersOf(call, notify.userId())
            : List.of();
    List<Session> there = sessions.of(notify.userId());
    List<Session> left =
        notify.onlyDevice() == null && notify.userId().equals(call.calleeId())
            ? sessions.left().stream().filter(session -> !isAmong(there, session)).toList()
            : List.of();
    News news = new News(call, id, notify, frame, peers, there, left);
    there.stream()
        .filter(session -> isMeant(notify, session))
        .forEach(session -> send(news, session, MAX_MOVES));
    left.stream()
        .filter(session -> isMeant(notify, session))
        .forEach(session -> keep(news, session, MAX_MOVES));
  }

  private static boolean isMeant(Effect.Notify notify, Session session) {
    return notify.onlyDevice() == null
        ? !session.deviceId().equals(notify.exceptDevice())
        : session.deviceId().equals(notify.onlyDevice());
  }

  private static boolean isAmong(List<Session> there, Session session) {
    return there.stream().anyMatch(one -> one.deviceId().equals(session.deviceId()));
  }

  /**
   * A notice on its way to devices.
   *
   * @param id the same if another node sends it again
   * @param peers where signaling of who is notified goes
   * @param there the sessions of the user as of then
   * @param left those that the user's devices had which are not there
   */
  private record News(
      Call call,
      String id,
      Effect.Notify effect,
      String frame,
      List<Session> peers,
      List<Session> there,
      List<Session> left) {
    /** True for what a device must hear though the call is over. */
    boolean isEnd() {
      return !(effect.notice() instanceof Notice.Accepted);
    }

    /** True if all devices are meant and a client that named none has a newer id. */
    boolean goesToNewer(Session gone) {
      return effect.onlyDevice() == null
          && gone.isNameless()
          && Stream.concat(there.stream(), left.stream())
              .anyMatch(one -> one.isNameless() && one.registeredAt() > gone.registeredAt());
    }
  }

  /** What a device must not miss is kept for it when its socket is found to be gone. */
  private void send(News news, Session session, int moves) {
    deliveries
        .send(
            session,
            news.frame(),
            new CallNote.News(news.call(), session.deviceId(), news.peers(), news.id()))
        .onSuccess(
            receipt -> {
              if (receipt != Receipt.DELIVERED) {
                keep(news, session, moves);
              }
            });
  }

  /** Keeps a notice for a device, or sends it after one that is back before that was known. */
  private void keep(News news, Session session, int moves) {
    if (news.effect().notice().isPresence() || news.goesToNewer(session)) {
      return;
    }
    Future<Void> kept =
        calls
            .keep(
                session,
                news.frame(),
                keepMillis,
                backSince(news),
                news.id(),
                news.isEnd() ? null : news.call().callId())
            .<Void>map(
                moved -> {
                  if (moved != null && moves > 0) {
                    send(news, moved, moves - 1);
                  }
                  return null;
                })
            .onFailure(
                failure ->
                    log.atWarn()
                        .addKeyValue(LogKeys.CALL, news.call().callId())
                        .setCause(failure)
                        .log("could not keep {}", CallFrames.event(news.effect().notice())))
            .otherwiseEmpty();
    underWay.put(news.call().callId(), kept);
    kept.onComplete(done -> underWay.remove(news.call().callId(), kept));
  }

  /**
   * An end that reached a socket of this edge so late that whoever sent it may have kept it for the
   * device by then: it is passed on, unless the device hears it where it registers.
   */
  void late(CallSocket to, CallNote.News news, String frame) {
    Session session = to.session();
    String id = news.id();
    if (session == null || id == null) {
      to.downlink().send(frame);
      return;
    }
    calls
        .takeLate(session, frame, id, keepMillis)
        .recover(
            away -> {
              log.atWarn()
                  .addKeyValue(LogKeys.CALL, news.call().callId())
                  .setCause(away)
                  .log("an end that came late may be heard again");
              return Future.succeededFuture(true);
            })
        .onSuccess(
            its -> {
              if (its && to.socket().isConnected()) {
                to.downlink().send(frame);
              } else if (its) {
                calls.keep(session, frame, keepMillis, null, "", null);
              }
            });
  }

  /** True for what a device must not miss. */
  static boolean isToBeKept(EdgeMessage message) {
    String frame = message.frame();
    boolean isNews = message.note() instanceof CallNote.News;
    return frame != null
        && (message.note() == null || isNews)
        && !(isNews && CallFrames.isPresence(frame));
  }

  /**
   * Frames for a socket of this edge that was gone when they came, or whose client has perhaps not
   * got them, though their senders count them as delivered: they go where the device is by now, or
   * are kept for it. Completes when it is decided which; never fails.
   */
  Future<Void> forward(Session gone, List<EdgeMessage> messages) {
    List<EdgeMessage> meant = messages.stream().filter(CallNews::isToBeKept).toList();
    List<Future<@Nullable Session>> kept =
        meant.stream().map(message -> keepOrFind(gone, message)).toList();
    return Future.join(kept)
        .map(
            decided -> {
              Map<Session, List<EdgeMessage>> moved = new LinkedHashMap<>();
              for (int i = 0; i < meant.size(); i++) {
                Session there = kept.get(i).result();
                if (there != null) {
                  moved.computeIfAbsent(there, first -> new ArrayList<>()).add(meant.get(i));
                }
              }
              moved.forEach(this::sendOn);
              return null;
            });
  }

  /** Where a device is by now; null if the frame is kept for it, or is of no use any more. */
  private Future<@Nullable Session> keepOrFind(Session gone, EdgeMessage message) {
    CallNote.News news = message.note() instanceof CallNote.News known ? known : null;
    String id = news == null || news.id() == null ? "" : news.id();
    String whileLive = news != null && news.call().state().isLive() ? news.call().callId() : null;
    return calls
        .keep(gone, String.valueOf(message.frame()), keepMillis, null, id, whileLive)
        .otherwise(
            failure -> {
              log.atWarn()
                  .addKeyValue(LogKeys.SESSION, gone.socketId())
                  .setCause(failure)
                  .log("could not keep a frame whose socket is gone");
              return null;
            });
  }

  /** News tell the socket more than their frame; signaling goes before what came after it. */
  private void sendOn(Session there, List<EdgeMessage> messages) {
    List<EdgeMessage> signaling = messages.stream().filter(one -> one.note() == null).toList();
    if (!signaling.isEmpty()) {
      handOver(there, signaling);
    }
    messages.stream()
        .filter(one -> one.note() != null)
        .forEach(news -> deliveries.send(there, news.frame(), news.note()));
  }

  /**
   * Gives the newer socket of a device what the client of its former one, on this edge, has perhaps
   * not got.
   */
  void handOver(Session newer, List<EdgeMessage> left) {
    List<String> frames = left.stream().map(EdgeMessage::frame).toList();
    deliveries
        .send(newer, null, new CallNote.HandedOver(frames))
        .onSuccess(
            receipt -> {
              if (receipt != Receipt.DELIVERED) {
                forward(newer, left);
              }
            });
  }

  /** Completes when no notice of a call is being kept. */
  Future<Void> settled(String callId) {
    return underWay.getOrDefault(callId, Future.succeededFuture());
  }

  private @Nullable Long backSince(News news) {
    return news.effect().onlyDevice() == null
        ? null
        : Long.valueOf(Math.max(news.call().createdAt(), clock.millis() - unnoticedMillis));
  }
}
