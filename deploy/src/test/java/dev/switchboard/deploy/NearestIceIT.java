package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.trace.CallTraces;
import dev.switchboard.signaling.ice.IceClient;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which ICE role is asked in a cluster of two. */
final class NearestIceIT {
  private static VertxStart here;
  private static VertxStart there;

  @BeforeAll
  static void start() {
    String members = "127.0.0.1:" + RealRedis.freePort() + ",127.0.0.1:" + RealRedis.freePort();
    here = join(members, 0);
    there = join(members, 1);
  }

  private static VertxStart join(String members, int index) {
    String port = members.split(",")[index].split(":")[1];
    ProcessSettings settings =
        ProcessSettings.from(
            Settings.of(
                Map.of(
                    "CLUSTER",
                    "on",
                    "CLUSTER_MEMBERS",
                    members,
                    "CLUSTER_PORT",
                    port,
                    "EDGES",
                    "1")));
    return Await.await(VertxStart.start(settings, "of this test", Optional.empty()), 30);
  }

  @AfterAll
  static void stop() {
    Await.await(there.close());
    Await.await(here.close());
  }

  /** Plays an ICE role, whose list names it. */
  private static MessageConsumer<JsonObject> playIce(VertxStart node, String url) {
    return playIce(node, url, true);
  }

  private static MessageConsumer<JsonObject> playIce(
      VertxStart node, String url, boolean isComplete) {
    JsonObject answer = new JsonObject().put("complete", isComplete);
    JsonArray list = new JsonArray().add(new JsonObject().put("urls", url));
    MessageConsumer<JsonObject> role =
        node.vertx()
            .eventBus()
            .consumer(
                BusAddresses.ICE_SERVERS, message -> message.reply(answer.put("iceServers", list)));
    Await.await(role.completion());
    return role;
  }

  @Test
  void thatOfTheProcessIsAskedAndAnyOtherOnceItHasStoppedOrLacksServers() {
    IceClient client =
        new IceClient(
            here.vertx().eventBus(), CallTraces.OFF, InstantSource.system(), List.of("stun:none"));
    playIce(there, "stun:there");
    // The first message to another process may take longer than a call waits.
    Await.until(() -> asked(client).contains("stun:there"));

    MessageConsumer<JsonObject> own = playIce(here, "stun:here");
    for (int i = 0; i < 10; i++) {
      assertThat(asked(client)).contains("stun:here");
    }
    Await.await(own.unregister());

    MessageConsumer<JsonObject> lacking = playIce(here, "stun:here", false);
    // The one that has stopped is still one of those asked by turns until the cluster has told it.
    Await.until(() -> IntStream.range(0, 10).allMatch(i -> asked(client).contains("stun:there")));
    Await.await(lacking.unregister());
    // The bus asks a role that has stopped until the cluster has told it.
    Await.until(() -> asked(client).contains("stun:there"));
    for (int i = 0; i < 10; i++) {
      assertThat(asked(client)).contains("stun:there");
    }
  }

  /** Of a user that no list is known for. */
  private static String asked(IceClient client) {
    return Await.await(client.servers(UUID.randomUUID().toString(), null)).list().encode();
  }
}
