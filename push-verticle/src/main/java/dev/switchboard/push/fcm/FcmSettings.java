package dev.switchboard.push.fcm;

import dev.switchboard.push.config.AppSection;
import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.push.PushApps;
import java.util.List;
import java.util.Optional;

/**
 * The settings of FCM. What is missing or wrong in them shows when the sender is opened.
 *
 * @param accountSetting the name of the setting that the account comes from, for complaints
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
    String accountSetting,
    Optional<KeyFile> credentialsPath,
    Optional<String> credentialsJson,
    Optional<String> projectId,
    Optional<ServiceAddress> endpoint,
    Optional<String> androidChannel,
    long perMinute,
    TrustedCa trusted) {
  private static final long QUOTA = 600_000;
  private static final long LEAST = 60;
  private static final long MOST = 1_000_000_000;
  private static final String CREDENTIALS = "FCM_CREDENTIALS_JSON";
  private static final String PROJECT = "project_id";
  private static final String ACCOUNT = "service_account";
  private static final List<String> FIELDS =
      List.of(ACCOUNT, PROJECT, "endpoint", "android_channel", "messages_per_minute");
  private static final List<String> PATHS =
      List.of("FCM_CREDENTIALS_PATH", "FIREBASE_PRIVATE_KEY_PATH", "FCM_SERVICE_ACCOUNT_PATH");

  /**
   * A file and the setting that names it.
   *
   * @param path as it was written
   */
  public record KeyFile(String setting, String path) {}

  /**
   * Those of an app; empty if it has none. Throws {@link BadSettingException} for what is missing
   * or wrong, but for the account itself.
   */
  public static Optional<FcmSettings> of(PushApps apps, String app, FcmSettings ofDefault) {
    return AppSection.of(apps, app, "fcm", FIELDS).map(section -> of(section, ofDefault));
  }

  private static FcmSettings of(AppSection section, FcmSettings ofDefault) {
    String account = section.required(ACCOUNT);
    boolean inline = account.startsWith("{");
    return new FcmSettings(
        section.name(ACCOUNT),
        inline ? Optional.empty() : Optional.of(new KeyFile(section.name(ACCOUNT), account)),
        inline ? Optional.of(account) : Optional.empty(),
        section.text(PROJECT),
        section
            .text("endpoint")
            .map(text -> ServiceAddress.parse(section.name("endpoint"), text))
            .or(ofDefault::endpoint),
        section.text("android_channel").or(ofDefault::androidChannel),
        section.number("messages_per_minute", QUOTA, LEAST, MOST),
        ofDefault.trusted);
  }

  /** Reads them; throws {@link BadSettingException}. */
  public static FcmSettings from(Settings settings, TrustedCa trusted) {
    Optional<KeyFile> file = keyFile(settings);
    return new FcmSettings(
        file.map(KeyFile::setting)
            .orElse(settings.text(CREDENTIALS).isPresent() ? CREDENTIALS : PATHS.getFirst()),
        file,
        settings.text(CREDENTIALS),
        settings.firstOf("FCM_PROJECT_ID", "FIREBASE_PROJECT_ID"),
        settings.text("FCM_ENDPOINT").map(text -> ServiceAddress.parse("FCM_ENDPOINT", text)),
        settings.text("FCM_ANDROID_CHANNEL"),
        settings.number("FCM_MESSAGES_PER_MINUTE", QUOTA, LEAST, MOST),
        trusted);
  }

  private static Optional<KeyFile> keyFile(Settings settings) {
    return PATHS.stream()
        .map(name -> settings.text(name).map(path -> new KeyFile(name, path)))
        .reduce(Optional.empty(), (first, next) -> first.isPresent() ? first : next);
  }

  /** The name of the setting that the project comes from where the account names none. */
  String projectSetting() {
    return accountSetting.endsWith(ACCOUNT)
        ? accountSetting.replace(ACCOUNT, PROJECT)
        : "FCM_PROJECT_ID";
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
