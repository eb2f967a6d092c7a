package dev.switchboard.signaling.chat;

import dev.switchboard.shared.log.LogKeys;
import dev.switchboard.shared.log.StateLog;
import dev.switchboard.shared.redis.LostAnswers;
import dev.switchboard.shared.redis.LostAnswers.Look;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.chat.ChatStore.Dropped;
import dev.switchboard.signaling.chat.ChatStore.Entry;
import dev.switchboard.signaling.chat.ChatStore.Joined;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.JoinRule.Loaded;
import dev.switchboard.signaling.chat.Membership.Keys;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members come and go: decides, has it written, tells those concerned. Belongs to the loop of its
 * edge.
 */
final class ChatService {
  private static final int TRIES = 8;
  private static final int LOOKS = 20;
  private static final long LOOK_MILLIS = 250;
  private static final long RETRY_MILLIS = 1_000;
  private static final int MAX_RETRIES = 600;
  private static final Logger log = LoggerFactory.getLogger(ChatService.class);

  private final Vertx vertx;
  private final ChatStore store;
  private final Bodies bodies;
  private final ChatMail mail;
  private final LostAnswers lost;
  private final Departing departing;
  private final InstantSource clock;
  private final Set<Future<Void>> leaving = new HashSet<>();
  private final Set<Seat> doubts = new HashSet<>();

  /** The places that are to be given up, unless their sockets join again. */
  private final Set<Seat> onTheirWay = new HashSet<>();

  ChatService(
      Vertx vertx,
      ChatStore store,
      Bodies bodies,
      ChatMail mail,
      LostAnswers lost,
      Departing departing,
      InstantSource clock) {
    this.vertx = vertx;
    this.store = store;
    this.bodies = bodies;
    this.mail = mail;
    this.lost = lost;
    this.departing = departing;
    this.clock = clock;
    mail.onStale(seat -> dropSoon(seat));
  }

  /**
   * What a client asks for when it joins.
   *
   * @param mode that its creator wants; null if it did not say
   */
  record Wish(Entry entry, SessionAccess access, boolean creator, @Nullable ChatMode mode) {}

  /**
   * Enters a member. Fails with a {@link ChatRefusedException}.
   *
   * @param inDoubt whether it may be in already, unknown to all
   */
  Future<Joined.In> enter(Wish wish, boolean inDoubt) {
    Seat seat = wish.entry().seat();
    // It has left while Redis was away, and joins again before that could be written.
    onTheirWay.remove(seat);
    boolean untold = doubts.remove(seat) || inDoubt;
    return enter(wish, TRIES)
        .onFailure(
            failure -> {
              if (untold) {
                doubt(seat);
              }
            })
        .map(in -> untold ? in.untold() : in);
  }

  /**
   * Whether a socket came in is not known, and it was told that it did not: unless it tries again,
   * it is taken out quietly.
   */
  void doubt(Seat seat) {
    doubts.add(seat);
    lost.lookFor(() -> takeOut(seat)).onComplete(done -> doubts.remove(seat));
  }

  private Future<Look<Dropped>> takeOut(Seat seat) {
    if (!doubts.contains(seat)) {
      return Future.succeededFuture(new Look.Missed<>());
    }
    return store
        .drop(seat, null, false, clock.millis())
        .map(out -> out.name() == null ? new Look.Open<>() : new Look.Taken<>(out));
  }

  private Future<Joined.In> enter(Wish wish, int tries) {
    return load(wish.access().id(), LOOKS)
        .compose(
            found ->
                store.join(
                    wish.entry(),
                    found.session(),
                    JoinRule.decide(found, wish.access(), wish.creator(), wish.mode()),
                    clock.millis()))
        .compose(
            joined ->
                switch (joined) {
                  case Joined.In in -> Future.succeededFuture(in);
                  case Joined.Refused(ChatError error) ->
                      Future.failedFuture(new ChatRefusedException(error));
                  case Joined.Conflict _ when tries > 0 -> enter(wish, tries - 1);
                  case Joined.Conflict _ ->
                      Future.failedFuture(new ChatRefusedException(ChatError.STORE_UNAVAILABLE));
                });
  }

  /** True if another socket of this member has ended, and Redis has not heard of it yet. */
  boolean isDeparting(Seat seat) {
    return departing.has(seat);
  }

  private Future<Loaded> load(String id, int looks) {
    return store
        .load(id, clock.millis())
        .compose(
            found ->
                found.inDoubt() && looks > 0
                    ? vertx.timer(LOOK_MILLIS).compose(fired -> load(id, looks - 1))
                    : Future.succeededFuture(found));
  }

