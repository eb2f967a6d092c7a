package dev.switchboard.push.apns;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Holds the close of a connection back until what is under way there has been answered. Pushy
 * closes at once when APNs takes no more, or when its provider token has expired: what is under way
 * would be sent twice.
 *
 * <p>Belongs to the event loop of its connection.
 */
final class HeldClose extends ChannelOutboundHandlerAdapter {
  private final BooleanSupplier nothingUnderWay;
  private final Runnable asked;
  private final List<Runnable> held = new ArrayList<>();
  private boolean closing;

  /**
   * One for a connection that is open.
   *
   * @param asked run when the connection is to be closed, held back or not
   */
  HeldClose(BooleanSupplier nothingUnderWay, Runnable asked) {
    this.nothingUnderWay = nothingUnderWay;
    this.asked = asked;
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    closing = true;
    asked.run();
    held.add(() -> context.close(promise));
    closeIfIdle();
  }

  /** True once the connection is to be closed: it takes nothing new. */
  boolean isClosing() {
    return closing;
  }

  /** Closes it if that was asked for and nothing is under way. */
  void closeIfIdle() {
    if (nothingUnderWay.getAsBoolean()) {
      release();
    }
  }

  /** Lets go of what is held back; done also when the other end was first to close. */
  void release() {
    List<Runnable> now = List.copyOf(held);
    held.clear();
    now.forEach(Runnable::run);
  }
}
