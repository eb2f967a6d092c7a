package dev.switchboard.shared.postgres;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.StoreUrl;
import io.vertx.pgclient.PgConnectOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code DATABASE_URL}, read once for both clients: the pool's, and the migrations' by JDBC. What
 * follows the question mark means what it does to libpq (PostgreSQL documentation, section
 * "Connection URIs"), with the names that other clients have for a search path.
 */
final class DatabaseUrl {
  static final String SETTING = "DATABASE_URL";

  private static final Logger log = LoggerFactory.getLogger(DatabaseUrl.class);
  private static final String FORM = "postgresql://user:password@host:5432/database";
  private static final int DEFAULT_PORT = 5432;
  private static final int CONNECT_SECONDS = 2;

  /** What others wish for, or what holds here anyway. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "connect_timeout",
          "keepalives",
          "keepalives_idle",
          "keepalives_interval",
          "keepalives_count",
          "target_session_attrs",
          "gssencmode",
          "channel_binding",
          "sslsni",
          "sslcompression",
          "fallback_application_name",
          "connection_limit",
          "pool_timeout",
          "uselibpqcompat",
          "client_encoding",
          "sslmode",
          "sslrootcert",
          "sslcert",
          "sslkey");

  /** Of the server, for each of a connection's sessions. */
  private static final Set<String> OF_THE_SESSION =
      Set.of(
          "application_name",
          "options",
          "statement_timeout",
          "lock_timeout",
          "idle_in_transaction_session_timeout");

  private static final List<String> SEARCH_PATHS =
      List.of("search_path", "currentSchema", "schema");
  private static final Pattern PATH_OPTION =
      Pattern.compile("(?:-c\\s*|--)search_path\\s*=\\s*((?:\\\\.|[^\\s\\\\])+)");
  private static final Pattern SCHEMA = Pattern.compile("\\s*\"?([^\",$]+?)\"?\\s*(?:,.*)?");

  private final StoreUrl url;
  private final DatabaseTls tls;

  private DatabaseUrl(StoreUrl url, DatabaseTls tls) {
    this.url = url;
    this.tls = tls;
  }

  /** Reads it; throws {@link BadSettingException}, which shows no credentials. */
  static DatabaseUrl parse(String text) {
    StoreUrl url = StoreUrl.parse(SETTING, text, List.of("postgresql", "postgres"), FORM);
    for (String name : url.query().keySet()) {
      if (name.startsWith("ssl") && !WITHOUT_EFFECT.contains(name)) {
        throw new BadSettingException(
            SETTING, "'" + name + "' is not one of sslmode, sslrootcert, sslcert, sslkey");
      }
    }
    url.parameter("target_session_attrs")
        .filter(wanted -> !Set.of("any", "read-write", "primary").contains(wanted))
        .ifPresent(
            wanted -> {
              throw new BadSettingException(
                  SETTING,
                  "target_session_attrs '" + wanted + "' must be read-write: it is written to");
            });
    return new DatabaseUrl(url, DatabaseTls.from(url));
  }

  /** Tells of parameters that nothing knows. */
  void warnOfUnknown() {
    List<String> unknown =
        url.query().keySet().stream()
            .filter(name -> !WITHOUT_EFFECT.contains(name) && !OF_THE_SESSION.contains(name))
            .filter(name -> !SEARCH_PATHS.contains(name) && !name.equals("pgbouncer"))
            .toList();
    if (!unknown.isEmpty()) {
      log.warn("{}: without effect: {}", SETTING, String.join(", ", unknown));
    }
  }

  String host() {
    return url.host().isEmpty() ? "localhost" : url.host();
  }

  private int port() {
    return url.port() == 0 ? DEFAULT_PORT : url.port();
  }

  private String user() {
    return url.user().orElseGet(() -> System.getProperty("user.name", "postgres"));
  }

  private String database() {
    return url.path().isEmpty() ? user() : url.path();
  }

  /** True if it says itself that connections are shared: {@code pgbouncer=true}. */
  boolean saysPooled() {
    return url.parameter("pgbouncer").filter("true"::equalsIgnoreCase).isPresent();
  }

  /** The schemas that unqualified names are looked for in, as the server takes them. */
  Optional<String> searchPath() {
    return SEARCH_PATHS.stream().map(url::parameter).flatMap(Optional::stream).findFirst();
  }

  /** The first schema of the search path, which the tables belong into. */
  Optional<String> schema() {
    return Stream.concat(searchPath().stream(), pathInOptions().stream())
        .map(SCHEMA::matcher)
        .filter(Matcher::matches)
        .map(path -> path.group(1))
        .findFirst();
  }

  private Optional<String> pathInOptions() {
    return url.parameter("options")
        .map(PATH_OPTION::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1).replaceAll("\\\\(.)", "$1"));
  }

  /** For the pool's connections. */
  PgConnectOptions connectOptions() {
    Map<String, String> session = new LinkedHashMap<>();
    // No more than this: PgBouncer lets nobody in who asks for what it does not know.
    session.put("client_encoding", "utf8");
    session.put("DateStyle", "ISO");
    session.put("application_name", "switchboard");
    OF_THE_SESSION.forEach(name -> url.parameter(name).ifPresent(v -> session.put(name, v)));
    searchPath().ifPresent(path -> session.put("search_path", path));
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(host())
            .setPort(port())
            .setUser(user())
            .setPassword(url.password().orElse(""))
            .setDatabase(database());
    options.setProperties(session).setReconnectAttempts(0);
    return tls.apply(options);
  }

  /**
   * For JDBC, where each query is planned anew: a statement kept may be another server's.
   *
   * @param answerSeconds how long each answer may take, those to a connect among them; 0 for ever
   */
  DataSource dataSource(int answerSeconds) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {host()});
    source.setPortNumbers(new int[] {port()});
    source.setDatabaseName(database());
    source.setUser(user());
    url.password().ifPresent(source::setPassword);
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(answerSeconds);
    source.setPrepareThreshold(0);
    source.setApplicationName(url.parameter("application_name").orElse("switchboard"));
    url.parameter("options").ifPresent(source::setOptions);
    searchPath().ifPresent(source::setCurrentSchema);
    tls.apply(source);
    return source;
  }

  /** Where it is, without credentials. */
  @Override
  public String toString() {
    return url.toString();
  }
}
