package dev.switchboard.signaling.ice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.relay.StunDefault;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.shared.trace.CallTraces;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IceClientTest {
  private static final JsonArray STUN = new JsonArray().add(new JsonObject().put("urls", "stun:a"));
  private static final JsonArray PROVIDED =
      new JsonArray()
          .add(new JsonObject().put("urls", "stun:a"))
          .add(
              new JsonObject()
                  .put("urls", "turn:b")
                  .put("username", "shared")
                  .put("credential", "word"));

  private final Vertx vertx = Vertx.vertx();
  private final TestClock clock = new TestClock();
  private final IceClient client =
      new IceClient(vertx.eventBus(), CallTraces.OFF, clock, List.of(StunDefault.PUBLIC));
  private final MessageConsumer<Object> role = playIce();
  private JsonObject answer = new JsonObject();
  private boolean away;

  private MessageConsumer<Object> playIce() {
    return vertx
        .eventBus()
        .consumer(
            BusAddresses.ICE_SERVERS,
            message -> {
              if (away) {
                message.fail(503, "away");
              } else {
                message.reply(answer);
              }
            });
  }

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private IceClient.Servers ask(String userId) {
    return Await.await(client.servers(userId, null));
  }

  private void provided() {
    answer =
        new JsonObject()
            .put("iceServers", PROVIDED)
            .put("ttl", 600)
            .put("complete", true)
            .put("sharedUntil", clock.millis() + 1_000_000);
    assertThat(ask("ann").list()).isEqualTo(PROVIDED);
  }

  @Test
  void sharedCredentialsServeOthersAsLongAsTheyLive() {
    provided();
    away = true;

    assertThat(ask("bob").list()).isEqualTo(PROVIDED);
    clock.advance(Duration.ofSeconds(900));
    IceClient.Servers last = ask("bob");
    assertThat(last.list()).isEqualTo(PROVIDED);
    assertThat(last.ttlSeconds()).isEqualTo(100);
    clock.advance(Duration.ofSeconds(100));
    assertThat(ask("bob").list()).isEqualTo(STUN);
  }

  @Test
  void aListThatLivesIsWorthMoreThanOneWithoutRelays() {
    provided();
    answer = new JsonObject().put("iceServers", STUN).put("ttl", 60).put("complete", false);

    assertThat(ask("ann").list()).isEqualTo(PROVIDED);
    assertThat(ask("bob").list()).isEqualTo(PROVIDED);
    clock.advance(Duration.ofSeconds(1_000));
    assertThat(ask("ann").list()).isEqualTo(STUN);
  }

  @Test
  void anotherRoleIsAskedForWhatThisOneLacks() {
    answer = new JsonObject().put("iceServers", STUN).put("ttl", 60).put("complete", false);
    JsonObject whole = new JsonObject().put("iceServers", PROVIDED).put("ttl", 600);
    // On a bus that is alone they take turns at each request.
    Await.await(
        vertx
            .eventBus()
            .<JsonObject>consumer(BusAddresses.ICE_SERVERS, message -> message.reply(whole))
            .completion());

    for (String user : List.of("ann", "bob", "cem", "dan")) {
      assertThat(ask(user)).isEqualTo(new IceClient.Servers(PROVIDED, 600, true));
    }
  }

  @Test
  void anyRoleIsAskedWhereThisProcessHasNone() {
    Await.await(role.unregister());
    AtomicInteger asked = new AtomicInteger();
    // A bus that is alone reaches no other process: a role appears when it is asked once more.
    vertx
        .eventBus()
        .addOutboundInterceptor(
            sent -> {
              if (asked.incrementAndGet() == 2) {
                playIce();
              }
              sent.next();
            });
    provided();
  }

  @Test
  void whatIsKnownServesWhereNoRoleIs() {
    provided();
    Await.await(role.unregister());

    assertThat(ask("ann")).isEqualTo(new IceClient.Servers(PROVIDED, 600, false));
  }

  @Test
  void aRoleThatRefusesIsTheOnlyOneAsked() {
    AtomicInteger sent = new AtomicInteger();
    vertx
        .eventBus()
        .addOutboundInterceptor(
            message -> {
              if (message.message().address().equals(BusAddresses.ICE_SERVERS)) {
                sent.incrementAndGet();
              }
              message.next();
            });
    away = true;

    assertThat(ask("ann").fresh()).isFalse();
    assertThat(sent).hasValue(1);
  }
}
