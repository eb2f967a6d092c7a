package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {
  private static RedisOptions read(Map<String, String> values) {
    return RedisSettings.from(Settings.of(values));
  }

  @Test
  void defaultsAreALocalOneThatIsNotNamed() {
    assertThat(read(Map.of()).getEndpoints()).containsExactly("redis://127.0.0.1:6379");
    assertThat(read(Map.of()).getType()).isEqualTo(RedisClientType.STANDALONE);
    assertThat(RedisSettings.present(Settings.of(Map.of()))).isFalse();
  }

  @Test
  void hostPortAndPasswordMakeOne() {
    Map<String, String> values =
        Map.of("REDIS_HOST", "cache", "REDIS_PORT", "6380", "REDIS_PASSWORD", "hush");
    assertThat(read(values).getEndpoints()).containsExactly("redis://cache:6380");
    assertThat(read(values).getPassword()).isEqualTo("hush");
    assertThat(RedisSettings.present(Settings.of(values))).isTrue();
  }

  @Test
  void portAloneNamesTheOneOfThisMachine() {
    Map<String, String> values = Map.of("REDIS_PORT", "6380");
    assertThat(RedisSettings.present(Settings.of(values))).isTrue();
    assertThat(read(values).getEndpoints()).containsExactly("redis://127.0.0.1:6380");
  }

  @ParameterizedTest
  @CsvSource({"REDIS_PORT,6379", "REDIS_PASSWORD,hush"})
  void whatAComposeFileOrTheExampleSetsNamesNone(String name, String value) {
    assertThat(RedisSettings.present(Settings.of(Map.of(name, value)))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"::1", "[::1]"})
  void hostMayBeAnIpv6Address(String host) {
    Map<String, String> values = Map.of("REDIS_HOST", host);
    assertThat(read(values).getEndpoints()).containsExactly("redis://[::1]:6379");
    assertThat(RedisSettings.identity(Settings.of(values))).isEqualTo("%5B%3A%3A1%5D%3A6379");
  }

  @Test
  void urlWinsOverHost() {
    Map<String, String> values = Map.of("REDIS_URL", "rediss://:p@r:1/2", "REDIS_HOST", "cache");
    assertThat(read(values).getEndpoints()).containsExactly("rediss://:p@r:1/2");
    assertThat(RedisSettings.identity(Settings.of(values))).contains("r").doesNotContain("p@");
  }

  @Test
  void sentinelsNameTheMaster() {
    RedisOptions options =
        read(Map.of("REDIS_MODE", "sentinel", "REDIS_NODES", "a:1, b:2", "REDIS_MASTER", "calls"));
    assertThat(options.getEndpoints()).containsExactly("redis://a:1", "redis://b:2");
    assertThat(options.getType()).isEqualTo(RedisClientType.SENTINEL);
    assertThat(options.getRole()).isEqualTo(RedisRole.MASTER);
    assertThat(options.getMasterName()).isEqualTo("calls");
  }

  @ParameterizedTest
  @CsvSource({
    "REDIS_URL,http://cache",
    "REDIS_URL,:hush",
    "REDIS_PORT,0",
    "REDIS_HOST,cache:6379",
    "REDIS_MODE,cluster",
  })
  void badValueIsNamed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(name + ": ")
        .hasMessageNotContaining("hush");
  }

  @Test
  void sentinelWithoutNodesIsRefused() {
    assertThatThrownBy(() -> read(Map.of("REDIS_MODE", "sentinel")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("REDIS_NODES: ");
  }
}
