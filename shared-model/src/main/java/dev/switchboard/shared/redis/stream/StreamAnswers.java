package dev.switchboard.shared.redis.stream;

import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what Redis answers about streams, in RESP2 and RESP3. */
public final class StreamAnswers {
  private StreamAnswers() {}

  /** The entries that XREADGROUP answers for one stream; none when the wait ran out. */
  static List<StreamEntry> read(String stream, @Nullable Response answer) {
    if (answer == null || answer.size() == 0) {
      return List.of();
    }
    // RESP3 answers a map by stream, RESP2 a list of [stream, entries]
    Response entries = answer.isMap() ? answer.get(stream) : answer.get(0).get(1);
    return entries(entries);
  }

  /**
   * The entries of a list; those deleted while pending, which Redis 6.2 answers as nil, are left
   * out.
   */
  public static List<StreamEntry> entries(@Nullable Response list) {
    List<StreamEntry> entries = new ArrayList<>();
    if (list != null) {
      for (Response entry : list) {
        if (entry != null && entry.size() == 2 && entry.get(1) != null) {
          entries.add(new StreamEntry(entry.get(0).toString(), fields(entry.get(1))));
        }
      }
    }
    return entries;
  }

  private static Map<String, String> fields(Response flat) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
    }
    return fields;
  }
}
