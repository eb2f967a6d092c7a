package dev.switchboard.signaling.edge;

import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * What a feature of one edge sends the same feature of another besides frames. Each feature has a
 * sealed type of its own and one {@link Codec} for it.
 */
public interface EdgeNote {
  /** The name of the feature, as its codec has it. */
  String feature();

  /**
   * True if its sender takes another way where it does not arrive within some seconds: it is of no
   * use after that.
   */
  default boolean isUrgent() {
    return false;
  }

  /** True if its frame is of no use after one that was sent later, as without a note. */
  default boolean isOrdered() {
    return false;
  }

  /** True if it ends its endpoint, which nothing is meant for after it. */
  default boolean isLast() {
    return false;
  }

  /**
   * How the notes of a feature cross nodes: as JSON, since few of them do.
   *
   * @param feature names the codec, the same on every node
   */
  record Codec<N extends EdgeNote>(
      String feature,
      Class<N> type,
      Function<N, JsonObject> writer,
      Function<JsonObject, N> reader) {

    String write(EdgeNote note) {
      return writer.apply(type.cast(note)).encode();
    }

    N read(String text) {
      return reader.apply(new JsonObject(text));
    }
  }
}
