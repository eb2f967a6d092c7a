package dev.switchboard.push.tokens;

import dev.switchboard.push.devices.ApnsEnvironment;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@code push_tokens} as what they stand for. Pure. */
final class DeviceRows {
  private DeviceRows() {}

  static List<ReachField> fields(RowSet<Row> rows) {
    List<ReachField> fields = new ArrayList<>();
    for (Row row : rows) {
      fields.add(
          ReachField.of(
              row.getString("user_id"),
              row.getString("type"),
              row.getString("app"),
              row.getString("device_id"),
              row.getUUID("id")));
    }
    return fields;
  }

  static DeviceToken token(Row row) {
    return new DeviceToken(
        row.getUUID("id"),
        row.getString("user_id"),
        TokenType.of(row.getString("type")).orElseThrow(),
        row.getString("token"),
        row.getString("kind"),
        row.getString("device_id"),
        row.getString("platform"),
        row.getBoolean("active"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant(),
        subscription(row),
        instant(row, "quarantined_until"),
        row.getString("app"),
        environment(row));
  }

  private static @Nullable ApnsEnvironment environment(Row row) {
    String name = row.getString("environment");
    return name == null ? null : ApnsEnvironment.of(name).orElse(null);
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  private static DeviceToken.@Nullable Subscription subscription(Row row) {
    String p256dh = row.getString("p256dh");
    return p256dh == null
        ? null
        : new DeviceToken.Subscription(p256dh, row.getString("auth"), row.getString("vapid_key"));
  }
}
