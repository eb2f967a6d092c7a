package dev.switchboard.push;

import dev.switchboard.push.apns.ApnsSettings;
import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.push.fcm.FcmSettings;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
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
 * @param providers {@code PUSH_PROVIDERS} or {@code PUSH_PROVIDER}, those that are known
 * @param unknown the names among them that are not
 * @param stale {@code PUSH_STALE_DAYS}: devices not heard of for so long are removed
 */
public record PushSettings(
    boolean enabled,
    boolean strict,
    Set<Provider> providers,
    List<String> unknown,
    Duration stale,
    ApnsSettings apns,
    FcmSettings fcm) {
  private static final int STALE_DAYS = 270;
  private static final String MOCK = "mock";

  public PushSettings {
    providers = Set.copyOf(providers);
    unknown = List.copyOf(unknown);
  }

  /**
   * Reads them; throws {@link BadSettingException}, in strict mode also for an unknown provider.
   */
  public static PushSettings from(Settings settings) {
    boolean enabled = settings.flag("PUSH_ENABLED", true);
    boolean strict = settings.flag("PUSH_STRICT", false);
    List<String> listed = settings.list("PUSH_PROVIDERS", List.of(MOCK));
    Optional<String> single = settings.text("PUSH_PROVIDER");
    boolean severalNamed = settings.text("PUSH_PROVIDERS").isPresent();
    List<String> names = severalNamed ? listed : single.map(Settings::split).orElse(listed);
    Set<Provider> known = EnumSet.noneOf(Provider.class);
    List<String> unknown = new ArrayList<>();
    for (String name : names) {
      Provider.of(name).ifPresentOrElse(known::add, () -> unknown.add(name));
    }
    if (strict && !unknown.isEmpty()) {
      throw new BadSettingException(
          severalNamed ? "PUSH_PROVIDERS" : "PUSH_PROVIDER",
          "'" + unknown.getFirst() + "' is not one of mock, fcm, apns, webpush");
    }
    TrustedCa trusted = TrustedCa.from(settings);
    return new PushSettings(
        enabled,
        strict,
        known,
        unknown,
        Duration.ofDays(settings.number("PUSH_STALE_DAYS", STALE_DAYS, 1, 100_000)),
        ApnsSettings.from(settings, trusted),
        FcmSettings.from(settings, trusted));
  }
}
