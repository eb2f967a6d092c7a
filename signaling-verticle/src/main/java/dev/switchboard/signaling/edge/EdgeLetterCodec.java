package dev.switchboard.signaling.edge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How an {@link EdgeLetter} crosses nodes. In one process it is passed as it is. */
public final class EdgeLetterCodec implements MessageCodec<EdgeLetter, EdgeLetter> {
  /** The name under which every node registers it. */
  public static final String NAME = "edge-letter";

  @Override
  public void encodeToWire(Buffer buffer, EdgeLetter letter) {
    appendText(buffer, letter.lane());
    buffer.appendLong(letter.number());
    EdgeMessage message = letter.message();
    appendText(buffer, message.kind().name());
    appendText(buffer, message.socketId());
    appendText(buffer, message.frame());
    JsonObject note = message.note();
    appendText(buffer, note == null ? null : note.encode());
  }

  private static void appendText(Buffer buffer, @Nullable String text) {
    if (text == null) {
      buffer.appendInt(-1);
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      buffer.appendInt(bytes.length).appendBytes(bytes);
    }
  }

  @Override
  public EdgeLetter decodeFromWire(int position, Buffer buffer) {
    Reader in = new Reader(buffer, position);
    String lane = in.required();
    long number = in.number();
    EdgeMessage.Kind kind = EdgeMessage.Kind.valueOf(in.required());
    String socketId = in.required();
    String frame = in.text();
    String note = in.text();
    return new EdgeLetter(
        lane,
        number,
        new EdgeMessage(socketId, kind, frame, note == null ? null : new JsonObject(note)));
  }

  private static final class Reader {
    private final Buffer buffer;
    private int position;

    Reader(Buffer buffer, int position) {
      this.buffer = buffer;
      this.position = position;
    }

    String required() {
      String text = text();
      if (text == null) {
        throw new IllegalArgumentException("a letter without its lane, kind or socket");
      }
      return text;
    }

    long number() {
      long number = buffer.getLong(position);
      position += Long.BYTES;
      return number;
    }

    @Nullable String text() {
      int length = buffer.getInt(position);
      position += Integer.BYTES;
      if (length < 0) {
        return null;
      }
      String text = buffer.getString(position, position + length);
      position += length;
      return text;
    }
  }

  @Override
  public EdgeLetter transform(EdgeLetter letter) {
    return letter;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
