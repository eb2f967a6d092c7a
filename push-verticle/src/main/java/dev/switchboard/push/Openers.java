package dev.switchboard.push;

import dev.switchboard.push.apns.ApnsSender;
import dev.switchboard.push.apns.EnvironmentMemory;
import dev.switchboard.push.fcm.FcmSender;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.push.PushApps;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens senders. Reads files, so not on an event loop. */
final class Openers {
  private static final Logger log = LoggerFactory.getLogger(Openers.class);

  private final PushSettings settings;
  private final Providers.Opener webPush;
  private final Vertx vertx;
  private final EnvironmentMemory memory;
  private final InstantSource clock;
  private final PushSender mock;

  Openers(
      PushSettings settings,
      Providers.Opener webPush,
      Vertx vertx,
      EnvironmentMemory memory,
      InstantSource clock,
      PushSender mock) {
    this.settings = settings;
    this.webPush = webPush;
    this.vertx = vertx;
    this.memory = memory;
    this.clock = clock;
    this.mock = mock;
  }

  /** The sender of the default app; empty if it can't run and the mock has to stand in. */
  Optional<PushSender> ofDefault(Provider provider) {
    try {
      return Optional.of(
          switch (provider) {
            case MOCK -> mock;
            case APNS -> ApnsSender.open(vertx, settings.apns(), settings.strict(), memory, clock);
            case FCM -> FcmSender.open(vertx, settings.fcm(), settings.strict(), clock);
            case WEBPUSH -> webPush.open(PushApps.DEFAULT);
          });
    } catch (BadSettingException e) {
      if (settings.strict()) {
        throw e;
      }
      log.warn(
          "Push provider {} can't run, mock stands in, which only logs: {}",
          provider.wireName(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /** The senders of an app; throws {@link BadSettingException} for one that can't run. */
  Map<Provider, PushSender> of(AppSettings app, boolean hasWebPush) {
    Map<Provider, PushSender> senders = new EnumMap<>(Provider.class);
    app.apns()
        .ifPresent(
            apns ->
                senders.put(
                    Provider.APNS, ApnsSender.open(vertx, apns, settings.strict(), memory, clock)));
    app.fcm()
        .ifPresent(
            fcm -> senders.put(Provider.FCM, FcmSender.open(vertx, fcm, settings.strict(), clock)));
    if (hasWebPush) {
      senders.put(Provider.WEBPUSH, webPush.open(app.name()));
    }
    return senders;
  }
}
