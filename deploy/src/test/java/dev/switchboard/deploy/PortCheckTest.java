package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses that the machine does not have, also where any port would do. */
class PortCheckTest {
  private static void check(Map<String, String> settings) {
    PortCheck.check(ProcessSettings.from(Settings.of(settings)));
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.77", "no-such-host.invalid"})
  void hostIsAnAddressOfThisMachine(String host) {
    assertThatThrownBy(() -> check(Map.of("HOST", host, "PORT", "0")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("HOST: '" + host + "'");
  }

  @Test
  void soIsThatOfTheCluster() {
    Map<String, String> settings =
        Map.of("HOST", "127.0.0.1", "PORT", "0", "CLUSTER", "on", "CLUSTER_HOST", "192.0.2.77");
    assertThatThrownBy(() -> check(settings))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("CLUSTER_HOST: '192.0.2.77'");
  }

  @Test
  void loopbackAndAnyPortAreWell() {
    Map<String, String> settings =
        Map.of("HOST", "127.0.0.1", "PORT", "0", "CLUSTER", "on", "CLUSTER_HOST", "127.0.0.1");
    assertThatCode(() -> check(settings)).doesNotThrowAnyException();
  }
}
