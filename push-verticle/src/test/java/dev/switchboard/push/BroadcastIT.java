package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.queue.Notifications;
import dev.switchboard.push.queue.PushOrder;
import dev.switchboard.push.queue.PushQueue;
import dev.switchboard.push.send.Outcome;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.TestClock;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BroadcastIT extends PushTest {
  private static final PushOrder ORDER =
      new PushOrder(new JsonObject().put("title", "T").put("body", "B"), Duration.ofHours(1), null);

  private static void devices(PushNode node, int count) {
    Await.await(
        node.postgres
            .query(
                "INSERT INTO push_tokens (user_id, type, token, device_id, updated_at)"
                    + " SELECT 'user' || i, 'fcm', 'token-' || i, 'phone-' || i,"
                    + " now() - interval '1 hour'"
                    + " FROM generate_series(1, "
                    + count
                    + ") AS i")
            .execute());
  }

  private static long rows(PushNode node, String condition) {
    return Await.await(
            node.postgres
                .query("SELECT count(*) AS n FROM push_tokens WHERE " + condition)
                .execute())
        .iterator()
        .next()
        .getLong("n");
  }

  private static String broadcast(PushNode node, TestClock clock) {
    return node.withRedis(link -> new PushQueue(link, clock).toEveryone(ORDER, true, null, 1))
        .getString("notification_id");
  }

  @Test
  void everyDeviceGetsItOnceThoughTheNodeThatBeganIsKilled() {
    RecordingSender hanging = new RecordingSender(true);
    RecordingSender survivor = new RecordingSender(false);
    try (PushNode first = node("a", hanging)) {
      devices(first, 1_234);
      String id = broadcast(first, clock);
      Await.until(() -> !hanging.sent.isEmpty());
      first.vanish();
      try (PushNode second = node("b", survivor)) {
        Await.until(
            () -> {
              // what had to wait for its turn does so by this clock
              clock.advance(Duration.ofMillis(20));
              return Set.copyOf(survivor.sent).size() == 1_234;
            },
            30);
        untilDone();
        JsonObject status =
            second.withRedis(link -> new Notifications(link).find(id)).orElseThrow();
        assertThat(status.getJsonObject("counts").getInteger("sent")).isEqualTo(1_234);
        assertThat(status.getJsonArray("devices")).hasSize(1_000);
        Await.until(() -> rows(second, "last_used_at IS NOT NULL") == 1_234);
      }
    }
  }

  @Test
  void whenTooManyAreCalledGoneTheyAreQuarantinedNotRemoved() {
    RecordingSender sender =
        new RecordingSender(false)
            .answering(
                (push, device) ->
                    new Outcome.Gone("Unregistered", clock.instant(), Outcome.Kind.CERTAIN));
    try (PushNode node = node("a", sender)) {
      devices(node, 60);
      broadcast(node, clock);
      Await.until(() -> rows(node, "quarantined_until > now() + interval '50 minutes'") == 60);
      Await.until(() -> node.meters.find("push.tokens.quarantined").counter().count() == 60);
      sender.answering(new Outcome.Accepted("x"));
      broadcast(node, clock);
      untilDone();
      assertThat(sender.sent).hasSize(60);
      Await.until(() -> node.counted("custom", "dropped") == 60);
      clock.advance(Duration.ofMinutes(61));
      broadcast(node, clock);
      Await.until(() -> rows(node, "quarantined_until IS NULL") == 60);
      assertThat(sender.sent).hasSize(120);
    }
  }

  @Test
  void goneDeviceIsKeptIfItWasRegisteredAnewSince() {
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      devices(node, 2);
      sender.answering(
          (push, device) ->
              new Outcome.Gone(
                  "Unregistered",
                  device.cut().equals("tok")
                      ? clock.instant().minus(Duration.ofDays(1))
                      : clock.instant().plusSeconds(60),
                  Outcome.Kind.CERTAIN));
      Await.await(
          node.postgres
              .query("UPDATE push_tokens SET token = 'longer-token' WHERE token = 'token-2'")
              .execute());
      broadcast(node, clock);
      // counted last, when the reach index is right again too
      Await.until(() -> node.meters.find("push.tokens.removed").counter().count() == 1);
      assertThat(rows(node, "true")).isEqualTo(1);
      assertThat(rows(node, "token = 'token-1'")).isEqualTo(1);
    }
  }

  @Test
  void devicesNobodyHasHeardOfAreSwept() {
    List<String> old = new ArrayList<>();
    RecordingSender sender = new RecordingSender(false);
    try (PushNode node = node("a", sender)) {
      devices(node, 3);
      Await.await(
          node.postgres
              .query(
                  "UPDATE push_tokens SET updated_at = now() - interval '271 days',"
                      + " last_used_at = CASE token WHEN 'token-1' THEN now() END"
                      + " WHERE token <> 'token-3'")
              .execute());
      old.add("token-2");
    }
    redis.send("DEL", "push:sweep:lease");
    try (PushNode node = node("b", sender)) {
      Await.until(() -> rows(node, "token = '" + old.getFirst() + "'") == 0);
      assertThat(rows(node, "true")).isEqualTo(2);
    }
  }
}
