package dev.switchboard.shared.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  private static PgConnectOptions read(String url) {
    return DatabaseUrl.parse(url).connectOptions();
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://u:p@h/d,u,p,h,5432,d",
    "postgres://u:p@h:1/d,u,p,h,1,d",
    "postgresql://u:a+b$&=!'*;@h/d,u,a+b$&=!'*;,h,5432,d",
    "postgresql://u:%2B%24%26%3D%25%23%40%3A%2F@h/d,u,+$&=%#@:/,h,5432,d",
    "postgresql://u%40corp:a@b@h/d,u@corp,a@b,h,5432,d",
    "postgresql://u:50%@my_db:2/d_1,u,50%,my_db,2,d_1",
    "postgresql://u@[::1]:3/d,u,'',::1,3,d",
    "postgresql://u:p@h,u,p,h,5432,u",
  })
  void urlIsTakenAsItIsWritten(
      String url, String user, String password, String host, int port, String database) {
    PgConnectOptions options = read(url);
    assertThat(options.getUser()).isEqualTo(user);
    assertThat(options.getPassword()).isEqualTo(password);
    assertThat(options.getHost()).isEqualTo(host);
    assertThat(options.getPort()).isEqualTo(port);
    assertThat(options.getDatabase()).isEqualTo(database);
  }

  @ParameterizedTest
  @EnumSource(SslMode.class)
  void everyModeOfLibpqIsKnown(SslMode mode) {
    PgConnectOptions options = read("postgresql://u:p@h/d?sslmode=" + mode.value);
    assertThat(options.getSslMode()).isEqualTo(mode);
    assertThat(options.getSslOptions()).isNotNull();
  }

  @Test
  void modeIsPreferWhereNoneIsNamed() {
    assertThat(read("postgresql://u:p@h/d").getSslMode()).isEqualTo(SslMode.PREFER);
    assertThat(read("postgresql://u:p@h/d?sslrootcert=system").getSslMode())
        .isEqualTo(SslMode.VERIFY_FULL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "search_path=app|app",
        "search_path=app,public|app",
        "currentSchema=%22App%22|App",
        "schema=app|app",
        "options=-c%20search_path%3Dapp|app",
        "options=-csearch_path%3Dapp%5C,public%20-c%20lock_timeout%3D1s|app",
        "options=--search_path%3Dapp|app",
      })
  void schemaIsTheFirstOfTheSearchPath(String query, String schema) {
    assertThat(DatabaseUrl.parse("postgresql://u:p@h/d?" + query).schema()).contains(schema);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sslmode=require", "search_path=%22$user%22", "options=-c%20x%3D1"})
  void noSchemaIsNamedByOthers(String query) {
    assertThat(DatabaseUrl.parse("postgresql://u:p@h/d?" + query).schema()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://u:hush@h/d",
        "postgresql://u:hush@h:port/d",
        "postgresql://u:hush@h:70000/d",
        "postgresql://u:hush@a,b/d",
        "postgresql://u:hush@a:1,b:2/d",
        "postgresql://u:hu/sh@h/d",
        "postgresql://u:hush@h/d?sslmode=on",
        "postgresql://u:hush@h/d?sslmod=require",
        "postgresql://u:hush@h/d?sslmode=require&sslrootcert=system",
        "postgresql://u:hush@h/d?sslmode=verify-ca&sslrootcert=/nowhere.pem",
        "postgresql://u:hush@h/d?sslcert=/etc/hosts",
        "postgresql://u:hush@h/d?target_session_attrs=standby",
        "hush",
      })
  void badOneIsRefusedWithoutItsPassword(String url) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("DATABASE_URL: ")
        .hasMessageNotContaining("hush")
        .hasMessageNotContaining("hu/sh");
  }

  @Test
  void fileWithoutCertificatesIsNoRoot(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), "hello");
    assertThatThrownBy(() -> read("postgresql://u@h/d?sslmode=require&sslrootcert=" + file))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("DATABASE_URL: ")
        .hasMessageContaining("ca.pem");
  }
}
