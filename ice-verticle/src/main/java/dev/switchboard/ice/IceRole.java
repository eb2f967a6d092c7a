package dev.switchboard.ice;

import dev.switchboard.ice.relay.RelayProbes;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ICE servers over HTTP and over the bus; needs neither Redis nor Postgres. */
public final class IceRole implements Role {
  private static final Logger LOG = LoggerFactory.getLogger(IceRole.class);

  private final Node node;
  private final IceSettings settings;
  private final RelayProbes probes;
  private final IceSource source;
  private @Nullable String deployment;

  /** Reads the settings; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public IceRole(Node node) {
    this(node, RelayProbes.Timing.DEFAULT);
  }

  IceRole(Node node, RelayProbes.Timing timing) {
    this.node = node;
    this.settings = IceSettings.from(node.settings());
    this.probes =
        new RelayProbes(
            node.vertx(),
            node.meters(),
            settings.usableTurnServers().stream().map(TurnServer::relay).toList(),
            timing);
    IceServerList list = new IceServerList(settings);
    this.source = asker -> list.offer(asker, probes.listed(), node.clock().instant());
  }

  @Override
  public RoleName name() {
    return RoleName.ICE;
  }

  @Override
  public Future<Void> start() {
    int unusable = settings.turnServers().size() - settings.usableTurnServers().size();
    if (unusable > 0) {
      LOG.warn(
          "{} TURN servers are left out for want of TURN_STATIC_SECRET or TURN_USERNAME", unusable);
    }
    return node.vertx()
        .deployVerticle(new IceVerticle(source, probes, node.traces()))
        .onSuccess(id -> deployment = id)
        .mapEmpty();
  }

  @Override
  public Future<Void> mount(Edge edge) {
    new IceRoutes(source, settings, node.access()).mount(edge.router());
    return Future.succeededFuture();
  }

  /** Only the rate limit is shared there. */
  @Override
  public boolean worksWithoutRedis() {
    return true;
  }

  @Override
  public JsonObject features() {
    return new JsonObject().put("turn", !settings.usableTurnServers().isEmpty());
  }

  @Override
  public Future<JsonObject> overview() {
    JsonArray relays = new JsonArray();
    probes.states().forEach(state -> relays.add(show(state)));
    return Future.succeededFuture(new JsonObject().put("relays", relays));
  }

  private static JsonObject show(RelayProbes.State state) {
    RelayProbes.Probe last = state.last();
    return new JsonObject()
        .put("url", state.relay().url())
        .put("up", state.up())
        .put("listed", state.listed())
        .put("misses", state.misses())
        .put("probedAt", last == null ? null : last.at())
        .put("answeredAt", last == null || last.answeredAt() == 0 ? null : last.answeredAt())
        .put("tookMillis", last == null ? null : last.tookMillis());
  }

  @Override
  public Future<Void> stop() {
    String deployed = deployment;
    deployment = null;
    return deployed == null ? Future.succeededFuture() : node.vertx().undeploy(deployed);
  }
}
