package dev.switchboard.signaling.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebSocketChannelTest {
  private static final int MOST = 100_000;
  private static final String TEXT_HI = "81026869";

  private final List<String> heard = new ArrayList<>();
  private Vertx vertx;
  private EmbeddedChannel channel;
  private WebSocketChannel webSocket;

  private final class Heard implements WebSocketChannel.Listener {
    @Override
    public int maxMessageBytes() {
      return MOST;
    }

    @Override
    public void text(String message) {
      heard.add(message);
      assertThat(Vertx.currentContext()).isNotNull();
    }

    @Override
    public void binary(Buffer message) {
      heard.add(ByteBufUtil.hexDump(message.getBytes()));
    }

    @Override
    public void pong() {
      heard.add("pong");
    }

    @Override
    public void refused(Fault fault) {
      heard.add(fault.name());
    }

    @Override
    public void closed() {
      heard.add("closed");
    }
  }

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    channel = new EmbeddedChannel();
    webSocket =
        new WebSocketChannel(
            channel,
            (ContextInternal) vertx.getOrCreateContext(),
            new LoopFlusher(channel.eventLoop()));
    channel.pipeline().addLast(webSocket);
  }

  @AfterEach
  void close() throws Exception {
    channel.finishAndReleaseAll();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private void start() {
    webSocket.start(new Heard());
  }

  /** A frame masked with zeros. */
  private static ByteBuf frame(int first, byte[] payload) {
    ByteBuf frame = Unpooled.buffer().writeByte(first).writeByte(0x80 | payload.length);
    return frame.writeInt(0).writeBytes(payload);
  }

  private static ByteBuf text(String text) {
    return frame(0x81, text.getBytes(UTF_8));
  }

  /** What has left since the last look, write by write. */
  private List<String> left() {
    List<String> writes = new ArrayList<>();
    channel.runPendingTasks();
    for (ByteBuf write = channel.readOutbound(); write != null; write = channel.readOutbound()) {
      writes.add(ByteBufUtil.hexDump(write));
      write.release();
    }
    return writes;
  }

  @Test
  void whatComesBeforeItIsStartedIsKept() {
    channel.writeInbound(text("a"), text("b"));
    assertThat(heard).isEmpty();
    assertThat(channel.config().isAutoRead()).isFalse();
    start();
    assertThat(heard).containsExactly("a", "b");
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aReaderThatWaitsReadsNoFurther() {
    start();
    webSocket.reading(false);
    assertThat(channel.config().isAutoRead()).as("a system call that may not be needed").isTrue();
    channel.writeInbound(text("a"));
    assertThat(channel.config().isAutoRead()).isFalse();
    assertThat(heard).isEmpty();
    webSocket.reading(true);
    assertThat(heard).containsExactly("a");
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void whatOneTurnSendsLeavesAsOne() {
    start();
    webSocket.send("hi");
    webSocket.send(Buffer.buffer("b"));
    webSocket.send(WebSocketChannel.frame("hi"));
    assertThat(webSocket.bytesWaiting()).isEqualTo(11);
    assertThat(left()).containsExactly(TEXT_HI + "820162" + TEXT_HI);
    assertThat(webSocket.bytesWaiting()).isZero();
  }

  @Test
  void whatIsLargeIsNotCopiedAndKeepsItsPlace() {
    start();
    Buffer large = Buffer.buffer("x".repeat(40_000));
    webSocket.send("hi");
    webSocket.send(large);
    webSocket.send("hi");
    String payload = "78".repeat(40_000);
    assertThat(left()).containsExactly(TEXT_HI + "827e9c40", payload, TEXT_HI);
    webSocket.send("x".repeat(40_000));
    assertThat(String.join("", left())).isEqualTo("817e9c40" + payload);
    assertThat(large.length()).as("still the caller's").isEqualTo(40_000);
  }

  @Test
  void aPingIsAnsweredWithItsBytes() {
    start();
    channel.writeInbound(frame(0x89, new byte[] {1, 2}));
    assertThat(left()).containsExactly("8a020102");
    channel.writeInbound(frame(0x8a, new byte[0]));
    assertThat(heard).containsExactly("pong");
  }

  @Test
  void aClientThatReadsNothingGetsNoPongs() {
    start();
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    channel.writeInbound(frame(0x89, new byte[] {1}));
    assertThat(left()).isEmpty();
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    channel.writeInbound(frame(0x89, new byte[] {2}));
    assertThat(left()).containsExactly("8a0102");
  }

  @Test
  void theClientsCloseIsAnsweredAndEndsTheConnection() {
    start();
    channel.writeInbound(frame(0x88, new byte[] {0x03, (byte) 0xe9}), text("late"));
    assertThat(left().getFirst()).isEqualTo("880203e9");
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("closed");
  }

  @Test
  void ourCloseFollowsWhatWaitsAndHearsNoMoreButTheClients() {
    start();
    webSocket.send("hi");
    webSocket.close(1012);
    assertThat(String.join("", left())).isEqualTo(TEXT_HI + "880203f4");
    channel.writeInbound(text("late"));
    assertThat(channel.isOpen()).isTrue();
    channel.writeInbound(frame(0x88, new byte[] {0x03, (byte) 0xf4}));
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).containsExactly("closed");
  }

  @Test
  void aClientThatDoesNotCloseIsCutOff() {
    start();
    webSocket.reading(false);
    channel.writeInbound(text("unread"));
    webSocket.close(1000);
    assertThat(channel.config().isAutoRead()).as("its Close frame is to be seen").isTrue();
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aBrokenRuleIsToldOnceAndNothingAfterIt() {
    start();
    channel.writeInbound(frame(0xf1, new byte[0]), text("late"));
    assertThat(heard).containsExactly("MALFORMED");
  }

  @Test
  void theServersShutdownClosesWhatIsStillOpen() {
    start();
    channel.pipeline().fireUserEventTriggered(new ShutdownEvent(1, TimeUnit.SECONDS));
    assertThat(left()).containsExactly("880203e9");
  }

  @Test
  void whoStartsTooLateHearsOfTheEnd() {
    channel.close();
    start();
    assertThat(heard).containsExactly("closed");
  }
}
