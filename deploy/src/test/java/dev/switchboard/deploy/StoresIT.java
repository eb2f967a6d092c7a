package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.OwnPostgres;
import dev.switchboard.shared.testing.OwnRedis;
import dev.switchboard.shared.testing.PgBouncer;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestCertificates;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process and stores as hosts offer them: what it takes, what it refuses, what turns bad later.
 */
class StoresIT {
  private static final int BAD_SETTING = 2;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Map<String, String> settings(Map<String, String> stores) {
    Map<String, String> settings = TestSettings.with(stores);
    settings.put("RATE_ROOMS_PER_HOUR", "0");
    settings.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    return settings;
  }

  /** What is told before the refusal is no part of it. */
  private static Map<String, String> quiet(Map<String, String> settings) {
    settings.put("LOG_LEVEL", "error");
    return settings;
  }

  private static void assertRefused(String name, String words, Map<String, String> stores) {
    SwitchboardProcess.Ended ended = SwitchboardProcess.startInVain(quiet(settings(stores)));
    assertThat(ended.lines())
        .singleElement()
        .asString()
        .startsWith(name + ": '")
        .contains(words)
        .doesNotContain("hush");
    assertThat(ended.code()).isEqualTo(BAD_SETTING);
  }

  private static String status(URI url) {
    return Nodes.json(url, "/health").getString("status");
  }

  private static int ready(URI url) {
    return Nodes.status(url, "/health/ready");
  }

  @Test
  void redisByTlsServesAndAStrangerDoesNot(@TempDir Path folder) {
    TestCertificates made = new TestCertificates(folder);
    made.certificate("server", "DNS:localhost");
    String authority = made.authority().toString();
    try (OwnRedis redis = OwnRedis.startWithTls(made, "server")) {
      String port = Integer.toString(redis.port());
      String url = "rediss://localhost:" + port;
      Map<String, String> both =
          Map.of("REDIS_URL", url, "CHAT_REDIS_URL", url, "REDIS_CA_PATH", authority);
      try (var server = SwitchboardProcess.start(settings(both))) {
        assertThat(status(server.url())).isEqualTo("ok");
      }
      assertRefused("REDIS_URL", "REDIS_CA_PATH", Map.of("REDIS_URL", url));
      assertRefused("CHAT_REDIS_URL", "REDIS_CA_PATH", Map.of("CHAT_REDIS_URL", url));
      assertRefused("REDIS_URL", "rediss://", Map.of("REDIS_URL", url.replace("rediss", "redis")));
      assertRefused(
          "REDIS_HOST",
          "127.0.0.1",
          Map.of(
              "REDIS_HOST",
              "127.0.0.1",
              "REDIS_PORT",
              port,
              "REDIS_TLS",
              "on",
              "REDIS_CA_PATH",
              authority));
    }
    assertRefused(
        "REDIS_URL", "TLS", Map.of("REDIS_URL", RealRedis.url().replace("redis:", "rediss:")));
  }

  @Test
  void redisThatCanNotServeIsOneLine() {
    try (OwnRedis redis = OwnRedis.start();
        OwnRedis replica = OwnRedis.start("--replicaof", "127.0.0.1", "" + redis.port());
        OwnRedis cluster =
            OwnRedis.start(
                "--cluster-enabled", "yes", "--cluster-port", "" + RealRedis.freePort())) {
      redis.ask("ACL SETUSER app on >hush ~* &* +@all -@scripting");
      assertRefused("REDIS_URL", "Cluster", Map.of("REDIS_URL", cluster.url()));
      assertRefused("CHAT_REDIS_URL", "Cluster", Map.of("CHAT_REDIS_URL", cluster.url() + "/1"));
      assertRefused("REDIS_URL", "database", Map.of("REDIS_URL", redis.url() + "/99"));
      assertRefused("REDIS_URL", "replica", Map.of("REDIS_URL", replica.url()));
      String user = redis.url().replace("redis://", "redis://app:hush@");
      assertRefused("REDIS_URL", "scripts", Map.of("REDIS_URL", user));
      redis.ask("ACL SETUSER stream on >hush ~* &* +@all -xreadgroup");
      assertRefused("REDIS_URL", "XREADGROUP", Map.of("REDIS_URL", user.replace("app", "stream")));
      assertRefused("REDIS_URL", "password", Map.of("REDIS_URL", user.replace("app", "eve")));
    }
  }

