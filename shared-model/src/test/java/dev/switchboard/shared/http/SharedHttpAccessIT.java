package dev.switchboard.shared.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedHttpAccessIT {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void nodesShareALimitAndEachCountsAloneWithRedisAway() {
    RealRedis.flush();
    try (TestNode one = TestNode.start();
        TestNode two = one.another()) {
      HttpAccess here = one.node().access();
      HttpAccess there = two.node().access();
      assertThat(Await.await(here.use("test", "ann", 2, MINUTE))).isZero();
      assertThat(Await.await(there.use("test", "ann", 2, MINUTE))).isZero();
      assertThat(Await.await(here.use("test", "ann", 2, MINUTE))).isBetween(1L, 60_000L);
      assertThat(Await.await(here.use("test", "bob", 2, MINUTE))).isZero();
      assertThat(Await.await(here.use("test", "ann", 0, MINUTE))).isZero();
      RealRedis.stop();
      try {
        assertThat(Await.await(here.use("test", "eve", 1, MINUTE))).isZero();
        assertThat(Await.await(here.use("test", "eve", 1, MINUTE))).isPositive();
      } finally {
        RealRedis.start();
      }
    }
  }

  @Test
  void forwardedAddressesCountOnlyBehindTrustedProxies() {
    TrustedProxies none = TrustedProxies.from(Settings.of(Map.of()));
    assertThat(none.client("10.0.0.1", Optional.of("1.2.3.4"))).isEqualTo("10.0.0.1");
    TrustedProxies ours =
        TrustedProxies.from(Settings.of(Map.of("TRUSTED_PROXIES", "10.0.0.0/8, ::1")));
    assertThat(ours.client("10.9.9.9", Optional.of("1.2.3.4"))).isEqualTo("1.2.3.4");
    assertThat(ours.client("10.9.9.9", Optional.of("6.6.6.6, 1.2.3.4:99, 10.1.1.1")))
        .isEqualTo("1.2.3.4");
    assertThat(ours.client("11.0.0.1", Optional.of("1.2.3.4"))).isEqualTo("11.0.0.1");
    assertThat(ours.client("10.9.9.9", Optional.of("nonsense"))).isEqualTo("10.9.9.9");
    assertThat(TrustedProxies.counted("1.2.3.4")).isEqualTo("1.2.3.4");
    assertThat(TrustedProxies.counted("2a01:4f8:0:1:ffff::9")).isEqualTo("2a01:4f8:0:1::/64");
    assertThat(TrustedProxies.counted("2a01:4f8:0:1::1")).isEqualTo("2a01:4f8:0:1::/64");
    assertThat(TrustedProxies.counted("::1")).isEqualTo("0:0:0:0::/64");
    assertThat(TrustedProxies.counted("unknown")).isEqualTo("unknown");
    assertThatThrownBy(
            () -> TrustedProxies.from(Settings.of(Map.of("TRUSTED_PROXIES", "10.0.0.0/99"))))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("10.0.0.0/99");
  }
}
