package dev.switchboard.signaling.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames that a client sends (RFC 6455 section 5) and puts messages together from them,
 * bounded in size and with UTF-8 checked. A frame is refused by its header, before anything of it
 * is gathered. Belongs to the event loop of its connection, and begins to read with {@link
 * #resume}.
 */
final class FrameReader {
  /** Takes what was read, in order. After a fault or a Close frame nothing follows. */
  interface Sink {
    /** The largest message that may come now, in bytes. */
    int maxMessageBytes();

    void text(String message);

    void binary(Buffer message);

    /** The first {@code length} bytes are to go back; they are the reader's after the call. */
    void ping(byte[] bytes, int length);

    void pong();

    /**
     * A Close frame.
     *
     * @param code what to answer it with
     */
    void closing(int code);

    void fault(Fault fault);
  }

  private static final int CONTINUATION = 0x0;
  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xa;
  private static final int CONTROL = 0x8;

  private static final int FINAL = 0x80;
  private static final int RESERVED = 0x70;
  private static final int OPCODE = 0x0f;
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7f;
  private static final int TWO_BYTES_FOLLOW = 126;
  private static final int EIGHT_BYTES_FOLLOW = 127;
  private static final int MAX_CONTROL_BYTES = 125;
  private static final int MASK_BYTES = 4;
  private static final int NORMAL = 1000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Payloads up to this size are unmasked where the thread has unmasked all before. */
  private static final int SCRATCH_BYTES = 16 * 1024;

  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[SCRATCH_BYTES];
        }
      };

  private final Sink sink;
  private @Nullable ByteBuf held;
  private @Nullable ByteArrayOutputStream gathered;
  private boolean text;
  private boolean paused = true;
  private boolean reading;
  private boolean done;

  FrameReader(Sink sink) {
    this.sink = sink;
  }

  /** Reads on in what has come. The bytes belong to the reader from now on. */
  void read(ByteBufAllocator allocator, ByteBuf bytes) {
    ByteBuf before = held;
    held = null;
    read(
        before == null
            ? bytes
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, bytes));
  }

  private void read(ByteBuf in) {
    reading = true;
    try {
      while (!paused && !done && frame(in)) {
        // The sink has it.
      }
    } finally {
      reading = false;
      if (done || !in.isReadable()) {
        in.release();
      } else {
        held = in;
      }
    }
  }

  /** Gives the sink nothing more until {@link #resume}. */
  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    ByteBuf waiting = held;
    if (waiting != null && !reading) {
      held = null;
      read(waiting);
    }
  }

  boolean isPaused() {
    return paused;
  }

  /** The connection has ended: what waits is dropped. */
  void stop() {
    done = true;
    if (held != null && !reading) {
      held.release();
      held = null;
    }
  }

  /** Reads a frame; false where more of it has to come first, or nothing can be read any more. */
  private boolean frame(ByteBuf in) {
    int at = in.readerIndex();
    int available = in.readableBytes();
    if (available < 2) {
      return false;
    }
    int first = in.getUnsignedByte(at);
    int second = in.getUnsignedByte(at + 1);
    if (isMalformed(first, second)) {
      return refuse(Fault.MALFORMED);
    }
    int headerBytes = headerBytes(second);
    if (available < headerBytes) {
      return false;
    }
    long length =
        switch (headerBytes) {
          case 2 -> second & LENGTH;
          case 4 -> in.getUnsignedShort(at + 2);
          default -> in.getLong(at + 2);
        };
    if (!isShortest(headerBytes, length)) {
      return refuse(Fault.MALFORMED);
    }
    if (length < 0 || (isData(first) && length > sink.maxMessageBytes() - gatheredBytes())) {
      return refuse(Fault.TOO_LARGE);
    }
    if (available < headerBytes + MASK_BYTES + length) {
      return false;
    }
    int mask = in.getInt(at + headerBytes);
    byte[] payload = length <= SCRATCH_BYTES ? SCRATCH.get() : new byte[(int) length];
    in.readerIndex(at + headerBytes + MASK_BYTES).readBytes(payload, 0, (int) length);
    unmask(payload, (int) length, mask);
    taken(first, payload, (int) length);
    return !done;
  }

  private boolean isMalformed(int first, int second) {
    int opcode = first & OPCODE;
    boolean last = (first & FINAL) != 0;
    // No extension is ever agreed on that would give the reserved bits a meaning.
    if ((second & MASKED) == 0 || (first & RESERVED) != 0) {
      return true;
    }
    if (!isData(first)) {
      return opcode > PONG || !last || (second & LENGTH) > MAX_CONTROL_BYTES;
    }
    boolean continues = opcode == CONTINUATION;
    return opcode > BINARY || continues != (gathered != null);
  }

  private static boolean isData(int first) {
    return (first & CONTROL) == 0;
  }

  private static int headerBytes(int second) {
    return switch (second & LENGTH) {
      case TWO_BYTES_FOLLOW -> 4;
      case EIGHT_BYTES_FOLLOW -> 10;
      default -> 2;
    };
  }

  private static boolean isShortest(int headerBytes, long length) {
    return switch (headerBytes) {
      case 4 -> length >= TWO_BYTES_FOLLOW;
      case 10 -> length < 0 || length > 0xffff;
      default -> true;
    };
  }

  private int gatheredBytes() {
    return gathered == null ? 0 : gathered.size();
  }

  private static void unmask(byte[] bytes, int length, int mask) {
    long twice = ((long) mask << Integer.SIZE) | Integer.toUnsignedLong(mask);
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
    }
    for (; at < length; at++) {
      bytes[at] ^= (byte) (mask >>> ((MASK_BYTES - 1 - at % MASK_BYTES) * Byte.SIZE));
    }
  }

  private boolean refuse(Fault fault) {
    done = true;
    gathered = null;
    sink.fault(fault);
    return false;
  }

  private void taken(int first, byte[] payload, int length) {
    switch (first & OPCODE) {
      case CLOSE -> closing(payload, length);
      case PING -> sink.ping(payload, length);
      case PONG -> sink.pong();
      default -> data(first, payload, length);
    }
  }

  private void data(int first, byte[] payload, int length) {
    boolean last = (first & FINAL) != 0;
    ByteArrayOutputStream parts = gathered;
    if (parts == null) {
      text = (first & OPCODE) == TEXT;
      if (last) {
        message(payload, length);
        return;
      }
      parts = new ByteArrayOutputStream();
      gathered = parts;
    }
    parts.write(payload, 0, length);
    if (last) {
      gathered = null;
      message(parts.toByteArray(), parts.size());
    }
  }

  private void message(byte[] bytes, int length) {
    if (!text) {
      sink.binary(Buffer.buffer(Arrays.copyOf(bytes, length)));
      return;
    }
    String message = Utf8.decode(bytes, length);
    if (message == null) {
      refuse(Fault.NOT_UTF8);
    } else {
      sink.text(message);
    }
  }

  private void closing(byte[] payload, int length) {
    if (length == 0) {
      done = true;
      sink.closing(NORMAL);
      return;
    }
    int code = length == 1 ? 0 : ((payload[0] & 0xff) << Byte.SIZE) | (payload[1] & 0xff);
    if (!WebSocketCloseStatus.isValidStatusCode(code)) {
      refuse(Fault.MALFORMED);
    } else if (Utf8.decode(Arrays.copyOfRange(payload, 2, length), length - 2) == null) {
      refuse(Fault.NOT_UTF8);
    } else {
      done = true;
      sink.closing(code);
    }
  }
}
