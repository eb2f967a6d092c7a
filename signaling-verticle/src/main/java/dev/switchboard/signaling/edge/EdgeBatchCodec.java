package dev.switchboard.signaling.edge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link EdgeBatch} crosses nodes, over the bus and through a mailbox. Within a process it
 * is passed as it is. Any thread.
 */
public final class EdgeBatchCodec implements MessageCodec<EdgeBatch, EdgeBatch> {
  /** The name under which every node registers it. */
  public static final String NAME = "edge-batch";

  private final Map<String, EdgeNote.Codec<?>> notes;

  /** A codec for messages with the notes of these features. */
  public EdgeBatchCodec(List<EdgeNote.Codec<?>> notes) {
    this.notes =
        notes.stream().collect(Collectors.toMap(EdgeNote.Codec::feature, Function.identity()));
  }

  @Override
  public void encodeToWire(Buffer buffer, EdgeBatch batch) {
    List<EdgeEnvelope> envelopes = batch.envelopes();
    appendText(buffer, envelopes.getFirst().channel());
    buffer.appendInt(envelopes.size());
    for (EdgeEnvelope envelope : envelopes) {
      buffer.appendLong(envelope.number());
      append(buffer, envelope.message());
    }
  }

  private void append(Buffer buffer, EdgeMessage message) {
    appendText(buffer, message.endpoint());
    appendText(buffer, message.frame());
    EdgeNote note = message.note();
    appendText(buffer, note == null ? null : note.feature());
    if (note != null) {
      appendText(buffer, codec(note.feature()).write(note));
    }
  }

  private EdgeNote.Codec<?> codec(String feature) {
    EdgeNote.Codec<?> codec = notes.get(feature);
    if (codec == null) {
      throw new IllegalArgumentException("no codec for notes of " + feature);
    }
    return codec;
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
  public EdgeBatch decodeFromWire(int position, Buffer buffer) {
    Reader in = new Reader(buffer, position);
    String channel = in.required();
    int size = in.size();
    List<EdgeEnvelope> envelopes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      envelopes.add(new EdgeEnvelope(channel, in.number(), message(in)));
    }
    return new EdgeBatch(envelopes);
  }

  private EdgeMessage message(Reader in) {
    String endpoint = in.required();
    String frame = in.text();
    String feature = in.text();
    EdgeNote note = feature == null ? null : codec(feature).read(in.required());
    return new EdgeMessage(endpoint, frame, note);
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
        throw new IllegalArgumentException("an envelope without its channel, endpoint or note");
      }
      return text;
    }

    int size() {
      int size = buffer.getInt(position);
      position += Integer.BYTES;
      return size;
    }

    long number() {
      long number = buffer.getLong(position);
      position += Long.BYTES;
      return number;
    }

    @Nullable String text() {
      int length = size();
      if (length < 0) {
        return null;
      }
      String text = buffer.getString(position, position + length);
      position += length;
      return text;
    }
  }

  @Override
  public EdgeBatch transform(EdgeBatch batch) {
    return batch;
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
