package dev.switchboard.push.apns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.logging.LogLevel;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees what pushy does not report: which notification is on its way, whether anybody is at the
 * other end while an answer is awaited (else the connection is closed, which fails what waits on
 * it), and refusals that pushy loses: those without a body, and those whose last frame is empty.
 * What is under way on a connection is also what its {@link HeldClose} waits for.
 *
 * <p>Frames come on the client's event loop, questions on any thread.
 */
final class FrameWatch extends Http2FrameLogger {
  private static final long LOOK_MILLIS = 1_000;

  /** Two looks without a frame, the second after a ping. */
  private static final long ALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(3 * LOOK_MILLIS + 500);

  private static final int BODY_MAX = 4_096;
  private static final int REFUSED = 300;

  /** Pushy makes a new provider token for it and sends again, if it can read it. */
  static final String EXPIRED = "ExpiredProviderToken";

  /** A notification that is under way. */
  static final class Sent {
    /** What APNs answers: as pushy has it, or here if pushy would lose it. */
    final CompletableFuture<ApnsAnswer> answer = new CompletableFuture<>();

    private volatile boolean written;
    private volatile boolean over;

    /** True once it is on its way. */
    boolean isWritten() {
      return written;
    }
  }

  private static final class Stream {
    final @Nullable Sent sent;
    final StringBuilder body = new StringBuilder();
    @Nullable Http2Headers answer;
    int frames;

    Stream(@Nullable Sent sent) {
      this.sent = sent;
    }

    boolean isOver() {
      return sent == null || sent.over;
    }
  }

  private final class Connection {
    final Map<Integer, Stream> streams = new HashMap<>();
    final HeldClose close = new HeldClose(this::isIdle, () -> usable = false);
    boolean looking;
    boolean pinged;
    boolean received;
    boolean hung;

    /** True if nothing is under way that may still be answered. */
    private boolean isIdle() {
      streams.values().removeIf(Stream::isOver);
      return hung || streams.isEmpty();
    }
  }

  private final Map<String, Sent> expected = new ConcurrentHashMap<>();
  private final Map<Channel, Connection> connections = new HashMap<>();
  private volatile long receivedNanos = System.nanoTime() - ALIVE_NANOS;
  private volatile boolean usable;

  FrameWatch() {
    super(LogLevel.TRACE, FrameWatch.class);
  }

  /** To be asked before it is sent. */
  Sent expect(UUID apnsId) {
    Sent sent = new Sent();
    expected.put(apnsId.toString(), sent);
    return sent;
  }

  /** It has been answered or given up. */
  void forget(UUID apnsId, Sent sent) {
    sent.over = true;
    expected.remove(apnsId.toString(), sent);
  }

  /** True while frames come from the other end. */
  boolean isAlive() {
    return System.nanoTime() - receivedNanos < ALIVE_NANOS;
  }

  /** True while there is a connection that takes more, with somebody at the other end. */
  boolean isUsable() {
    return usable && isAlive();
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endStream) {
    Connection connection = connection(context);
    if (direction == Direction.OUTBOUND) {
      CharSequence id = headers.get("apns-id");
      Sent sent = id == null ? null : expected.get(id.toString());
      connection.streams.put(streamId, new Stream(sent));
      if (sent != null) {
        sent.written = true;
      }
      look(context, connection);
      return;
    }
    received(connection);
    Stream stream = connection.streams.get(streamId);
    if (stream != null) {
      stream.answer = headers;
      end(context, connection, streamId, stream, endStream);
    }
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream) {
    logHeaders(direction, context, streamId, headers, padding, endStream);
  }

  @Override
  public void logData(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      ByteBuf data,
      int padding,
      boolean endStream) {
    if (direction == Direction.INBOUND) {
      Connection connection = connection(context);
      received(connection);
      Stream stream = connection.streams.get(streamId);
      if (stream != null) {
        if (stream.body.length() < BODY_MAX) {
          stream.body.append(data.toString(StandardCharsets.UTF_8));
        }
        stream.frames++;
        end(context, connection, streamId, stream, endStream);
      }
    }
  }

  @Override
  public void logRstStream(
      Direction direction, ChannelHandlerContext context, int streamId, long errorCode) {
    Connection connection = connection(context);
    received(connection);
    connection.streams.remove(streamId);
    closeLater(context, connection);
  }

  @Override
  public void logPingAck(Direction direction, ChannelHandlerContext context, long data) {
    if (direction == Direction.INBOUND) {
      received(connection(context));
    }
  }

  @Override
  public void logGoAway(
      Direction direction,
      ChannelHandlerContext context,
      int lastStreamId,
      long errorCode,
      ByteBuf debugData) {
    if (direction == Direction.INBOUND) {
      received(connection(context));
      usable = false;
    }
  }

  private Connection connection(ChannelHandlerContext context) {
    return connections.computeIfAbsent(context.channel(), channel -> watched(context));
  }

  private Connection watched(ChannelHandlerContext context) {
    Channel channel = context.channel();
    Connection connection = new Connection();
    context.pipeline().addBefore(context.name(), null, connection.close);
    usable = true;
    channel
        .closeFuture()
        .addListener(
            closed -> {
              connections.remove(channel);
              connection.close.release();
              usable = connections.values().stream().anyMatch(other -> !other.close.isClosing());
            });
    return connection;
  }

  private void received(Connection connection) {
    receivedNanos = System.nanoTime();
    connection.received = true;
  }

  private static void end(
      ChannelHandlerContext context,
      Connection connection,
      int streamId,
      Stream stream,
      boolean endStream) {
    if (!endStream) {
      return;
    }
    connection.streams.remove(streamId);
    closeLater(context, connection);
    Http2Headers answer = stream.answer;
    if (answer != null && stream.sent != null) {
      if (ApnsAnswer.status(answer) >= REFUSED) {
        ApnsAnswer refusal = ApnsAnswer.refusal(answer, stream.body.toString());
        boolean sentAgain = stream.frames == 1 && EXPIRED.equals(refusal.reason());
        if (!sentAgain) {
          stream.sent.answer.complete(refusal);
        }
      }
    }
  }

  /** Pushy is to have the frame before. */
  private static void closeLater(ChannelHandlerContext context, Connection connection) {
    if (connection.close.isClosing()) {
      context.executor().execute(connection.close::closeIfIdle);
    }
  }

  /** While an answer is awaited: a ping when nothing comes, and the end if that changes nothing. */
  private void look(ChannelHandlerContext context, Connection connection) {
    if (connection.looking) {
      return;
    }
    connection.looking = true;
    connection.received = false;
    connection.pinged = false;
    again(context, connection);
  }

  private void again(ChannelHandlerContext context, Connection connection) {
    context
        .executor()
        .schedule(
            () -> {
              connection.close.closeIfIdle();
              if (connection.streams.isEmpty() || !context.channel().isActive()) {
                connection.looking = false;
              } else if (connection.pinged && !connection.received) {
                connection.hung = true;
                context.close();
              } else {
                ping(context, connection);
                again(context, connection);
              }
            },
            LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** By pushy, which pings on the event that the connection is idle, and expects the answer. */
  private static void ping(ChannelHandlerContext context, Connection connection) {
    connection.pinged = !connection.received;
    connection.received = false;
    if (connection.pinged) {
      context.pipeline().fireUserEventTriggered(IdleStateEvent.ALL_IDLE_STATE_EVENT);
    }
  }
}
