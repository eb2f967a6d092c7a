package dev.switchboard.signaling.socketio;

import io.vertx.core.json.JsonArray;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Arguments that stay text until they are asked for, except that attachments are in place already.
 */
final class PacketArguments implements Arguments {
  private final String text;
  private final int[] bounds;
  private final int first;
  private final @Nullable JsonArray withAttachments;

  /**
   * {@code first} is the number of items before the arguments: 1 for an event, which has its name
   * there.
   */
  PacketArguments(String text, int[] bounds, int first, @Nullable JsonArray withAttachments) {
    this.text = text;
    this.bounds = bounds;
    this.first = first;
    this.withAttachments = withAttachments;
  }

  @Override
  public int size() {
    return bounds.length / 2 - first;
  }

  @Override
  public String raw(int index) {
    int item = 2 * (Objects.checkIndex(index, size()) + first);
    return text.substring(bounds[item], bounds[item + 1]);
  }

  @Override
  public boolean hasBinary() {
    return withAttachments != null;
  }

  @Override
  public @Nullable Object get(int index) {
    if (index < 0 || index >= size()) {
      return null;
    }
    return withAttachments == null
        ? JsonText.decode(raw(index))
        : withAttachments.getList().get(index + first);
  }
}