  /** Tells everyone of a member that is in, each in the order of the contract. */
  Future<Void> welcome(SocketIoSocket socket, Membership member, Joined.In in) {
    Seat seat = member.seat();
    String id = seat.sessionId();
    long now = clock.millis();
    List<Member> others = others(in.members(), seat.userId());
    StateLog.session(id).log("a member is in the chat");
    if (in.former() != null) {
      mail.replace(in.former());
    }
    if (!in.there()) {
      String frame = ChatFrames.presence("user-joined", seat.userId(), member.name(), now);
      mail.send(id, others, frame);
    }
    if (in.keyChanged()) {
      mail.send(id, others, ChatFrames.presence("key-changed", seat.userId(), null, now));
    }
    return bodies
        .history(id, seat.userId(), KeptMessage.seenBy(seat.userId(), in.history()))
        .map(
            history -> {
              String keys = ChatFrames.publicKeys(in.members(), null);
              socket.send(history);
              socket.send(
                  EncodedPacket.ofText(ChatFrames.sessionMetadata(in.mode(), in.sessionKey())));
              socket.send(EncodedPacket.ofText(keys));
              Keys about = Keys.of(in.rev(), in.members());
              member.keysShown(about);
              mail.send(id, others, keys, about);
              member.release(
                  in.history().stream().map(KeptMessage::ref).collect(Collectors.toSet()));
              return null;
            });
  }

  /** All but one. */
  static List<Member> others(List<Member> members, String userId) {
    return members.stream().filter(member -> !member.userId().equals(userId)).toList();
  }

  /** A member leaves at its wish: now, or while Redis is away, as soon as it is back. */
  Future<Void> leave(Membership member) {
    Seat seat = member.seat();
    return drop(seat, member.name(), false)
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException)) {
                return Future.failedFuture(failure);
              }
              outSoon(seat, member.name(), LostAnswers.mayBeTaken(failure));
              return Future.succeededFuture();
            });
  }

  private Future<Void> drop(Seat seat, @Nullable String leaver, boolean again) {
    return store.drop(seat, leaver, again, clock.millis()).map(out -> tell(seat, out));
  }

  /** The edge of a socket has died: the others are told. */
  Future<Void> dropOrphan(Seat seat) {
    return store.dropOrphan(seat, clock.millis()).map(out -> tell(seat, out));
  }

  private @Nullable Void tell(Seat seat, Dropped dropped) {
    String name = dropped.name();
    if (name != null) {
      StateLog.session(seat.sessionId()).log("a member is out of the chat");
      String id = seat.sessionId();
      String frame = ChatFrames.presence("user-left", seat.userId(), name, clock.millis());
      mail.send(id, dropped.members(), frame);
      String keys = ChatFrames.publicKeys(dropped.members(), null);
      mail.send(id, dropped.members(), keys, Keys.of(dropped.rev(), dropped.members()));
    }
    return null;
  }

  /** A socket has dropped: the others are told, once Redis is there. Never fails. */
  Future<Void> dropSoon(Seat seat) {
    return outSoon(seat, null, false);
  }

  private Future<Void> outSoon(Seat seat, @Nullable String leaver, boolean again) {
    onTheirWay.add(seat);
    Future<Void> left = drop(seat, leaver, again, MAX_RETRIES);
    leaving.add(left);
    departing.add(seat);
    left.onComplete(
        done -> {
          leaving.remove(left);
          departing.remove(seat);
          onTheirWay.remove(seat);
        });
    return left;
  }

  private Future<Void> drop(Seat seat, @Nullable String leaver, boolean again, int tries) {
    return drop(seat, leaver, again)
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException) || tries == 0) {
                log.atError()
                    .addKeyValue(LogKeys.SESSION, seat.sessionId())
                    .setCause(failure)
                    .log("the end of socket {} could not be told", seat.socketId());
                return Future.succeededFuture();
              }
              boolean perhaps = again || LostAnswers.mayBeTaken(failure);
              return vertx
                  .timer(RETRY_MILLIS)
                  .compose(
                      id ->
                          onTheirWay.contains(seat)
                              ? drop(seat, leaver, perhaps, tries - 1)
                              : Future.succeededFuture());
            });
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  Future<Void> settled() {
    return leaving.isEmpty()
        ? Future.succeededFuture()
        : Future.join(List.copyOf(leaving)).mapEmpty();
  }
}
