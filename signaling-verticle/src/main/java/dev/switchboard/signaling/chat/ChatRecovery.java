package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.StoreRetry;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.chat.ChatStore.Entry;
import dev.switchboard.signaling.chat.ChatStore.Joined;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.recovery.SavedChat;
import dev.switchboard.signaling.socketio.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes sockets that were recovered into their sessions again, as if they had joined. Belongs to
 * the loop of its edge.
 */
final class ChatRecovery {
  private static final Logger log = LoggerFactory.getLogger(ChatRecovery.class);

  /** By then a former connection that had come in after this one has been taken out. */
  private static final long LOOK_MILLIS = 2_000;

  private final Vertx vertx;
  private final String edge;
  private final ChatService service;
  private final StoreRetry retry;

  ChatRecovery(EdgeContext context, ChatService service, StoreRetry retry) {
    this.vertx = context.vertx();
    this.edge = context.id().toString();
    this.service = service;
    this.retry = retry;
  }

  /** Takes one into a session; never fails. One that can't be is told as of any session lost. */
  Future<Void> recover(ChatSocket from, SavedChat chat) {
    if (!from.socket().isConnected()) {
      return Future.succeededFuture();
    }
    Seat seat = new Seat(chat.sessionId(), chat.userId(), from.socket().id(), edge);
    Entry entry = new Entry(seat, chat.name(), null, from.tokenUser());
    Membership member = from.newcomer(seat, chat.name());
    member.saved(chat);
    from.add(member);
    return retry
        .run(System.nanoTime(), doubt -> enter(from, entry, chat, doubt))
        .compose(
            in -> {
              from.hasJoined();
              return service.welcomeBack(from.socket(), member, chat, in);
            })
        .onSuccess(in -> verifyLater(from, member))
        .recover(
            failure -> {
              lost(from, member, failure);
              return Future.succeededFuture();
            });
  }

  /** A connection that has ended meanwhile must not take the seat from one that has come after. */
  private Future<Joined.In> enter(ChatSocket from, Entry entry, SavedChat chat, boolean doubt) {
    if (from.socket().isConnected()) {
      return service.enterAgain(entry, chat, doubt);
    }
    if (doubt) {
      service.doubt(entry.seat());
    }
    return Future.failedFuture(new RefusedException(ChatError.FORBIDDEN));
  }

  /** It may have come in before a former connection whose end then took it out. */
  private void verifyLater(ChatSocket from, Membership member) {
    vertx.setTimer(
        LOOK_MILLIS,
        now -> {
          if (member.equals(from.member(member.seat().sessionId()))) {
            service.verify(member);
          }
        });
  }

  private void lost(ChatSocket from, Membership member, Throwable failure) {
    if (failure instanceof RefusedException refused && refused.error() instanceof ChatError error) {
      from.remove(member);
      from.send(ChatFrames.error(error));
      return;
    }
    if (!(failure instanceof StoreUnavailableException)) {
      log.error("a member could not be taken in again", failure);
    }
    // Its client comes again, and finds what is kept as it was; its seat is given up with it.
    from.socket().close(CloseReason.COME_AGAIN);
  }
}
