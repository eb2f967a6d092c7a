package dev.switchboard.deploy;

import dev.switchboard.shared.postgres.Postgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One set of secrets for the processes of a development cluster, each of which has made its own in
 * its data folder: those of the first are kept in the database that all share. Else a token of one
 * process would be worth nothing to another.
 */
final class ClusterSecrets {
  private static final Logger log = LoggerFactory.getLogger(ClusterSecrets.class);

  // A schema of its own: migrations refuse one that is not empty.
  private static final String TABLE =
      """
      SELECT pg_advisory_xact_lock(hashtext('switchboard_development'));
      CREATE SCHEMA IF NOT EXISTS switchboard_development;
      CREATE TABLE IF NOT EXISTS switchboard_development.secrets (
        name text PRIMARY KEY, value text NOT NULL)
      """;
  private static final String OFFER =
      "INSERT INTO switchboard_development.secrets VALUES (?, ?) ON CONFLICT DO NOTHING";
  private static final String READ = "SELECT name, value FROM switchboard_development.secrets";

  private ClusterSecrets() {}

  /**
   * What counts for the names in {@code own}: the values of the process that came first; {@code
   * own} while the database is away. Blocks.
   */
  static Map<String, String> agree(String url, Map<String, String> own) {
    try (Connection connection = Postgres.connect(url)) {
      connection.setAutoCommit(false);
      Map<String, String> agreed = agree(connection, own);
      connection.commit();
      return agreed;
    } catch (SQLException e) {
      log.warn("the secrets of this process are its own: {}", e.getMessage());
      return own;
    }
  }

  private static Map<String, String> agree(Connection connection, Map<String, String> own)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        PreparedStatement offer = connection.prepareStatement(OFFER)) {
      statement.execute(TABLE);
      for (Map.Entry<String, String> secret : own.entrySet()) {
        offer.setString(1, secret.getKey());
        offer.setString(2, secret.getValue());
        offer.executeUpdate();
      }
      Map<String, String> agreed = new HashMap<>();
      ResultSet rows = statement.executeQuery(READ);
      while (rows.next()) {
        if (own.containsKey(rows.getString(1))) {
          agreed.put(rows.getString(1), rows.getString(2));
        }
      }
      return agreed;
    }
  }
}
