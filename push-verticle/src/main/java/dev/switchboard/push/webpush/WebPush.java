package dev.switchboard.push.webpush;

import dev.switchboard.push.config.TrustedCa;
import dev.switchboard.push.send.PushSender;
import dev.switchboard.push.tokens.DeviceCap;
import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.outbound.EndpointGuard;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Web Push as the role wires it: one a process. Used on any thread. */
public final class WebPush {
  private static final Logger log = LoggerFactory.getLogger(WebPush.class);

  private final WebPushSettings settings;
  private final VapidKeys keys;
  private final Pool postgres;
  private final HttpAccess access;
  private final InstantSource clock;
  private final TrustedCa trust;

  /** Loads the native code, which blocks the caller; else whoever first needs it does. */
  public static void load() {
    Crypto.fastest();
  }

  /** Throws {@link BadSettingException}. */
  public WebPush(Node node) {
    this.settings = WebPushSettings.from(node.settings());
    this.keys = new VapidKeys(settings, new VapidKeyStore(node.postgres()));
    this.postgres = node.postgres();
    this.access = node.access();
    this.clock = node.clock();
    this.trust = TrustedCa.from(node.settings());
  }

  /** Makes our key pair if there is none yet, and looks for newer ones. */
  public Future<Void> refreshKeys() {
    return keys.refresh();
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
   * A sender for the calling event loop. Throws {@link BadSettingException} where it could not send
   * anything.
   */
  public PushSender sender(Vertx vertx) {
    if (settings.secrets() == null) {
      throw new BadSettingException(
          "SECRETS_KEY", "is missing: Web Push keeps its VAPID key under it; base64 of 32 bytes");
    }
    EndpointGuard guard = new EndpointGuard(vertx, settings.endpoints());
    return new WebPushSender(
        vertx,
        new WebPushClient(vertx, guard, trust.trustOptions().orElse(null)),
        keys,
        new VapidTokens(settings.subject(), clock),
        new SubscriptionStore(postgres),
        clock);
  }

  /** Mounts the routes of browsers on an edge, on its event loop. */
  public void mount(Edge edge, ReachIndex reach, DeviceCap cap) {
    new SubscriptionRoutes(
            access,
            settings.subscribesPerMinute(),
            keys,
            new EndpointGuard(edge.vertx(), settings.endpoints()),
            new SubscriptionStore(postgres),
            reach,
            cap,
            clock)
        .mount(edge.router());
  }
}
