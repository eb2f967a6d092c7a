package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.accepted;
import static dev.switchboard.signaling.calls.Payloads.of;
import static dev.switchboard.signaling.testing.AckAssert.assertAck;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.postgres.Postgres;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.SignalingKeys;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the parties of a call report of it, from two nodes into its record. */
final class CallStatsIT {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static CallNodes nodes;
  private static Pool postgres;
  private String ann;
  private String bob;
  private Phone caller;
  private Phone callee;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    String database = RealPostgres.newDatabase();
    nodes = new CallNodes(Map.of("DATABASE_URL", database));
    postgres = Postgres.pool(nodes.vertx, database, 1);
  }

  @AfterAll
  static void stop() {
    Await.await(postgres.close());
    nodes.close();
  }

  @BeforeEach
  void register() {
    int number = NUMBERS.incrementAndGet();
    ann = "measuring-ann" + number;
    bob = "measured-bob" + number;
    caller = nodes.registered(0, ann, "a");
    callee = nodes.registered(1, bob, "b");
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  private static JsonObject report(String callId, double rtt, String path) {
    return of(callId).put("rttMs", rtt).put("path", path);
  }

  private static JsonObject side(double rtt, String path) {
    return new JsonObject().put("rttMs", rtt).put("path", path);
  }

  private JsonObject listed(String user) {
    return nodes.history(user, "").getJsonArray("calls").getJsonObject(0);
  }

  private void awaitQuality(JsonObject quality) {
    Await.until(
        () ->
            !nodes.history(ann, "").getJsonArray("calls").isEmpty()
                && quality.equals(listed(ann).getJsonObject("quality")));
  }

  private void end(String callId) {
    assertAck(caller.ask("call_end", of(callId))).isSuccess();
    callee.hear("call_end");
  }

  private void awaitRecord() {
    Await.until(() -> nodes.history(ann, "").getJsonArray("calls").size() == 1);
  }

  private static JsonObject stored(String callId) {
    for (Row row :
        Await.await(
            postgres
                .preparedQuery("SELECT quality FROM call_records WHERE call_id = $1")
                .execute(Tuple.of(callId)))) {
      return row.getJsonObject("quality");
    }
    throw new AssertionError("no record of " + callId);
  }

  @Test
  void reportsBeforeAndAfterTheEndAreInTheRecord() {
    String callId = accepted(caller, callee, bob);
    assertAck(caller.ask("call_stats", report(callId, 300, "host"))).isSuccess();
    JsonObject all = report(callId, 84.5, "relay").put("jitterMs", 3.2).put("lossPercent", 0.4);
    assertAck(caller.ask("call_stats", all.copy().put("else", "x"))).isSuccess();
    end(callId);
    assertAck(callee.ask("call_stats", report(callId, 80, "relay"))).isSuccess();

    all.remove("callId");
    JsonObject both = new JsonObject().put("caller", all).put("callee", side(80, "relay"));
    awaitQuality(both);
    assertThat(listed(bob).getJsonObject("quality")).isEqualTo(both);
    assertThat(stored(callId)).isEqualTo(both);
  }

  @Test
  void reportsAfterTheRecordIsWrittenChangeItAlone() {
    String callId = accepted(caller, callee, bob);
    end(callId);
    awaitRecord();
    JsonObject before = listed(ann);
    assertThat(before.containsKey("quality")).isFalse();
    assertAck(caller.ask("call_stats", report(callId, 20, "host"))).isSuccess();
    assertAck(callee.ask("call_stats", report(callId, 21, "srflx"))).isSuccess();
    assertAck(callee.ask("call_stats", report(callId, 22, "srflx"))).isSuccess();

    JsonObject both =
        new JsonObject().put("caller", side(20, "host")).put("callee", side(22, "srflx"));
    awaitQuality(both);
    assertThat(listed(bob)).isEqualTo(before.put("quality", both));
    Await.until(() -> nodes.redis("XLEN", SignalingKeys.CALL_RECORDS).toInteger() == 0);
  }

  @Test
  void entriesInTheWrongOrderAndTwiceEndInTheLatest() {
    String callId = accepted(caller, callee, bob);
    assertAck(caller.ask("call_stats", report(callId, 1, "host"))).isSuccess();
    end(callId);
    assertAck(caller.ask("call_stats", report(callId, 2, "host"))).isSuccess();
    JsonObject latest = new JsonObject().put("caller", side(2, "host"));
    awaitQuality(latest);
    JsonObject call = new JsonObject();
    var hash = nodes.redis("HGETALL", SignalingKeys.call(callId));
    hash.getKeys().forEach(field -> call.put(field, hash.get(field).toString()));
    // As a node leaves it that died between writing it and taking it off.
    nodes.redis(
        "XADD",
        SignalingKeys.CALL_RECORDS,
        "*",
        CallFields.RECORD,
        call.encode(),
        "caller",
        side(1, "host").encode(),
        "reports",
        "1");
    Await.until(() -> nodes.redis("XLEN", SignalingKeys.CALL_RECORDS).toInteger() == 0);
    assertThat(stored(callId)).isEqualTo(latest);
    assertThat(nodes.history(ann, "").getJsonArray("calls")).hasSize(1);
  }

  @Test
  void whatNobodyMayOrCanReportIsRefused() {
    String callId = accepted(caller, callee, bob);
    Phone stranger = nodes.registered(1, "eve of " + ann, "e");
    assertAck(stranger.ask("call_stats", report(callId, 20, "host"))).isRefused("E203");
    for (String unknown : List.of(UUID.randomUUID().toString(), "user:" + ann)) {
      assertAck(caller.ask("call_stats", report(unknown, 20, "host"))).isRefused("E101");
    }
    assertAck(caller.ask("call_stats", report(callId, -1, "host"))).isRefused("E301");
    assertAck(caller.ask("call_stats", report(callId, 60_001, "host"))).isRefused("E301");
    assertAck(caller.ask("call_stats", report(callId, 20, "prflx"))).isRefused("E301");
    JsonObject text = of(callId).put("path", "host").put("lossPercent", "3");
    assertAck(caller.ask("call_stats", text)).isRefused("E301");
    assertAck(caller.ask("call_stats", of(callId).put("rttMs", 20))).isRefused("E302");
    assertAck(caller.ask("call_stats", new JsonObject().put("path", "host"))).isRefused("E302");
    end(callId);
    awaitRecord();
    assertThat(listed(ann).containsKey("quality")).isFalse();
  }
}
