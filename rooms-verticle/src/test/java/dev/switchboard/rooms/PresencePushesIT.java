package dev.switchboard.rooms;

import static java.time.temporal.ChronoUnit.MICROS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.rooms.RoomKeys;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PresencePushesIT {
  private TestNode node;
  private RoomsRole role;
  private RoomStore store;
  private Redis redis;

  @BeforeEach
  void start() {
    RealRedis.flush();
    node = TestNode.start();
    role = new RoomsRole(node.node());
    store = new RoomStore(node.node().postgres());
    redis =
        Redis.createClient(node.vertx(), new RedisOptions().setConnectionString(RealRedis.url()));
    Await.await(role.start());
  }

  @AfterEach
  void stop() {
    RealPostgres.start();
    Await.await(role.stop());
    node.close();
  }

  private Response redis(String command, String... arguments) {
    Request request = Request.cmd(Command.create(command.toUpperCase(Locale.ROOT)));
    for (String argument : arguments) {
      request.arg(argument);
    }
    return Await.await(redis.send(request));
  }

  private void room(String roomId) {
    Instant now = node.clock().instant();
    Instant exp = now.plus(Duration.ofHours(1));
    Await.await(store.create(roomId, new Person("ann", "t1", "ios"), exp, now));
    Await.await(store.accept(roomId, new Person("bob", "t2", "android"), roomId, now));
  }

  /** As the socket of somebody does who joined alone, or pings. */
  private void ask(String kind, String roomId, String... ids) {
    long now = node.clock().millis();
    JsonObject entry =
        new JsonObject()
            .put("kind", kind)
            .put("roomId", roomId)
            .put("client", "c")
            .put("ids", new JsonArray(List.of(ids)))
            .put("at", now);
    redis("zadd", RoomKeys.PRESENCE, Long.toString(now), entry.encode());
  }

  private List<Map<String, String>> settled() {
    Await.until(() -> redis("zcard", RoomKeys.PRESENCE).toInteger() == 0);
    List<Map<String, String>> jobs = new ArrayList<>();
    for (Response entry : redis("xrange", PushJobs.JOBS, "-", "+")) {
      Map<String, String> job = new HashMap<>();
      Response fields = entry.get(1);
      for (int i = 0; i + 1 < fields.size(); i += 2) {
        job.put(fields.get(i).toString(), fields.get(i + 1).toString());
      }
      jobs.add(job);
    }
    return jobs;
  }

  @Test
  void otherPersonIsPushedOnceAMinute() {
    room("r1");
    ask("join", "r1", "ann");
    Map<String, String> job = settled().getFirst();
    assertThat(job)
        .containsEntry("cause", "presence")
        .containsEntry("roomId", "r1")
        .containsEntry("person", "client2")
        .containsEntry("deadline", Long.toString(Long.parseLong(job.get("createdAt")) + 300_000));
    assertThat(new JsonObject(job.get("data")).getMap())
        .containsEntry("roomId", "r1")
        .containsEntry("type", "presence");
    assertThat(new JsonArray(job.get("unless")))
        .isEqualTo(new JsonArray("[[\"room:present:r1\",\"bob\"],[\"room:full:r1\",\"\"]]"));

    node.clock().advance(Duration.ofSeconds(1));
    ask("join", "r1", "ann");
    ask("ping", "r1", "ann");
    assertThat(settled()).hasSize(1);
    ask("ping", "r1", "bob");
    assertThat(settled()).extracting(pushed -> pushed.get("person")).contains("client1");
    redis("del", RoomKeys.told("r1", 2));
    node.clock().advance(Duration.ofSeconds(1));
    ask("join", "r1", "ann");
    assertThat(settled()).hasSize(3);
  }

  @Test
  void roomOutlivesItsJoinCodeAndItsUseIsNoted() {
    room("r1");
    for (String kind : List.of("join", "use")) {
      node.clock().advance(Duration.ofDays(50));
      ask(kind, "r1", "ann");
      Await.until(() -> usedAt("r1").equals(node.clock().instant().truncatedTo(MICROS)));
    }
    assertThat(settled()).extracting(job -> job.get("person")).containsExactly("client2");
  }

  private Instant usedAt(String roomId) {
    Row row =
        Await.await(
                node.node()
                    .postgres()
                    .preparedQuery("SELECT used_at FROM rooms WHERE room_id = $1")
                    .execute(Tuple.of(roomId)))
            .iterator()
            .next();
    return row.getOffsetDateTime(0).toInstant();
  }

  @Test
  void limitEndsAfterAMinute() {
    room("r1");
    ask("join", "r1", "ann");
    settled();
    assertThat(redis("pttl", RoomKeys.told("r1", 2)).toLong()).isBetween(1L, 60_000L);
  }

  @Test
  void nobodyIsPushedForARoomThatIsNotStoredOrWhereTheyAreAlready() {
    room("r1");
    redis("hset", RoomKeys.present("r1"), "bob", "1");
    ask("join", "r1", "ann");
    ask("join", "ad hoc", "ann");
    redis("zadd", RoomKeys.PRESENCE, "1", "rubbish");
    assertThat(settled()).isEmpty();
    assertThat(redis("exists", RoomKeys.told("r1", 2)).toInteger()).isZero();
  }

  @Test
  void pingPushesWhoeverIsConnected() {
    room("r1");
    redis("hset", RoomKeys.present("r1"), "bob", "1");
    redis("set", RoomKeys.full("r1"), "1");
    ask("ping", "r1", "ann");
    assertThat(settled()).hasSize(1);
    assertThat(settled().getFirst()).doesNotContainKey("unless");
  }

  @Test
  void whatIsTooOldIsDropped() {
    room("r1");
    RealPostgres.stop();
    ask("join", "r1", "ann");
    node.clock().advance(Duration.ofMinutes(6));
    RealPostgres.start();
    assertThat(settled()).isEmpty();
  }

  @Test
  void withPostgresAwayNothingIsLost() {
    room("r1");
    RealPostgres.stop();
    ask("join", "r1", "ann");
    String taken = Double.toString(node.clock().millis());
    Await.until(() -> redis("zcount", RoomKeys.PRESENCE, "(" + taken, "+inf").toInteger() == 1);
    RealPostgres.start();
    Await.until(
        () -> {
          node.clock().advance(Duration.ofSeconds(5));
          return redis("zcard", RoomKeys.PRESENCE).toInteger() == 0;
        },
        30);
    assertThat(settled()).hasSize(1);
  }
}
