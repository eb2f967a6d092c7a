package dev.switchboard.shared.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PushAppsTest {
  private static PushApps read(String document) {
    return PushApps.from(Settings.of(Map.of("PUSH_APPS", document)));
  }

  @Test
  void withoutTheSettingThereIsTheDefaultApp() {
    PushApps apps = PushApps.from(Settings.of(Map.of()));
    assertThat(apps.names()).containsExactly("default");
    assertThat(apps.added()).isEmpty();
    assertThat(apps.has("default")).isTrue();
    assertThat(apps.has("kids")).isFalse();
  }

  @Test
  void yamlAndJsonSayTheSame() {
    PushApps yaml =
        read(
            """
            kids:
              apns:
                bundle_id: com.example.kids
                key_id: 0123456789
                key: |
                  -----BEGIN PRIVATE KEY-----
                  abc
                  -----END PRIVATE KEY-----
              fcm:
                service_account: {type: service_account, project_id: kids}
            work: {}
            """);
    PushApps json =
        read(
            """
            {"kids": {"apns": {"bundle_id": "com.example.kids", "key_id": "0123456789",
              "key": "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----\\n"},
              "fcm": {"service_account": {"type": "service_account", "project_id": "kids"}}},
             "work": null}
            """);
    for (PushApps apps : new PushApps[] {yaml, json}) {
      assertThat(apps.names()).containsExactly("default", "kids", "work");
      assertThat(apps.sections("kids").get("apns"))
          .containsEntry("key_id", "0123456789")
          .containsEntry("bundle_id", "com.example.kids")
          .containsEntry("key", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----");
      assertThat(apps.sections("kids").get("fcm").get("service_account"))
          .isEqualTo("{\"type\":\"service_account\",\"project_id\":\"kids\"}");
      assertThat(apps.sections("work")).isEmpty();
      assertThat(apps.toString()).isEqualTo("PushApps [default, kids, work]");
    }
  }

  @Test
  void valueWithoutADocumentInItIsAPath(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("apps.yml"), "kids: {}\n");
    PushApps apps = read(file.toString());
    assertThat(apps.added()).containsExactly("kids");
    assertThat(apps.file()).contains(file);
    assertThat(read("kids: {}").file()).isEmpty();
    assertThatThrownBy(() -> read("/nowhere/apps.yml"))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("PUSH_APPS: '/nowhere/apps.yml' can't be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "{\"kids\": {}, \"kids\": {}};has a name twice (line 1)",
        "{kids: {}, kids: {}};has a name twice (line 1)",
        "{\"kids\": {\"apns\": {\"key\": \"s3cret\"};is neither JSON nor YAML (line 1)",
        "[\"kids\"];must not have a list (line 1)",
        "{\"kids\": \"s3cret\"};kids must be an object",
        "{\"kids\": {\"apns\": \"s3cret\"}};kids.apns must be an object",
        "{\"kids\": {\"apns\": {\"key\": [\"s3cret\"]}}};kids.apns.key must not be a list",
        "{\"default\": {}};default is the app of APNS_…, FCM_… and VAPID_…: give this one another"
            + " name",
        "{\"a|b\": {}};'a|b' is no name of an app: letters, digits, '.', '_' and '-', at most 63",
        "{\"a@b\": {}};'a@b' is no name of an app: letters, digits, '.', '_' and '-', at most 63",
      })
  void badDocumentIsToldInOneLineThatQuotesNoValue(String document, String problem) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOf(BadSettingException.class)
        .hasMessage("PUSH_APPS: " + problem)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void thereIsAnEndToTheNumberOfApps() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i <= 50; i++) {
      many.append("app").append(i).append(": {}\n");
    }
    assertThatThrownBy(() -> read(many.toString())).hasMessageContaining("has 51 apps");
  }

  @Test
  void noDocumentCrashesIt() {
    String signs = "{}[]:,\"'&*!|>-#?\n\t kids.apns%@`\\\0";
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder document = new StringBuilder("{");
      for (int length = random.nextInt(12); length > 0; length--) {
        document.append(signs.charAt(random.nextInt(signs.length())));
      }
      try {
        read(document.toString());
      } catch (BadSettingException e) {
        assertThat(e.getMessage()).startsWith("PUSH_APPS").doesNotContain("\n");
      }
    }
  }
}
