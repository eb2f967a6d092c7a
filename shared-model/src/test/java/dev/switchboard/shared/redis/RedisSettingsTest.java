package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
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
    assertThat(read(values).getEndpoints()).containsExactly("rediss://r:1/2");
    assertThat(read(values).getPassword()).isEqualTo("p");
    assertThat(RedisSettings.identity(Settings.of(values))).contains("r").doesNotContain("p@");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://h,,,redis://h:6379",
    "redis://h/,,,redis://h:6379",
    "redis://:pw@h:1,,pw,redis://h:1",
    "redis://user@h,user,,redis://h:6379",
    "redis://user:pw@h/3,user,pw,redis://h:6379/3",
    "redis://:a+b@h,,a+b,redis://h:6379",
    "redis://:%2B%40%3A%2F%25%23@h,,+@:/%#,redis://h:6379",
    "redis://:a@b:c$&=!%zz@h,,a@b:c$&=!%zz,redis://h:6379",
    "redis://[::1],,,redis://[::1]:6379",
    "redis://h?db=2&password=x+y,,x+y,redis://h:6379/2",
    "redis://h/0?family=6,,,redis://h:6379/0",
  })
  void urlIsTakenAsItIsWritten(String url, String user, String password, String endpoint) {
    RedisOptions options = read(Map.of("REDIS_URL", url));
    assertThat(options.getUser()).isEqualTo(user);
    assertThat(options.getPassword()).isEqualTo(password);
    assertThat(options.getEndpoints()).containsExactly(endpoint);
  }

  @Test
  void nameWithAnUnderscoreIsKept() {
    assertThat(read(Map.of("REDIS_URL", "redis://:p@my_redis")).getEndpoints())
        .containsExactly("redis://my_redis:6379");
  }

  @Test
  void tlsMayBeSaidApart() {
    Map<String, String> values =
        Map.of("REDIS_HOST", "cache", "REDIS_TLS", "on", "REDIS_USERNAME", "app");
    RedisOptions options = read(values);
    assertThat(options.getEndpoints()).containsExactly("rediss://cache:6379");
    assertThat(options.getUser()).isEqualTo("app");
    assertThat(options.getNetClientOptions().getHostnameVerificationAlgorithm()).isEqualTo("HTTPS");
    Map<String, String> sentinels =
        Map.of("REDIS_MODE", "sentinel", "REDIS_NODES", "my_a:1,rediss://b:2", "REDIS_TLS", "on");
    assertThat(read(sentinels).getEndpoints()).containsExactly("rediss://my_a:1", "rediss://b:2");
  }

  @Test
  void sentinelsNameTheMaster() {
    RedisOptions options =
        read(Map.of("REDIS_MODE", "sentinel", "REDIS_NODES", "a:1, b:2", "REDIS_MASTER", "calls"));
    assertThat(options.getEndpoints()).containsExactly("redis://a:1", "redis://b:2");
    assertThat(options.getType()).isEqualTo(RedisClientType.SENTINEL);
    assertThat(options.getMasterName()).isEqualTo("calls");
  }

  @ParameterizedTest
  @CsvSource({
    "REDIS_URL,http://cache",
    "REDIS_URL,:hush",
    "REDIS_PORT,0",
    "REDIS_HOST,cache:6379",
    "REDIS_MODE,cluster",
    "REDIS_URL,redis://:hush@",
    "REDIS_URL,redis://:hush@cache:port",
    "REDIS_URL,redis://:hush@cache:6379/first",
    "REDIS_URL,redis://:hush@cache:6379?db=first",
    "REDIS_URL,redis://:hu/sh@cache",
    "REDIS_URL,'redis://:hush@a:1,b:2'",
    "REDIS_CA_PATH,/nowhere/ca.pem",
    "REDIS_TLS,perhaps",
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
