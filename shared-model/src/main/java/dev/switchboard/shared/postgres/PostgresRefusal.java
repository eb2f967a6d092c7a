package dev.switchboard.shared.postgres;

import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Postgres, or a pooler before it, refuses (PostgreSQL documentation, appendix "Error Codes"):
 * the one place that has its codes. Each is as good as Postgres being away, until it is over.
 */
enum PostgresRefusal {
  /** A standby, or a database that is set to be read only. */
  READ_ONLY("is read-only: name the primary, and a database that may be written"),
  /** A role that lacks rights. */
  NO_RIGHTS(
      "does not let its user make tables: GRANT CREATE ON SCHEMA public TO that user, or name a"
          + " schema of its own by ?search_path=NAME"),
  /** A role, password or database that is not let in, or a demand for TLS. */
  NOT_LET_IN("does not let in: user, password, database and sslmode must be its own"),
  /** What a pooler does not pass on to the server. */
  NOT_PASSED_ON(
      "is behind a pooler that refuses what the URL asks for: leave it out, or name the database"
          + " itself"),
  /** A lack of room, connections or health, or a start. */
  NOT_NOW("is not ready");

  private final String problem;

  PostgresRefusal(String problem) {
    this.problem = problem;
  }

  /** What is wrong and what would be right, to follow the name of the database. */
  String problem() {
    return problem;
  }

  /** True if no waiting mends it. */
  boolean isPermanent() {
    return this != NOT_NOW;
  }

  /** The refusal that a failure, or one of its causes, is. */
  static Optional<PostgresRefusal> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Optional<PostgresRefusal> found =
          switch (cause) {
            case PgException e -> of(e.getSqlState(), e.getErrorMessage());
            case SQLException e -> of(e.getSQLState(), e.getMessage());
            default -> Optional.empty();
          };
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<PostgresRefusal> of(@Nullable String state, @Nullable String message) {
    if (state == null) {
      return Optional.empty();
    }
    return switch (state) {
      case "25006" -> Optional.of(READ_ONLY);
      case "42501" -> Optional.of(NO_RIGHTS);
      // No such database, or what a client makes of a server that asks for a password or for TLS.
      case "3D000", "08004" -> Optional.of(NOT_LET_IN);
      case "08P01" -> Optional.of(ofPgBouncer(String.valueOf(message)));
      default -> ofClass(state.length() < 2 ? "" : state.substring(0, 2));
    };
  }

  /** It has one state for everything, servers that are away included. */
  private static PostgresRefusal ofPgBouncer(String message) {
    if (message.contains("unsupported startup parameter")) {
      return NOT_PASSED_ON;
    }
    return message.contains("authentication failed") || message.contains("no such database")
        ? NOT_LET_IN
        : NOT_NOW;
  }

  private static Optional<PostgresRefusal> ofClass(String kind) {
    return switch (kind) {
      case "28" -> Optional.of(NOT_LET_IN);
      // Connection, resources, operators, the system.
      case "08", "53", "57", "58" -> Optional.of(NOT_NOW);
      default -> Optional.empty();
    };
  }
}
