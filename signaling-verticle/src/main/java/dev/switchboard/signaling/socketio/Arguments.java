package dev.switchboard.signaling.socketio;

import io.vertx.core.json.JsonArray;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an event or of an acknowledgement. The packet has been checked as JSON; a value
 * is decoded only when it is asked for, so that a relay can pass text on as it came.
 */
public final class Arguments {
  private final String text;
  private final int[] bounds;
  private final int @Nullable [] members;
  private final int first;
  private final @Nullable JsonArray withAttachments;

  /**
   * {@code first} is the number of items before the arguments: 1 for an event, which has its name
   * there.
   */
  Arguments(
      String text, JsonScanner.Places places, int first, @Nullable JsonArray withAttachments) {
    this.text = text;
    this.bounds = places.bounds();
    this.members = first == 1 ? places.members() : null;
    this.first = first;
    this.withAttachments = withAttachments;
  }

  public int size() {
    return bounds.length / 2 - first;
  }

  /** The text that they stand in. */
  public String text() {
    return text;
  }

  /**
   * Where the members of an event's first argument stand in {@link #text}: of each the beginning of
   * its name, and beginning and end of its value. Null if that argument is no object.
   */
  public int @Nullable [] members() {
    return members;
  }

  /** The JSON text of an argument as the client wrote it; attachments are still placeholders. */
  public String raw(int index) {
    int item = 2 * (Objects.checkIndex(index, size()) + first);
    return text.substring(bounds[item], bounds[item + 1]);
  }

  /** True if an attachment stands anywhere in the arguments. */
  public boolean hasBinary() {
    return withAttachments != null;
  }

  /**
   * The argument decoded: {@code JsonObject}, {@code JsonArray}, string, number, boolean, {@code
   * Buffer} or null, attachments in their places; null where there is no such argument.
   */
  public @Nullable Object get(int index) {
    if (index < 0 || index >= size()) {
      return null;
    }
    return withAttachments == null
        ? JsonText.decode(raw(index))
        : withAttachments.getList().get(index + first);
  }
}
