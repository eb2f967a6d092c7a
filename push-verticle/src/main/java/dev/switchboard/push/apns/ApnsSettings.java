package dev.switchboard.push.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import dev.switchboard.push.config.ServiceAddress;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.shared.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of APNs. What is missing or wrong in them shows when the sender is opened.
 *
 * @param keyPath {@code APNS_KEY_PATH}: a {@code .p8} file, with key and team id
 * @param certPath {@code APNS_CERT_PATH}: a {@code .p12} file, used where there is no key
 * @param certPassword {@code APNS_CERT_PASSWORD}
 * @param bundleId {@code APNS_BUNDLE_ID}: the topic; VoIP pushes go to {@code <bundle>.voip}
 * @param production {@code APNS_ENVIRONMENT}, else {@code APNS_PRODUCTION}
 * @param server {@code APNS_SERVER} in place of Apple's
 */
public record ApnsSettings(
    Optional<String> keyPath,
    Optional<String> keyId,
    Optional<String> teamId,
    Optional<String> certPath,
    String certPassword,
    Optional<String> bundleId,
    boolean production,
    Optional<ServiceAddress> server,
    TrustedCa trusted) {
  /** Apple's two environments. */
  enum Environment {
    SANDBOX,
    PRODUCTION
  }

  /** Reads them; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public static ApnsSettings from(Settings settings, TrustedCa trusted) {
    boolean flag = settings.flag("APNS_PRODUCTION", false);
    Environment named = settings.choice("APNS_ENVIRONMENT", Environment.class, Environment.SANDBOX);
    boolean isNamed = settings.text("APNS_ENVIRONMENT").isPresent();
    return new ApnsSettings(
        settings.text("APNS_KEY_PATH"),
        settings.text("APNS_KEY_ID"),
        settings.text("APNS_TEAM_ID"),
        settings.text("APNS_CERT_PATH"),
        settings.text("APNS_CERT_PASSWORD").orElse(""),
        settings.text("APNS_BUNDLE_ID"),
        isNamed ? named == Environment.PRODUCTION : flag,
        settings.text("APNS_SERVER").map(text -> ServiceAddress.parseTls("APNS_SERVER", text)),
        trusted);
  }

  /** True if something is set that only APNs needs. */
  public boolean isWanted() {
    return Stream.of(keyPath, keyId, teamId, certPath, bundleId).anyMatch(Optional::isPresent);
  }

  /** The names of what is missing for it to run; empty if nothing is. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (keyPath.isEmpty() && certPath.isEmpty()) {
      missing.add("APNS_KEY_PATH (or APNS_CERT_PATH)");
    }
    boolean byKey = keyPath.isPresent() || certPath.isEmpty();
    if (byKey && keyId.isEmpty()) {
      missing.add("APNS_KEY_ID");
    }
    if (byKey && teamId.isEmpty()) {
      missing.add("APNS_TEAM_ID");
    }
    if (bundleId.isEmpty()) {
      missing.add("APNS_BUNDLE_ID");
    }
    return missing;
  }

  /** Where APNs is spoken to. */
  ServiceAddress address() {
    String apple =
        production
            ? ApnsClientBuilder.PRODUCTION_APNS_HOST
            : ApnsClientBuilder.DEVELOPMENT_APNS_HOST;
    return server.orElseGet(
        () -> new ServiceAddress(apple, ApnsClientBuilder.DEFAULT_APNS_PORT, true));
  }

  @Override
  public String toString() {
    return "APNs "
        + (production ? Environment.PRODUCTION : Environment.SANDBOX)
            .name()
            .toLowerCase(Locale.ROOT);
  }
}
