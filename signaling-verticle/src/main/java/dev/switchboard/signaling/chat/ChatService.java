package dev.switchboard.signaling.chat;

import dev.switchboard.shared.log.StateLog;
import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.InDoubtWrites.Resolution;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.chat.ChatStore.Dropped;
import dev.switchboard.signaling.chat.ChatStore.Entry;
import dev.switchboard.signaling.chat.ChatStore.Joined;
import dev.switchboard.signaling.chat.ChatStore.Result;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.chat.Draft.KeptMessage;
import dev.switchboard.signaling.chat.JoinRule.Decision;
import dev.switchboard.signaling.chat.JoinRule.Found;
import dev.switchboard.signaling.chat.JoinRule.Loaded;
import dev.switchboard.signaling.chat.JoinRule.SessionAccess;
import dev.switchboard.signaling.chat.Membership.Keys;
import dev.switchboard.signaling.chat.PastEvents.Missed;
import dev.switchboard.signaling.edge.Departures;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.recovery.Progress;
import dev.switchboard.signaling.recovery.SavedChat;
import dev.switchboard.signaling.socketio.CloseReason;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.socketio.SocketIoSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Members come and go: decides, has it written, notifies those concerned. Belongs to the loop of
 * its edge.
 */
final class ChatService {
  private static final int TRIES = 8;
  private static final int LOOKS = 20;
  private static final long LOOK_MILLIS = 250;

  private final Vertx vertx;
  private final ChatStore store;
  private final MessageStore messages;
  private final ChatFanout fanout;
  private final Departures.Registry<Who> departing;
  private final InstantSource clock;
  private final InDoubtWrites<Seat> inDoubt;
  private final Departures<Seat> departures;

  /**
   * Makes one.
   *
   * @param departing the members whose sockets have ended, over all edges of the process
   */
  ChatService(
      EdgeContext context,
      ChatStore store,
      MessageStore messages,
      Departures.Registry<Who> departing) {
    this.vertx = context.vertx();
    this.store = store;
    this.messages = messages;
    this.fanout = new ChatFanout(context, messages, this::dropSoon);
    this.departing = departing;
    this.clock = context.clock();
    this.inDoubt = new InDoubtWrites<>(vertx);
    this.departures = new Departures<>(vertx, Seat::sessionId);
  }

  /** A member of a session, on whatever socket. */
  record Who(String sessionId, String userId) {
    static Who of(Seat seat) {
      return new Who(seat.sessionId(), seat.userId());
    }
  }

  ChatFanout fanout() {
    return fanout;
  }

  /**
   * What a client asks for when it joins.
   *
   * @param mode that its creator wants; null if it did not name one
   */
  record Wish(Entry entry, SessionAccess access, boolean creator, @Nullable ChatMode mode) {}

  /**
   * Enters a member. Fails with a {@link RefusedException}.
   *
   * @param doubt whether an earlier attempt is in doubt: it may be in already, with nobody notified
   */
  Future<Joined.In> enter(Wish wish, boolean doubt) {
    Seat seat = wish.entry().seat();
    // It has left while Redis was away, and joins again before that could be written.
    departures.cancel(seat);
    boolean unannounced = inDoubt.withdraw(seat) || doubt;
    return enter(wish, TRIES)
        .onFailure(
            failure -> {
              if (unannounced) {
                doubt(seat);
              }
            })
        .map(in -> unannounced ? in.unannounced() : in);
  }

  /**
   * Whether a socket came in is in doubt, and it was refused: unless it tries again, it is taken
   * out quietly.
   */
  void doubt(Seat seat) {
    inDoubt.resolve(seat, () -> takeOut(seat));
  }

