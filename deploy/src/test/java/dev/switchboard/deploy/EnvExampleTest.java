package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.auth.JwtSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.AllowedOrigins;
import dev.switchboard.shared.redis.RedisSettings;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.TestNode;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EnvExampleTest {
  /** Read before there are settings: where to find the others. */
  private static final Map<String, String> SOURCES = Map.of("CONFIG_FILE", "");

  /** Another name for a setting, which the comment beside it gives. */
  private static final Map<String, String> ALIASES = Map.of("NODE_ENV", "", "CLIENT_URL", "");

  @Test
  void listsEverySettingWithItsDefault() throws IOException {
    assertThat(listed()).isEqualTo(known());
  }

  private static Map<String, String> listed() throws IOException {
    Path file = Path.of("..", ".env.example");
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      if (line.matches("#?[A-Z][A-Z0-9_]*=.*")) {
        String entry = line.startsWith("#") ? line.substring(1) : line;
        int equals = entry.indexOf('=');
        listed.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return listed;
  }

  /** What makes coturn's configuration of the same file reads, some of it as this program does. */
  private static Map<String, String> relay() throws IOException {
    Pattern read = Pattern.compile("^setting ([A-Z_]+) (\\S+)$");
    Map<String, String> relay = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "turn", "configure"))) {
      Matcher setting = read.matcher(line);
      if (setting.matches()) {
        relay.put(setting.group(1), setting.group(2).replace("''", ""));
      }
    }
    return relay;
  }

  /** What a start with nothing set reads; the node supplies what a start must have. */
  private static Map<String, String> known() throws IOException {
    try (TestNode node = TestNode.start()) {
      Settings settings = node.node().settings();
      ProcessSettings process = ProcessSettings.from(settings);
      Logs.configure(settings);
      JwtSettings.from(settings);
      AllowedOrigins.from(settings);
      Tracing.from(settings, "node");
      RedisSettings.from(settings);
      Await.await(StoreCheck.check(settings));
      new BackEnds(Map.of()).supply(settings);
      for (Role role : Roles.make(process.roles(), node.node())) {
        Await.await(role.start().eventually(role::stop).recover(e -> Future.succeededFuture()));
      }
      Map<String, String> known = new TreeMap<>(settings.known());
      known.putAll(SOURCES);
      relay().forEach(known::putIfAbsent);
      known.keySet().removeAll(ALIASES.keySet());
      return known;
    }
  }
}
