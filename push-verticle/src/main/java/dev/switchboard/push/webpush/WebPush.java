package dev.switchboard.push.webpush;

import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.tokens.DeviceCap;
import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.push.PushApps;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Web Push of all apps as the role wires it: one a process. Used on any thread. */
public final class WebPush {
  private static final Logger log = LoggerFactory.getLogger(WebPush.class);

  private final WebPushSettings settings;
  private final PushApps apps;
  private final Map<String, OfApp> byApp = new LinkedHashMap<>();
  private final Pool postgres;
  private final HttpAccess access;
  private final InstantSource clock;
  private final TrustedCa trust;

  /** What an app shows push services of us. */
  private record OfApp(WebPushSettings settings, VapidKeys keys) {}

  /** Loads the native code, which blocks the caller. What is sent before costs more. */
  public static void load() {
    Crypto.loadFastest();
  }

  /** Throws {@link BadSettingException}. */
  public WebPush(Node node, PushApps apps) {
    this.settings = WebPushSettings.from(node.settings());
    this.apps = apps;
    byApp.put(PushApps.DEFAULT, ofApp(node, PushApps.DEFAULT, settings));
    for (String app : apps.added()) {
      settings.of(apps, app).ifPresent(its -> byApp.put(app, ofApp(node, app, its)));
    }
    this.postgres = node.postgres();
    this.access = node.access();
    this.clock = node.clock();
    this.trust = TrustedCa.from(node.settings());
  }

  private static OfApp ofApp(Node node, String app, WebPushSettings settings) {
    return new OfApp(settings, new VapidKeys(settings, new VapidKeyStore(node.postgres(), app)));
  }

  /** True for an app that browsers can subscribe to. */
  public boolean has(String app) {
    return byApp.containsKey(app);
  }

  /** Makes a key pair for each app that has none yet, and looks for newer ones. */
  public Future<Void> refreshKeys() {
    return Future.join(byApp.values().stream().map(app -> app.keys.refresh()).toList()).mapEmpty();
  }

  /**
   * Fails with {@link BadSettingException} if the key pair of one of these apps can't be read. What
   * can't be found out now, with Postgres away, is no failure.
   */
  public Future<Void> checkKeys(Predicate<String> ofApp) {
    return refreshKeys()
        .transform(
            asked ->
                byApp.entrySet().stream()
                    .filter(app -> ofApp.test(app.getKey()))
                    .map(app -> app.getValue().keys.trouble())
                    .flatMap(Optional::stream)
                    .findFirst()
                    .<Future<Void>>map(
                        why ->
                            Future.failedFuture(
                                new BadSettingException("SECRETS_KEY", "can't be used: " + why)))
                    .orElseGet(Future::succeededFuture));
  }

  /** Warns of what push services may not like. */
  public void announce() {
    if (settings.hasDefaultSubject()) {
      log.warn(
          "VAPID_SUBJECT is not set: push services can't reach you, and some refuse {}",
          settings.subject());
    }
  }

  /**
   * A sender of one of the apps that have Web Push, for the calling event loop. Throws {@link
   * BadSettingException} where it could not send anything.
   */
  public PushSender sender(Vertx vertx, String app) {
    OfApp its = Objects.requireNonNull(byApp.get(app));
    if (settings.secrets() == null) {
      throw new BadSettingException(
          "SECRETS_KEY", "is missing: Web Push keeps its VAPID key under it; base64 of 32 bytes");
    }
    EndpointGuard guard = new EndpointGuard(vertx, settings.endpoints());
    return new WebPushSender(
        vertx,
        new WebPushClient(vertx, guard, trust.trustOptions().orElse(null)),
        its.keys,
        new VapidTokens(its.settings.subject(), clock),
        new SubscriptionStore(postgres),
        clock);
  }

  private Map<String, VapidKeys> keys() {
    Map<String, VapidKeys> keys = new HashMap<>();
    byApp.forEach((app, its) -> keys.put(app, its.keys));
    return keys;
  }

  /** Mounts the routes of browsers on an edge, on its event loop. */
  public void mount(Edge edge, ReachIndex reach, DeviceCap cap) {
    new SubscriptionRoutes(
            access,
            settings.subscribesPerMinute(),
            apps,
            keys(),
            new EndpointGuard(edge.vertx(), settings.endpoints()),
            new SubscriptionStore(postgres),
            reach,
            cap,
            clock)
        .mount(edge.router());
  }
}