  private Future<Resolution<Dropped>> takeOut(Seat seat) {
    return store
        .drop(seat, null, false, clock.millis())
        .map(
            out -> out.name() == null ? new Resolution.Pending<>() : new Resolution.Applied<>(out));
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
                      Future.failedFuture(new RefusedException(error));
                  case Joined.Conflict _ when tries > 0 -> enter(wish, tries - 1);
                  case Joined.Conflict _ ->
                      Future.failedFuture(new RefusedException(ChatError.STORE_UNAVAILABLE));
                });
  }

  /**
   * Enters a member again whose client was recovered. Fails with a {@link RefusedException}; the
   * key needs not be shown again, provided that the session is the same.
   */
  Future<Joined.In> enterAgain(Entry entry, SavedChat chat, boolean doubt) {
    departures.cancel(entry.seat());
    Found same = new Found(chat.nonce(), false, ChatMode.GROUP, "");
    return store
        .join(entry, same, new Decision.Enter(), clock.millis())
        .compose(
            joined ->
                switch (joined) {
                  case Joined.In in ->
                      Future.succeededFuture(
                          inDoubt.withdraw(entry.seat()) || doubt ? in.unannounced() : in);
                  case Joined.Refused(ChatError error) ->
                      Future.failedFuture(new RefusedException(error));
                  case Joined.Conflict _ ->
                      Future.failedFuture(new RefusedException(ChatError.SESSION_NOT_FOUND));
                });
  }

  /** True if another socket of this member has ended, and Redis does not know yet. */
  boolean isDeparting(Seat seat) {
    return departing.has(Who.of(seat));
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

  /** Sends everyone what a member that is in means for it. */
  Future<Void> welcome(SocketIoSocket socket, Membership member, Joined.In in) {
    announce(member, in);
    return showHistory(socket, member, in);
  }

  private Future<Void> showHistory(SocketIoSocket socket, Membership member, Joined.In in) {
    Seat seat = member.seat();
    return messages
        .history(seat.sessionId(), seat.userId(), KeptMessage.seenBy(seat.userId(), in.history()))
        .map(
            history -> {
              socket.send(history);
              socket.send(metadata(in));
              settle(socket, member, in);
              member.release(
                  in.history().stream().map(KeptMessage::ref).collect(Collectors.toSet()),
                  in.order());
              return null;
            });
  }

  /**
   * As {@link #welcome}, of a member whose client has what it had before: it gets what it has
   * missed instead of the history, unless not all of that is known any more.
   */
  Future<Void> welcomeBack(SocketIoSocket socket, Membership member, SavedChat chat, Joined.In in) {
    announce(member, in);
    return store
        .events(member.seat().sessionId())
        .compose(
            past -> {
              List<Missed> missed = past.since(chat.progress(), chat.userId());
              if (missed == null) {
                chat.progress(Progress.upTo(in.number()));
                return showHistory(socket, member, in);
              }
              return catchUp(member, in, missed.iterator())
                  .onSuccess(
                      done -> {
                        settle(socket, member, in);
                        member.releaseAfter(past.last(), in.order());
                      });
            });
  }

  private Future<Void> catchUp(Membership member, Joined.In in, Iterator<Missed> missed) {
    if (!missed.hasNext()) {
      return Future.succeededFuture();
    }
    Missed next = missed.next();
    return packet(member.seat().sessionId(), in, next)
        .compose(
            packet -> {
              if (packet != null) {
                member.send(packet, next.number());
              }
              if (next instanceof Missed.Message message) {
                member.has(message.kept().order());
              }
              return catchUp(member, in, missed);
            });
  }

  private Future<@Nullable EncodedPacket> packet(String id, Joined.In in, Missed missed) {
    return switch (missed) {
      case Missed.Frame(long number, String frame) ->
          Future.succeededFuture(EncodedPacket.ofText(frame));
      case Missed.SessionKeys keys -> Future.succeededFuture(metadata(in));
      case Missed.Message(long number, KeptMessage message, boolean own) ->
          own
              ? messages.receipt(id, message)
              : messages.delivery(id, message.ref(), message.pieces());
    };
  }

  private static EncodedPacket metadata(Joined.In in) {
    return EncodedPacket.ofText(ChatFrames.sessionMetadata(in.mode(), in.sessionKey()));
  }

  private void announce(Membership member, Joined.In in) {
    Seat seat = member.seat();
    String id = seat.sessionId();
    long now = clock.millis();
    List<Member> others = others(in.members(), seat.userId());
    StateLog.session(id).log("a member is in the chat");
    member.sentBefore(in.history());
    if (in.former() != null) {
      fanout.replace(in.former());
    }
    if (!in.there()) {
      String frame = ChatFrames.presence("user-joined", seat.userId(), member.name(), now);
      fanout.send(id, others, frame, in.asJoined());
    }
    if (in.keyChanged()) {
      String frame = ChatFrames.presence("key-changed", seat.userId(), null, now);
      fanout.send(id, others, frame, in.asChanged());
    }
  }

  /** The last of a welcome: everyone's public keys, for everyone. */
  private void settle(SocketIoSocket socket, Membership member, Joined.In in) {
    Seat seat = member.seat();
    String keys = ChatFrames.publicKeys(in.members(), null);
    socket.send(EncodedPacket.ofText(keys));
    Keys about = Keys.of(in.rev(), in.members());
    member.keysShown(about);
    fanout.send(seat.sessionId(), others(in.members(), seat.userId()), keys, about);
  }

  /** All but one. */
  static List<Member> others(List<Member> members, String userId) {
    return members.stream().filter(member -> !member.userId().equals(userId)).toList();
  }

  /** Closes the connection of a member that Redis does not know there: its client comes again. */
  void verify(Membership member) {
    if (!member.isIn()) {
      return; // Redis may not know it yet
    }
    store
        .touch(member.seat())
        .onSuccess(
            result -> {
              if (result.equals(new Result.Refused(ChatError.FORBIDDEN))) {
                member.socket().close(CloseReason.COME_AGAIN);
              }
            });
  }

  /** A member leaves at its wish: now, or once Redis is available. */
  Future<Void> leave(Membership member) {
    Seat seat = member.seat();
    return drop(seat, member.name(), false)
        .recover(
            failure -> {
              if (!(failure instanceof StoreUnavailableException)) {
                return Future.failedFuture(failure);
              }
              depart(seat, member.name(), InDoubtWrites.isInDoubt(failure));
              return Future.succeededFuture();
            });
  }

  private Future<Void> drop(Seat seat, @Nullable String leaver, boolean again) {
    return store.drop(seat, leaver, again, clock.millis()).map(out -> announce(seat, out));
  }

  /** The edge of a socket has died: the others are notified. */
  Future<Void> dropOrphan(Seat seat) {
    return store.dropOrphan(seat, clock.millis()).map(out -> announce(seat, out));
  }

  private @Nullable Void announce(Seat seat, Dropped dropped) {
    String name = dropped.name();
    if (name != null) {
      StateLog.session(seat.sessionId()).log("a member is out of the chat");
      String id = seat.sessionId();
      String frame = ChatFrames.presence("user-left", seat.userId(), name, clock.millis());
      fanout.send(id, dropped.members(), frame, dropped.number());
      String keys = ChatFrames.publicKeys(dropped.members(), null);
      fanout.send(id, dropped.members(), keys, Keys.of(dropped.rev(), dropped.members()));
    }
    return null;
  }

  /** A socket has dropped: the others are notified, once Redis is available. */
  void dropSoon(Seat seat) {
    depart(seat, null, false);
  }

  private void depart(Seat seat, @Nullable String leaver, boolean again) {
    Who who = Who.of(seat);
    departing.add(who);
    departures
        .depart(seat, doubt -> drop(seat, leaver, doubt), again)
        .onComplete(done -> departing.remove(who));
  }

  /** Completes when Redis knows of every socket that has ended so far. */
  Future<Void> settled() {
    return departures.settled();
  }
}
