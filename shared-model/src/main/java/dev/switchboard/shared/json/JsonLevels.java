package dev.switchboard.shared.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.jackson.DatabindCodec;
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

  private static final JsonFactory PARSERS =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(OF_CLIENTS).build())
          .build();

  private JsonLevels() {}

  /**
   * The value that a client's text is, as {@code Buffer.toJsonValue} has it. Throws {@link
   * DecodeException} if it is no JSON, or has more levels than {@link #OF_CLIENTS}.
   */
  public static @Nullable Object decodeOfClient(Buffer text) {
    try (JsonParser parser = PARSERS.createParser(text.getBytes())) {
      return DatabindCodec.fromParser(parser, Object.class);
    } catch (IOException e) {
      throw new DecodeException("Failed to decode: " + e.getMessage(), e);
    }
  }
}
