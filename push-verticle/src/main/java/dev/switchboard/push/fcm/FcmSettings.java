package dev.switchboard.push.fcm;

import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.shared.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * The settings of FCM. What is missing or wrong in them shows when the sender is opened.
 *
 * @param credentialsPath {@code FCM_CREDENTIALS_PATH}, {@code FIREBASE_PRIVATE_KEY_PATH} or {@code
 *     FCM_SERVICE_ACCOUNT_PATH}: a service account's JSON file
 * @param credentialsJson {@code FCM_CREDENTIALS_JSON}: the same as text
 * @param projectId {@code FCM_PROJECT_ID} or {@code FIREBASE_PROJECT_ID}; else the account's
 * @param endpoint {@code FCM_ENDPOINT} in place of Google's
 * @param androidChannel {@code FCM_ANDROID_CHANNEL}: where Android shows alerts; absent leaves it
 *     to the app's manifest
 * @param perMinute {@code FCM_MESSAGES_PER_MINUTE}: the project's quota, shared by all nodes
 */
public record FcmSettings(
    Optional<KeyFile> credentialsPath,
    Optional<String> credentialsJson,
    Optional<String> projectId,
    Optional<ServiceAddress> endpoint,
    Optional<String> androidChannel,
    long perMinute,
    TrustedCa trusted) {
  private static final long QUOTA = 600_000;
  private static final List<String> PATHS =
      List.of("FCM_CREDENTIALS_PATH", "FIREBASE_PRIVATE_KEY_PATH", "FCM_SERVICE_ACCOUNT_PATH");

  /**
   * A file and the setting that names it.
   *
   * @param path as it was written
   */
  public record KeyFile(String setting, String path) {}

  /** Reads them; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static FcmSettings from(Settings settings, TrustedCa trusted) {
    return new FcmSettings(
        keyFile(settings),
        settings.text("FCM_CREDENTIALS_JSON"),
        settings.firstOf("FCM_PROJECT_ID", "FIREBASE_PROJECT_ID"),
        settings.text("FCM_ENDPOINT").map(text -> ServiceAddress.parse("FCM_ENDPOINT", text)),
        settings.text("FCM_ANDROID_CHANNEL"),
        settings.number("FCM_MESSAGES_PER_MINUTE", QUOTA, 60, 1_000_000_000),
        trusted);
  }

  private static Optional<KeyFile> keyFile(Settings settings) {
    return PATHS.stream()
        .map(name -> settings.text(name).map(path -> new KeyFile(name, path)))
        .reduce(Optional.empty(), (first, next) -> first.isPresent() ? first : next);
  }

  /** The name of the setting that the account comes from. */
  String accountSetting() {
    return credentialsPath
        .map(KeyFile::setting)
        .orElse(credentialsJson.isPresent() ? "FCM_CREDENTIALS_JSON" : PATHS.getFirst());
  }

  /** True if something is set that only FCM needs. */
  public boolean isWanted() {
    return credentialsPath.isPresent() || credentialsJson.isPresent() || projectId.isPresent();
  }

  /** Without the credentials. */
  @Override
  public String toString() {
    return "FCM " + projectId.orElse("");
  }
}
