package dev.switchboard.ice;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.relay.Relay.Transport;
import dev.switchboard.shared.bus.BusAddresses;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelayProbesIT {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(5, SECONDS);
  }

  private static IceNode watching(FakeRelay... relays) throws Exception {
    List<String> urls = new ArrayList<>();
    for (FakeRelay relay : relays) {
      urls.add(relay.url);
    }
    return new IceNode(
        Map.of("TURN_SERVER_URL", String.join(",", urls), "TURN_STATIC_SECRET", "s"));
  }

  private void until(BooleanSupplier condition) throws Exception {
    Promise<Void> met = Promise.promise();
    long timer =
        vertx.setPeriodic(
            10,
            _ -> {
              if (condition.getAsBoolean()) {
                met.tryComplete();
              }
            });
    met.future().await(20, SECONDS);
    vertx.cancelTimer(timer);
  }

  private static double up(IceNode node, FakeRelay relay) {
    return node.meters.get("switchboard.turn.up").tag("url", relay.url).gauge().value();
  }

  private static List<String> listed(IceNode node) throws Exception {
    JsonObject reply =
        node.vertx
            .eventBus()
            .<JsonObject>request(BusAddresses.ICE_SERVERS, new JsonObject().put("userId", "a"))
            .await(5, SECONDS)
            .body();
    return reply.getJsonArray("iceServers").stream()
        .map(server -> ((JsonObject) server).getString("urls"))
        .filter(url -> url.startsWith("turn"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aSilentRelayLeavesTheListUntilItAnswersAgain(Transport transport) throws Exception {
    FakeRelay first = new FakeRelay(vertx, transport);
    FakeRelay second = new FakeRelay(vertx, Transport.UDP);
    try (IceNode node = watching(first, second)) {
      until(() -> first.asked.get() > 4);
      assertThat(listed(node)).containsExactly(first.url, second.url);

      first.silent = true;
      until(() -> up(node, first) == 0);
      assertThat(listed(node)).containsExactly(second.url);

      first.silent = false;
      until(() -> up(node, first) == 1);
      assertThat(listed(node)).containsExactly(first.url, second.url);
    }
  }

  @Test
  void theLastRelayStaysAndAForgedAnswerIsNone() throws Exception {
    FakeRelay only = new FakeRelay(vertx, Transport.UDP);
    only.forging = true;
    try (IceNode node = watching(only)) {
      until(() -> up(node, only) == 0);
      assertThat(listed(node)).containsExactly(only.url);
    }
  }

  @Test
  void aStoppedRoleAsksNoMoreAndTakesItsGaugesAway() throws Exception {
    FakeRelay silent = new FakeRelay(vertx, Transport.TCP);
    silent.silent = true;
    IceNode node = watching(silent);
    until(() -> silent.asked.get() > 0);
    node.close();

    assertThat(node.meters.find("switchboard.turn.up").gauges()).isEmpty();
  }

  private static JsonObject shown(IceNode node, FakeRelay relay) throws Exception {
    return node.role.overview().await(5, SECONDS).getJsonArray("relays").stream()
        .map(each -> (JsonObject) each)
        .filter(each -> each.getString("url").equals(relay.url))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void operatorsSeeTheLastProbeOfEachRelay() throws Exception {
    FakeRelay first = new FakeRelay(vertx, Transport.UDP);
    FakeRelay second = new FakeRelay(vertx, Transport.UDP);
    try (IceNode node = watching(first, second)) {
      until(() -> first.asked.get() > 2 && second.asked.get() > 2);
      JsonObject well = shown(node, first);
      assertThat(well.getBoolean("up")).isTrue();
      assertThat(well.getLong("answeredAt")).isEqualTo(well.getLong("probedAt")).isPositive();

      first.silent = true;
      until(() -> up(node, first) == 0);
      JsonObject dead = shown(node, first);
      assertThat(dead.getBoolean("up")).isFalse();
      assertThat(dead.getBoolean("listed")).isFalse();
      assertThat(dead.getInteger("misses")).isEqualTo(3);
      assertThat(dead.getLong("answeredAt")).isLessThan(dead.getLong("probedAt"));
      assertThat(shown(node, second).getBoolean("listed")).isTrue();
    }
  }
}
