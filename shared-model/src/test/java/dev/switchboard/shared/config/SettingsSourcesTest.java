package dev.switchboard.shared.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsSourcesTest {
  @TempDir Path home;

  @Test
  void theEnvironmentWinsOverDotEnvWhichWinsOverYaml() throws IOException {
    Files.writeString(home.resolve("s.yaml"), "A: yaml\nB: yaml\nC: yaml\nL: [x, y]\nN: 7\n");
    Files.writeString(
        home.resolve(".env"),
        "# a comment\nCONFIG_FILE=s.yaml\nexport B=\"dot env\"\nC='env'\nD=x # why\nE=\n");
    Map<String, String> values = SettingsSources.read(Map.of("C", "environment", "A", " "), home);
    assertThat(values)
        .containsEntry("A", "yaml")
        .containsEntry("B", "dot env")
        .containsEntry("C", "environment")
        .containsEntry("D", "x")
        .containsEntry("L", "x,y")
        .containsEntry("N", "7")
        .doesNotContainKey("E");
  }

  @Test
  void aBadYamlFileIsNamedAndNotQuoted() throws IOException {
    Files.writeString(home.resolve("s.yaml"), "SECRET: [hush\n");
    assertThatThrownBy(() -> SettingsSources.read(Map.of("CONFIG_FILE", "s.yaml"), home))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("CONFIG_FILE: ")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> SettingsSources.read(Map.of("CONFIG_FILE", "none.yaml"), home))
        .isInstanceOf(BadSettingException.class);
  }

  @Test
  void markAndTabsOfOtherEditorsLoseNoSetting() throws IOException {
    Files.writeString(
        home.resolve(".env"), "\uFEFFA=1\r\nexport\tB=2\r\nexport  C=3\nexporter=4\n");
    assertThat(SettingsSources.read(Map.of(), home))
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "B", "2", "C", "3", "exporter", "4"));
  }

  @Test
  void yamlValuesAreTheTextAsWritten() throws IOException {
    Files.writeString(
        home.resolve("s.yaml"),
        "\uFEFFA: 0123\n"
            + "B: 1.10\n"
            + "C: on\n"
            + "D: 2026-01-02\n"
            + "E: \"q # r\"\n"
            + "F: ~\n"
            + "G:\n"
            + "- 010\n"
            + "- no\n"
            + "H: 1_000\n");
    assertThat(SettingsSources.read(Map.of("CONFIG_FILE", "s.yaml"), home))
        .containsEntry("A", "0123")
        .containsEntry("B", "1.10")
        .containsEntry("C", "on")
        .containsEntry("D", "2026-01-02")
        .containsEntry("E", "q # r")
        .containsEntry("F", "")
        .containsEntry("G", "010,no")
        .containsEntry("H", "1_000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TURN: {PORT: hush}\n", "TURN: [{PORT: hush}]\n", "TURN: &t [*t]\n"})
  void yamlBelowASettingIsRefusedByItsName(String yaml) throws IOException {
    Files.writeString(home.resolve("s.yaml"), yaml);
    assertThatThrownBy(() -> SettingsSources.read(Map.of("CONFIG_FILE", "s.yaml"), home))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith("TURN: ")
        .hasMessageNotContaining("hush");
  }

  @Test
  void emptyYamlSetsNothing() throws IOException {
    Files.writeString(home.resolve("s.yaml"), "# nothing yet\n");
    assertThat(SettingsSources.read(Map.of("CONFIG_FILE", "s.yaml"), home))
        .containsOnlyKeys("CONFIG_FILE");
  }

  @Test
  void durationsHaveUnits() {
    Settings settings = Settings.of(Map.of("A", "15s", "B", "30m", "C", "250", "D", "soon"));
    assertThat(settings.duration("A", Duration.ZERO)).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.duration("B", Duration.ZERO)).isEqualTo(Duration.ofMinutes(30));
    assertThat(settings.duration("C", Duration.ZERO)).isEqualTo(Duration.ofMillis(250));
    assertThatThrownBy(() -> settings.duration("D", Duration.ZERO))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("D: 'soon'");
  }

  @ParameterizedTest
  @CsvSource({
    "staging,PRODUCTION",
    "PROD,PRODUCTION",
    "production,PRODUCTION",
    "preview,PRODUCTION",
    "dev,DEVELOPMENT",
    "development,DEVELOPMENT",
    "testing,TEST"
  })
  void unknownNodeEnvIsProduction(String word, AppEnv environment) {
    assertThat(Settings.of(Map.of("NODE_ENV", word)).environment()).isEqualTo(environment);
    assertThatThrownBy(() -> Settings.of(Map.of("APP_ENV", "staging")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("APP_ENV: 'staging'");
  }

  @Test
  void nodeEnvCountsWhereAppEnvIsAbsent() {
    assertThat(Settings.of(Map.of()).environment()).isEqualTo(AppEnv.DEVELOPMENT);
    assertThat(Settings.of(Map.of("NODE_ENV", "production")).environment())
        .isEqualTo(AppEnv.PRODUCTION);
    assertThat(Settings.of(Map.of("NODE_ENV", "production", "APP_ENV", "test")).environment())
        .isEqualTo(AppEnv.TEST);
  }
}
