package dev.switchboard.ice;

import dev.switchboard.ice.cut.CliSettings;
import dev.switchboard.ice.cut.RelayCuts;
import dev.switchboard.ice.provider.ProviderLists;
import dev.switchboard.ice.relay.PassedOver;
import dev.switchboard.ice.relay.RelayProbes;
import dev.switchboard.ice.server.TurnServer;
import dev.switchboard.ice.traffic.RelayTraffic;
import dev.switchboard.shared.redis.RedisSettings;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ICE servers over HTTP and over the bus; needs neither Redis nor Postgres for them. What relays
 * carried goes to Postgres if there are statistics of theirs.
 */
public final class IceRole implements Role {
  private static final Logger LOG = LoggerFactory.getLogger(IceRole.class);

  private final Node node;
  private final IceSettings settings;
  private final RelayProbes probes;
  private final Optional<ProviderLists> provider;
  private final Optional<RelayTraffic> traffic;
  private final Optional<RelayCuts> cuts;
  private final IceSource source;
  private @Nullable String deployment;

  /** Reads the settings; throws {@link dev.switchboard.shared.config.BadSettingException}. */
  public IceRole(Node node) {
    this(node, RelayProbes.Timing.DEFAULT, ProviderLists.Timing.DEFAULT);
  }

  IceRole(Node node, RelayProbes.Timing timing, ProviderLists.Timing minting) {
    this.node = node;
    this.settings = IceSettings.from(node.settings());
    this.probes =
        new RelayProbes(
            node.vertx(),
            node.meters(),
            settings.usableTurnServers().stream().map(TurnServer::relay).toList(),
            timing);
    this.provider =
        settings
            .provider()
            .map(
                service ->
                    new ProviderLists(
                        node.vertx(),
                        node.meters(),
                        node.clock(),
                        service,
                        settings.longestTtlSeconds(),
                        minting));
    this.traffic =
        RedisSettings.from(node.settings(), "TURN_STATS_REDIS_URL")
            .map(
                redis ->
                    new RelayTraffic(
                        node.vertx(), redis, node.postgres(), node.meters(), node.clock()));
    CliSettings lines = CliSettings.from(node.settings());
    this.cuts =
        lines.places().isEmpty()
            ? Optional.empty()
            : Optional.of(new RelayCuts(node.vertx(), lines, node.meters()));
    this.source =
        new IceLists(node.vertx(), new IceServerList(settings), probes, provider, node.clock());
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
          "{} TURN servers are left out for want of {}",
          unusable,
          settings.provider().isPresent()
              ? "a name and password in their entry: a provider's are good for its own relays"
              : "TURN_STATIC_SECRET or TURN_USERNAME");
    }
    for (TurnServer server : settings.usableTurnServers()) {
      PassedOver.reasons(server.relay())
          .forEach(why -> LOG.warn("{}: {}", server.relay().url(), why));
    }
    return node.vertx()
        .deployVerticle(new IceVerticle(source, probes, provider, traffic, cuts, node.traces()))
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
    boolean own = !settings.usableTurnServers().isEmpty();
    boolean provided = provider.flatMap(ProviderLists::current).isPresent();
    return new JsonObject().put("turn", own || provided);
  }

  /** Degraded while the provider refuses us, and while there is none of its lists to hand out. */
  @Override
  public JsonObject health() {
    JsonObject health = new JsonObject();
    provider.ifPresent(
        lists -> {
          ProviderLists.State state = lists.state();
          health.put("turnProvider", state.name().toLowerCase(Locale.ROOT));
          boolean without = state != ProviderLists.State.STARTING && lists.current().isEmpty();
          if (state == ProviderLists.State.REFUSED || without) {
            health.put("degraded", true);
          }
        });
    return health;
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
