package dev.switchboard.push.fcm;

import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.shared.config.Settings;
import java.util.Optional;

/**
 * The settings of FCM. What is missing or wrong in them shows when the sender is opened.
 *
 * @param credentialsPath {@code FCM_CREDENTIALS_PATH} or {@code FIREBASE_PRIVATE_KEY_PATH}: a
 *     service account's JSON file
 * @param credentialsJson {@code FCM_CREDENTIALS_JSON}: the same as text
 * @param projectId {@code FCM_PROJECT_ID} or {@code FIREBASE_PROJECT_ID}; else the account's
 * @param endpoint {@code FCM_ENDPOINT} in place of Google's
 * @param perMinute {@code FCM_MESSAGES_PER_MINUTE}: the project's quota, shared by all nodes
 */
public record FcmSettings(
    Optional<String> credentialsPath,
    Optional<String> credentialsJson,
    Optional<String> projectId,
    Optional<ServiceAddress> endpoint,
    long perMinute,
    TrustedCa trusted) {
  private static final long QUOTA = 600_000;

  /** Reads them; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static FcmSettings from(Settings settings, TrustedCa trusted) {
    return new FcmSettings(
        settings.firstOf("FCM_CREDENTIALS_PATH", "FIREBASE_PRIVATE_KEY_PATH"),
        settings.text("FCM_CREDENTIALS_JSON"),
        settings.firstOf("FCM_PROJECT_ID", "FIREBASE_PROJECT_ID"),
        settings.text("FCM_ENDPOINT").map(text -> ServiceAddress.parse("FCM_ENDPOINT", text)),
        settings.number("FCM_MESSAGES_PER_MINUTE", QUOTA, 60, 1_000_000_000),
        trusted);
  }

  /** Without the credentials. */
  @Override
  public String toString() {
    return "FCM " + projectId.orElse("");
  }
}
