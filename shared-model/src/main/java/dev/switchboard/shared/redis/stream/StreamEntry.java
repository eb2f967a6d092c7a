package dev.switchboard.shared.redis.stream;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One entry of a Redis stream.
 *
 * @param id {@code <milliseconds>-<sequence>}, given by Redis
 */
public record StreamEntry(String id, Map<String, String> fields) {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

  /** A field that has content. */
  public Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name)).filter(value -> !value.isEmpty());
  }

  /** A field that is a whole number; empty also for one that is none. */
  public Optional<Long> number(String name) {
    return field(name).filter(value -> NUMBER.matcher(value).matches()).map(Long::parseLong);
  }

  /** When Redis took it, in milliseconds since the epoch. */
  public long addedAt() {
    return Long.parseLong(id.substring(0, id.indexOf('-')));
  }
}