  @Test
  void redisWhoseUserLosesACommandOrItsPasswordIsNotReadyUntilItHasItAgain() {
    try (OwnRedis redis = OwnRedis.start()) {
      redis.ask("ACL SETUSER app on >hush ~* &* +@all");
      String user = redis.url().replace("redis://", "redis://app:hush@");
      try (var server = SwitchboardProcess.start(settings(Map.of("REDIS_URL", user)))) {
        redis.ask("ACL SETUSER app -xreadgroup");
        Await.until(() -> ready(server.url()) == 503, 30);
        assertThat(server.log()).contains("Redis does not serve: NOPERM");
        redis.ask("ACL SETUSER app +xreadgroup");
        Await.until(() -> ready(server.url()) == 200, 30);
        redis.ask("ACL SETUSER app resetpass >other");
        redis.ask("CLIENT KILL TYPE normal SKIPME yes");
        Await.until(() -> server.log().contains("Redis is away: WRONGPASS"), 30);
        redis.ask("ACL SETUSER app >hush");
        Await.until(() -> ready(server.url()) == 200, 30);
      }
    }
  }

  @Test
  void fullRedisIsToldByHealthAndErrorsUntilThereIsRoom() {
    try (OwnRedis redis = OwnRedis.start();
        var server = SwitchboardProcess.start(settings(Map.of("REDIS_URL", redis.url())))) {
      URI url = server.url();
      String token = Nodes.json(url, "/dev/token?userId=ann").getString("token");
      try (StockClient ann = StockClient.connected(url, token, "ann", "phone", "websocket")) {
        redis.ask("CONFIG SET maxmemory 1");
        Await.until(() -> ready(url) == 503, 30);
        assertThat(status(url)).isEqualTo("degraded");
        JsonObject call = new JsonObject().put("calleeId", "bob").put("callType", "audio");
        assertThat(ann.ask("call_initiate", call).encode()).contains("E503");
        redis.ask("CONFIG SET maxmemory 0");
        Await.until(() -> ready(url) == 200, 30);
        assertThat(ann.ask("call_initiate", call).encode()).doesNotContain("E503");
      }
      assertThat(status(url)).isEqualTo("ok");
    }
  }

  @Test
  void chatsRedisThatIsFullDegradesAndLeavesCallsAlone() {
    try (OwnRedis redis = OwnRedis.start();
        var server = SwitchboardProcess.start(settings(Map.of("CHAT_REDIS_URL", redis.url())))) {
      redis.ask("CONFIG SET maxmemory 1");
      Await.until(() -> status(server.url()).equals("degraded"), 30);
      assertThat(ready(server.url())).isEqualTo(200);
      redis.ask("CONFIG SET maxmemory 0");
      Await.until(() -> status(server.url()).equals("ok"), 30);
    }
  }

  @Test
  void redisWithoutAnAppendOnlyFileMayBeTrustedInProduction() {
    try (OwnRedis redis = OwnRedis.start("--appendonly", "no")) {
      Map<String, String> production = new HashMap<>();
      production.put("APP_ENV", "production");
      production.put("CORS_ORIGIN", "https://app.example");
      production.put("REDIS_URL", redis.url());
      SwitchboardProcess.Ended refused =
          SwitchboardProcess.startInVain(quiet(settings(production)));
      assertThat(refused.lines())
          .singleElement()
          .asString()
          .startsWith("REDIS_URL: ")
          .contains("REDIS_DURABILITY=trust");
      production.put("REDIS_DURABILITY", "trust");
      try (var server = SwitchboardProcess.start(settings(production))) {
        assertThat(server.log()).doesNotContain("may lose data");
      }
    }
  }

