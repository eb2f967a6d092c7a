package dev.switchboard.push;

import dev.switchboard.push.apns.ApnsSettings;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.push.fcm.FcmSettings;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.SecretsKey;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.push.PushApps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the push role.
 *
 * @param enabled {@code PUSH_ENABLED}: off sends nothing
 * @param strict {@code PUSH_STRICT}: a provider that can't run stops the start
 * @param production true where a mock is not enough
 * @param providers {@code PUSH_PROVIDERS} or {@code PUSH_PROVIDER}, those that are known; with
 *     neither, what has its keys
 * @param unknown the names among them that are not
 * @param apps {@code PUSH_APPS}: the names of the apps beside the default one, which all else is of
 * @param ofApps what those apps have of providers
 * @param stale {@code PUSH_STALE_DAYS}: devices that have not been in use for so long are removed
 */
public record PushSettings(
    boolean enabled,
    boolean strict,
    boolean production,
    Set<Provider> providers,
    List<String> unknown,
    Duration stale,
    ApnsSettings apns,
    FcmSettings fcm,
    PushApps apps,
    List<AppSettings> ofApps) {
  private static final int STALE_DAYS = 270;

  public PushSettings {
    providers = Set.copyOf(providers);
    unknown = List.copyOf(unknown);
    ofApps = List.copyOf(ofApps);
  }

  /**
   * Reads them; throws {@link BadSettingException}, in strict mode also for an unknown provider.
   */
  public static PushSettings from(Settings settings) {
    boolean enabled = settings.flag("PUSH_ENABLED", true);
    boolean strict = settings.flag("PUSH_STRICT", false);
    List<String> several = settings.list("PUSH_PROVIDERS", List.of());
    Optional<String> single = settings.text("PUSH_PROVIDER");
    List<String> names =
        several.isEmpty() ? single.map(Settings::split).orElse(List.of()) : several;
    Set<Provider> known = EnumSet.noneOf(Provider.class);
    List<String> unknown = new ArrayList<>();
    for (String name : names) {
      Provider.of(name).ifPresentOrElse(known::add, () -> unknown.add(name));
    }
    if (strict && !unknown.isEmpty()) {
      throw new BadSettingException(
          several.isEmpty() ? "PUSH_PROVIDER" : "PUSH_PROVIDERS",
          "'" + unknown.getFirst() + "' is not one of mock, fcm, apns, webpush");
    }
    TrustedCa trusted = TrustedCa.from(settings);
    ApnsSettings apns = ApnsSettings.from(settings, trusted);
    FcmSettings fcm = FcmSettings.from(settings, trusted);
    PushApps apps = PushApps.from(settings);
    return new PushSettings(
        enabled,
        strict,
        settings.environment().isProduction(),
        names.isEmpty() ? withKeys(settings, apns, fcm, apps) : known,
        unknown,
        Duration.ofDays(settings.number("PUSH_STALE_DAYS", STALE_DAYS, 1, 100_000)),
        apns,
        fcm,
        apps,
        AppSettings.of(apps, apns, fcm, strict));
  }

  /**
   * Web Push makes its own keys; the mock is for phones where no service of theirs has any. In
   * production it is not where every app has a name: then no phone is of the default one.
   */
  private static Set<Provider> withKeys(
      Settings settings, ApnsSettings apns, FcmSettings fcm, PushApps apps) {
    boolean onlyNamed = settings.environment().isProduction() && !apps.added().isEmpty();
    Set<Provider> found = EnumSet.noneOf(Provider.class);
    if (apns.isWanted()) {
      found.add(Provider.APNS);
    }
    if (fcm.isWanted()) {
      found.add(Provider.FCM);
    }
    if (found.isEmpty() && !onlyNamed) {
      found.add(Provider.MOCK);
    }
    if (SecretsKey.from(settings).isPresent()) {
      found.add(Provider.WEBPUSH);
    }
    return found;
  }
}
