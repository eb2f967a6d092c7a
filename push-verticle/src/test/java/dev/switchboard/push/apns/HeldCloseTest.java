package dev.switchboard.push.apns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeldCloseTest {
  private final AtomicBoolean idle = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  private final HeldClose close = new HeldClose(idle::get, asked::incrementAndGet);
  private final EmbeddedChannel channel = new EmbeddedChannel(close);

  @Test
  void aConnectionWithNothingUnderWayIsClosedAtOnce() {
    idle.set(true);
    assertThat(channel.close().isSuccess()).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aCloseWaitsForWhatIsUnderWay() {
    ChannelFuture closed = channel.close();
    assertThat(close.isClosing()).isTrue();
    assertThat(asked).hasValue(1);
    close.closeIfIdle();
    assertThat(closed.isDone()).isFalse();
    assertThat(channel.isOpen()).isTrue();

    idle.set(true);
    close.closeIfIdle();
    assertThat(closed.isSuccess()).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoeverAskedIsAnsweredAlsoIfTheOtherEndWasFirst() {
    ChannelFuture first = channel.close();
    ChannelFuture second = channel.close();
    close.release();

    assertThat(first.isSuccess()).isTrue();
    assertThat(second.isSuccess()).isTrue();
  }

  @Test
  void aConnectionThatIsIdleStaysOpenUntilItIsClosed() {
    idle.set(true);
    close.closeIfIdle();

    assertThat(close.isClosing()).isFalse();
    assertThat(channel.isOpen()).isTrue();
  }
}