  @Test
  void databaseThatCanNotServeIsOneLine() {
    try (OwnPostgres server = OwnPostgres.start()) {
      server.withDatabase("rights", "postgres").withDatabase("standby", "app");
      server.withDatabase("foreign_tables", "app");
      server.execute("foreign_tables", "CREATE TABLE rooms (id int)");
      server.execute("postgres", "ALTER DATABASE standby SET default_transaction_read_only = on");
      server.execute("postgres", "ALTER ROLE plain PASSWORD 'hush'");
      assertRefused("DATABASE_URL", "CREATE", Map.of("DATABASE_URL", server.url("app", "rights")));
      assertRefused(
          "DATABASE_URL", "read-only", Map.of("DATABASE_URL", server.url("app", "standby")));
      assertRefused(
          "DATABASE_URL",
          "tables of others",
          Map.of("DATABASE_URL", server.url("app", "foreign_tables")));
      assertRefused(
          "DATABASE_URL",
          "SSL",
          Map.of("DATABASE_URL", server.url("app", "rights") + "?sslmode=require"));
      String own = server.url("app", "foreign_tables") + "?search_path=ours";
      try (var started = SwitchboardProcess.start(settings(Map.of("DATABASE_URL", own)))) {
        assertThat(Nodes.status(started.url(), "/api/rooms?roomid=none")).isEqualTo(404);
      }
    }
  }

  @Test
  void databaseThatBecomesReadOnlyIs503UntilItIsNotAnyMore() {
    try (OwnPostgres server = OwnPostgres.start().withDatabase("d", "app");
        var started =
            SwitchboardProcess.start(
                settings(Map.of("DATABASE_URL", server.url("app", "d"), "ROLES", "rooms")))) {
      URI url = started.url();
      server.execute("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
      server.execute("postgres", "SELECT pg_reload_conf()");
      Await.until(() -> ready(url) == 503, 30);
      assertThat(status(url)).isEqualTo("degraded");
      assertThat(makeRoom(url, "a")).isEqualTo(503);
      server.execute("postgres", "ALTER SYSTEM RESET default_transaction_read_only");
      server.execute("postgres", "SELECT pg_reload_conf()");
      Await.until(() -> ready(url) == 200, 30);
      assertThat(makeRoom(url, "b")).isEqualTo(201);
    }
  }

  private static int makeRoom(URI url, String joinId) {
    JsonObject room =
        new JsonObject().put("joinid", joinId).put("client1", "ann").put("expiresInSeconds", 300);
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/api/rooms"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(room.encode()))
            .build();
    return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.discarding()).join().statusCode();
  }

  @Test
  void everythingRunsThroughAPoolerThatSharesConnections() {
    try (OwnPostgres server = OwnPostgres.start().withDatabase("d", "postgres");
        PgBouncer pooler = new PgBouncer(server.port());
        var started = SwitchboardProcess.start(settings(Map.of("DATABASE_URL", pooler.url("d"))))) {
      URI url = started.url();
      for (int i = 0; i < 9; i++) {
        assertThat(makeRoom(url, "c" + i)).isEqualTo(201);
        assertThat(Nodes.status(url, "/api/rooms?roomid=none" + i)).isEqualTo(404);
      }
      assertThat(status(url)).isEqualTo("ok");
    }
  }

  /** As a compose file names them; the machine's own names are replaced for the one process. */
  @Test
  void namesWithUnderscoresAreFound(@TempDir Path folder) throws Exception {
    Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost my_redis my_db\n");
    Map<String, String> stores =
        Map.of(
            "REDIS_URL", RealRedis.url().replace("127.0.0.1", "my_redis"),
            "CHAT_REDIS_URL", RealRedis.url().replace("127.0.0.1", "my_redis"),
            "DATABASE_URL", RealPostgres.newDatabase().replace("127.0.0.1", "my_db"));
    List<String> launcher =
        List.of(
            "unshare",
            "-rm",
            "sh",
            "-c",
            "mount --bind " + hosts + " /etc/hosts && exec \"$@\"",
            "sh");
    try (var server = SwitchboardProcess.launch(settings(stores), "localhost", launcher)) {
      server.awaitReady();
      assertThat(status(server.url())).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"staging", "preview"})
  void unknownNodeEnvSuppliesNothing(String name) {
    SwitchboardProcess.Ended ended =
        SwitchboardProcess.startInVain(
            Map.of("NODE_ENV", name, "CORS_ORIGIN", "https://app.example"));
    assertThat(ended.lines()).singleElement().asString().startsWith("REDIS_URL: ");
    assertThat(ended.code()).isEqualTo(BAD_SETTING);
  }
}
