package dev.switchboard.push;

import dev.switchboard.push.send.PushSender;
import dev.switchboard.shared.config.BadSettingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sender serves which type of device.
 *
 * @param senders by type; a type that is missing is reached by nobody
 * @param fallenBack the providers that were asked for and are not running
 */
record Providers(Map<String, PushSender> senders, List<String> fallenBack) {
  private static final Logger log = LoggerFactory.getLogger(Providers.class);

  /**
   * The providers that the settings ask for. One that can't run leaves its types to the mock, or
   * stops the start in strict mode with {@link BadSettingException}.
   */
  static Providers of(PushSettings settings, PushSender mock) {
    Map<String, PushSender> senders = new HashMap<>();
    List<String> fallenBack = new ArrayList<>();
    for (Provider provider : settings.providers()) {
      if (provider != Provider.MOCK) {
        fallBack(settings, provider);
        fallenBack.add(provider.wireName());
      }
      provider.types().forEach(type -> senders.put(type, mock));
    }
    for (String name : settings.unknown()) {
      log.warn("PUSH_PROVIDERS: '{}' is not one of mock, fcm, apns, webpush; mock stands in", name);
      fallenBack.add(name);
      Provider.MOCK.types().forEach(type -> senders.putIfAbsent(type, mock));
    }
    return new Providers(Map.copyOf(senders), List.copyOf(fallenBack));
  }

  private static void fallBack(PushSettings settings, Provider provider) {
    if (settings.strict()) {
      throw new BadSettingException(
          "PUSH_PROVIDERS", "'" + provider.wireName() + "' is not in this version yet; use mock");
    }
    log.warn(
        "PUSH_PROVIDERS: '{}' is not in this version yet; mock stands in, which only logs",
        provider.wireName());
  }

  /** True while something that was asked for is not running. */
  boolean degraded() {
    return !fallenBack.isEmpty();
  }

  /** True for a provider that really delivers. */
  boolean isRunning(Provider provider) {
    return provider.types().stream()
        .map(senders::get)
        .anyMatch(sender -> sender != null && sender.provider().equals(provider.wireName()));
  }
}
