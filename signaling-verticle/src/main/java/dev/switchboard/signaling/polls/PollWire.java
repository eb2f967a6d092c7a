package dev.switchboard.signaling.polls;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * How questions and answers are written to the bus. Reading throws {@link
 * IndexOutOfBoundsException} or {@link IllegalArgumentException} for what was not written here.
 */
final class PollWire {
  /** A body is carried in parts of at most this many bytes, so that it holds up nothing else. */
  static final int PART_BYTES = 128 * 1024;

  private PollWire() {}

  static Buffer write(PollQuestion question) {
    Buffer out = Buffer.buffer(question.body().length() + 160);
    appendText(out, question.kind().name());
    appendText(out, question.sid());
    appendText(out, question.pollId());
    return out.appendInt(question.offset())
        .appendByte((byte) (question.last() ? 1 : 0))
        .appendBuffer(question.body());
  }

  static PollQuestion question(Buffer in) {
    PollQuestion.Kind kind = PollQuestion.Kind.valueOf(textAt(in, 0));
    int at = after(in, 0);
    String sid = textAt(in, at);
    at = after(in, at);
    String pollId = textAt(in, at);
    at = after(in, at);
    int offset = in.getInt(at);
    boolean last = in.getByte(at + Integer.BYTES) == 1;
    Buffer body = in.getBuffer(at + Integer.BYTES + 1, in.length());
    return new PollQuestion(kind, sid, pollId, offset, last, body);
  }

  static Buffer write(PollAnswer answer) {
    Buffer out = Buffer.buffer(answer.body().length() + 80);
    out.appendShort((short) answer.status()).appendInt(answer.total());
    out.appendByte((byte) answer.headers().size());
    answer
        .headers()
        .forEach(
            (name, value) -> {
              appendText(out, name);
              appendText(out, value);
            });
    return out.appendBuffer(answer.body());
  }

  static PollAnswer answer(Buffer in) {
    int status = in.getShort(0);
    int total = in.getInt(Short.BYTES);
    int count = in.getByte(Short.BYTES + Integer.BYTES);
    int at = Short.BYTES + Integer.BYTES + 1;
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String name = textAt(in, at);
      at = after(in, at);
      headers.put(name, textAt(in, at));
      at = after(in, at);
    }
    return new PollAnswer(status, Map.copyOf(headers), total, in.getBuffer(at, in.length()));
  }

  private static void appendText(Buffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.appendShort((short) bytes.length).appendBytes(bytes);
  }

  private static String textAt(Buffer in, int at) {
    return in.getString(at + Short.BYTES, after(in, at), StandardCharsets.UTF_8.name());
  }

  private static int after(Buffer in, int at) {
    return at + Short.BYTES + in.getUnsignedShort(at);
  }
}
