package dev.switchboard.signaling.chat;

import dev.switchboard.shared.redis.StoreRetry;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.chat.ChatStore.Entry;
import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.edge.RefusedException;
import dev.switchboard.signaling.recovery.SavedChat;
import dev.switchboard.signaling.socketio.CloseReason;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes sockets that were recovered into their sessions again, as if they had joined. Belongs to
 * the loop of its edge.
 */
final class ChatRecovery {
  private static final Logger log = LoggerFactory.getLogger(ChatRecovery.class);

  private final String edge;
  private final ChatService service;
  private final StoreRetry retry;

  ChatRecovery(EdgeId edge, ChatService service, StoreRetry retry) {
    this.edge = edge.toString();
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
        .run(System.nanoTime(), doubt -> service.enterAgain(entry, chat, doubt))
        .compose(
            in -> {
              from.hasJoined();
              return service.welcomeBack(from.socket(), member, chat, in);
            })
        .recover(
            failure -> {
              lost(from, member, failure);
              return Future.succeededFuture();
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
    from.socket().close(CloseReason.NORMAL);
  }
}
