package dev.switchboard.push.webpush;

import dev.switchboard.push.tokens.ReachIndex;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.InstantSource;

/** Web Push as the role wires it: one a process. Used on any thread. */
public final class WebPush {
  private final WebPushSettings settings;
  private final VapidKeys keys;
  private final Pool postgres;
  private final HttpAccess access;
  private final InstantSource clock;

  /** Throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public WebPush(Node node) {
    this.settings = WebPushSettings.from(node.settings());
    this.keys = new VapidKeys(settings, new VapidKeyStore(node.postgres()));
    this.postgres = node.postgres();
    this.access = node.access();
    this.clock = node.clock();
  }

  /** Makes our key pair if there is none yet, and looks for newer ones. */
  public Future<Void> refreshKeys() {
    return keys.refresh();
  }

  /** Mounts the routes of browsers on an edge, on its event loop. */
  public void mount(Edge edge, ReachIndex reach) {
    new SubscriptionRoutes(
            access,
            settings.subscribesPerMinute(),
            keys,
            new EndpointGuard(edge.vertx(), settings),
            new SubscriptionStore(postgres),
            reach,
            clock)
        .mount(edge.router());
  }
}
