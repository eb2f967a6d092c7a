package dev.switchboard.shared.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The migrations of this version, as the build counted them. A database that has had just these
 * needs no Flyway, whose 600 classes and look-ups are a tenth of the processor time of a start.
 */
final class BundledMigrations {
  private static final String VERSIONS = "/db/versions";

  private BundledMigrations() {}

  /**
   * True if the history of a schema has each of them, with its checksum, and nothing else. Blocks.
   *
   * @param schema that has a history
   */
  static boolean areIn(Connection connection, String schema) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String table = statement.enquoteIdentifier(schema, true) + ".flyway_schema_history";
      Map<String, Integer> had = new HashMap<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT version, checksum, success FROM " + table + " WHERE version IS NOT NULL")) {
        while (row.next()) {
          if (!row.getBoolean(3)) {
            return false;
          }
          had.put(row.getString(1), row.getInt(2));
        }
      }
      return had.equals(read());
    }
  }

  private static Map<String, Integer> read() {
    InputStream versions =
        Objects.requireNonNull(BundledMigrations.class.getResourceAsStream(VERSIONS));
    try (var lines =
        new BufferedReader(new InputStreamReader(versions, StandardCharsets.US_ASCII))) {
      Map<String, Integer> checksums = new HashMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int blank = line.indexOf(' ');
        checksums.put(line.substring(0, blank), Integer.valueOf(line.substring(blank + 1)));
      }
      return checksums;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
