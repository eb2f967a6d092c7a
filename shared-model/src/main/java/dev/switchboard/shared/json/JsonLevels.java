package dev.switchboard.shared.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How many objects and lists may stand one in another. Reading and writing recurse, so what is too
 * deep would overflow a stack, perhaps on another node, long after it was accepted.
 */
public final class JsonLevels {
  /** The most in a text of a client: apps send fewer than ten. */
  public static final int OF_CLIENTS = 64;

  /**
   * The most in what is read of Redis, of other nodes, and of the answers of services: there a
   * client's text may stand within ours.
   */
  public static final int INSIDE = OF_CLIENTS + 16;

  private static final JsonFactory CLIENTS = parsers(OF_CLIENTS).build();

  /** Comments are skipped, as Vert.x does. */
  private static final JsonFactory OTHERS =
      parsers(INSIDE).enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

  private JsonLevels() {}

  private static JsonFactoryBuilder parsers(int levels) {
    return new JsonFactoryBuilder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(levels).build());
  }

  /**
   * The value that a client's text is, as {@code Buffer.toJsonValue} has it. Throws {@link
   * DecodeException} if it is no JSON, or has more levels than {@link #OF_CLIENTS}.
   */
  public static @Nullable Object decodeOfClient(Buffer text) {
    return JacksonCodec.fromParser(parser(CLIENTS, text), Object.class);
  }

  /** A parser of a text of our own, or of a service. */
  static JsonParser parser(String text) {
    try {
      return OTHERS.createParser(text);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** A parser of a text of our own, or of a service. */
  static JsonParser parser(Buffer text) {
    return parser(OTHERS, text);
  }

  private static JsonParser parser(JsonFactory parsers, Buffer text) {
    try {
      return parsers.createParser(text.getBytes());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static DecodeException unreadable(IOException e) {
    return new DecodeException("Failed to decode: " + e.getMessage(), e);
  }
}
