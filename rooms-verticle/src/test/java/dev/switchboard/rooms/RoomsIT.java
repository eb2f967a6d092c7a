package dev.switchboard.rooms;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RoomsIT extends RoomsServerTest {
  @BeforeEach
  void start() {
    RealRedis.flush();
    start(Map.of("RATE_ROOMS_PER_HOUR", "10", "RATE_ACCEPT_PER_MINUTE", "20"));
  }

  @Test
  void joinCodeBecomesARoomThatBothFind() {
    JsonObject made = answer(201, POST, ROOMS, code("c1"));
    assertThat(made.getBoolean("ok")).isTrue();
    assertThat(made.getString("exp"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(error(409, POST, ROOMS, code("c1"))).isEqualTo("conflict");
    answer(204, POST, ROOMS + "/check", code("c1"));
    answer(404, POST, ROOMS + "/check", code("c1").put("client1", "eve"));

    JsonObject accepted = answer(200, POST, ROOMS + "/accept", accept("c1"));
    String roomId = accepted.getString("roomid");
    assertThat(roomId).matches("[0-9a-f]{48}");
    assertThat(accepted.getString("ephemeralId")).isEqualTo("bob");
    assertThat(accepted.getString("exp")).isEqualTo(made.getString("exp"));
    assertThat(error(409, POST, ROOMS + "/accept", accept("c1"))).isEqualTo("conflict");
    assertThat(answer(200, POST, ROOMS + "/check", code("c1")).getString("roomid"))
        .isEqualTo(roomId);

    JsonObject shown = answer(200, GET, ROOMS + "?roomid=" + roomId, "");
    assertThat(shown.getString("client1_token")).isEqualTo("0123456789abcdef…");
    assertThat(shown.containsKey("client2_token")).isTrue();
    assertThat(shown.getString("client2")).isEqualTo("bob");
    answer(201, POST, ROOMS, code("c1"));
  }

  @Test
  void ofManyAcceptsAtOnceExactlyOneWins() {
    answer(201, POST, ROOMS, code("c1"));
    var sent =
        IntStream.range(0, 20)
            .mapToObj(i -> send(POST, ROOMS + "/accept", accept("c1").put("client2", "b" + i)))
            .toList();
    List<Integer> statuses =
        sent.stream().map(Await::await).map(HttpResponse::statusCode).sorted().toList();
    assertThat(statuses.getFirst()).isEqualTo(200);
    assertThat(statuses.subList(1, 20)).containsOnly(409);
  }

  @Test
  void expiredJoinCodeIsAsIfItWereNotThereAndIsDeleted() {
    answer(201, POST, ROOMS, code("c2"));
    node.clock().advance(Duration.ofSeconds(61));

    assertThat(error(404, POST, ROOMS + "/accept", accept("c2"))).isEqualTo("not_found_or_expired");
    answer(404, POST, ROOMS + "/check", code("c2"));
    Await.until(() -> rows("pendings") == 0);
  }

  @Test
  void roomOutlivesItsJoinCode() {
    String roomId = room("c1");
    answer(201, POST, ROOMS, code("c2"));
    node.clock().advance(Duration.ofSeconds(61));
    Await.until(() -> rows("pendings") == 0);

    JsonObject shown = answer(200, GET, ROOMS + "?roomid=" + roomId, "");
    assertThat(Instant.parse(shown.getString("exp"))).isBefore(node.clock().instant());
    assertThat(answer(200, POST, ROOMS + "/check", code("c1")).getString("roomid"))
        .isEqualTo(roomId);
    assertThat(list(node.operatorToken("ops")).bodyAsJsonObject().getInteger("totalRooms"))
        .isEqualTo(1);
    assertThat(deleted).isEmpty();
  }

  /** As the version before did whenever it looked, and as it made rooms. */
  @Test
  void nodeOfAnEarlierVersionDoesNotEndRoomsByTheirJoinCode() {
    String ours = room("c1");
    OffsetDateTime exp = node.clock().instant().atOffset(ZoneOffset.UTC).plusSeconds(60);
    Tuple theirs = Tuple.of(exp.minusMinutes(1), exp);
    sql(
        "INSERT INTO rooms (room_id, joinid, client1, client2, created_at, exp)"
            + " VALUES ('theirs', 'c2', 'ann', 'bob', $1, $2)",
        theirs);
    sql("DELETE FROM rooms WHERE exp <= $1", Tuple.of(exp.plusDays(1)));
    for (String roomId : List.of(ours, "theirs")) {
      JsonObject shown = answer(200, GET, ROOMS + "?roomid=" + roomId, "");
      assertThat(Instant.parse(shown.getString("exp"))).isBeforeOrEqualTo(exp.toInstant());
    }
  }

  private void sql(String statement, Tuple values) {
    Await.await(node.node().postgres().preparedQuery(statement).execute(values));
  }

  @Test
  void roomThatNobodyUsesIsDeleted() {
    String unused = room("c1");
    String used = room("c2");
    node.clock().advance(Duration.ofDays(60));
    answer(200, GET, ROOMS + "?roomid=" + used, "");
    Await.until(() -> usedSince(Duration.ofDays(1)) == 1);
    node.clock().advance(Duration.ofDays(31));
    Await.until(() -> deleted.contains(unused));
    answer(404, GET, ROOMS + "?roomid=" + unused, "");
    answer(200, GET, ROOMS + "?roomid=" + used, "");
    assertThat(deleted).containsExactly(unused);
  }

  private long usedSince(Duration ago) {
    return Await.await(
            node.node()
                .postgres()
                .preparedQuery("SELECT FROM rooms WHERE used_at > $1")
                .execute(Tuple.of(node.clock().instant().minus(ago).atOffset(ZoneOffset.UTC))))
        .size();
  }

  private long rows(String table) {
    var rows = Await.await(node.node().postgres().query("SELECT count(*) FROM " + table).execute());
    return rows.iterator().next().getLong(0);
  }

  @Test
  void deletingTellsTheSocketsAndMayBeRepeated() {
    String roomId = room("c1");
    answer(200, DELETE, ROOMS, new JsonObject().put("roomid", roomId));
    answer(200, DELETE, ROOMS, new JsonObject().put("roomid", roomId));
    answer(404, GET, ROOMS + "?roomid=" + roomId, "");
    Await.until(() -> deleted.contains(roomId));
    assertThat(error(400, DELETE, ROOMS, "")).isEqualTo("missing_roomid");
    assertThat(error(400, GET, ROOMS, "")).isEqualTo("missing_roomid");
  }

  @Test
  void purgeTakesAllThatNamesTheDevices() {
    String roomId = room("c1");
    answer(201, POST, ROOMS, code("c2"));
    JsonObject purged =
        answer(200, POST, "/api/user/purge", "{\"deviceIds\":[\"ann\",\"nobody\"]}");
    assertThat(purged.getMap())
        .containsEntry("success", true)
        .containsEntry("deviceIdCount", 2)
        .containsEntry("roomsDeleted", 1)
        .containsEntry("pendingsDeleted", 1);
    Await.until(() -> deleted.contains(roomId));
    String path = "/api/user/purge";
    assertThat(error(400, POST, path, "{}")).isEqualTo("missing_deviceIds_or_deviceId");
    assertThat(error(400, POST, path, "{\"deviceIds\":[]}")).isEqualTo("empty_deviceIds_array");
    assertThat(answer(400, POST, path, "{\"deviceIds\":[1,\"\",\"x\",null]}").getMap())
        .containsEntry("error", "invalid_device_ids")
        .containsEntry("count", 3);
    assertThat(answer(200, POST, path, "{\"deviceId\":\"x\"}").getInteger("deviceIdCount"))
        .isEqualTo(1);
  }

  @Test
  void idsMayBeNumbersAndNumbersTexts() {
    JsonObject code = code("c").put("joinid", 7).put("client1", 42).put("expiresInSeconds", "300");
    answer(201, POST, ROOMS, code);
    answer(204, POST, ROOMS + "/check", code.copy().put("client1", "42"));
    String roomId =
        answer(200, POST, ROOMS + "/accept", accept("7").put("client2", 43)).getString("roomid");
    assertThat(answer(200, GET, ROOMS + "?roomid=" + roomId, "").getString("client2"))
        .isEqualTo("43");
    assertThat(answer(200, POST, "/api/user/purge", "{\"deviceId\":43}").getInteger("roomsDeleted"))
        .isEqualTo(1);
  }

  @Test
  void bodyIsJsonWhateverItsTypeSays() {
    int i = 0;
    for (String type :
        List.of(
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-8",
            "multipart/form-data; boundary=x",
            "text/plain",
            "nonsense")) {
      JsonObject code = code("50% off & more=" + i++).put("client1_token", "t".repeat(1_800));
      assertThat(status(type, code.encode())).as(type).isEqualTo(201);
      assertThat(status(type, "a=1&b=%zz")).as(type).isEqualTo(400);
    }
    var get =
        client
            .get(server.actualPort(), "127.0.0.1", ROOMS + "?roomid=none")
            .putHeader("Content-Type", "application/x-www-form-urlencoded")
            .putHeader("Content-Length", "0");
    assertThat(Await.await(get.send()).statusCode()).isEqualTo(404);
  }

  private int status(String type, String body) {
    var request = client.post(server.actualPort(), "127.0.0.1", ROOMS);
    return Await.await(request.putHeader("Content-Type", type).sendBuffer(Buffer.buffer(body)))
        .statusCode();
  }

  @Test
  void limitsHoldPerClientAndPerAddress() {
    IntStream.range(0, 10).forEach(i -> answer(201, POST, ROOMS, code("c" + i)));
    assertThat(error(429, POST, ROOMS, code("one-more")))
        .isEqualTo("Too many room creation requests. Try again later.");
    for (int i = 10; i < 100; i++) {
      answer(201, POST, ROOMS, code("c" + i).put("client1", "client " + i));
    }
    answer(429, POST, ROOMS, code("one-more").put("client1", "client 100"));
    IntStream.range(0, 20).forEach(i -> answer(404, POST, ROOMS + "/accept", accept("none")));
    answer(429, POST, ROOMS + "/accept", accept("c1"));
  }

  @Test
  void badRequestsNameTheField() {
    assertThat(error(400, POST, ROOMS, "{nope")).isEqualTo("invalid_body");
    assertThat(error(400, POST, ROOMS, "[]")).isEqualTo("invalid_body");
    assertThat(error(400, POST, ROOMS, "{}")).isEqualTo("missing_joinid");
    assertThat(error(400, POST, ROOMS, code("c").putNull("client1"))).isEqualTo("missing_client1");
    JsonObject endless = code("c");
    endless.remove("expiresInSeconds");
    assertThat(error(400, POST, ROOMS, endless)).isEqualTo("missing_expiresInSeconds");
    for (Object bad : List.of(0, 86_401, 1.5, "0", "1.5", "86401", -1, new JsonArray(), true)) {
      assertThat(error(400, POST, ROOMS, code("c").put("expiresInSeconds", bad)))
          .isEqualTo("invalid_expiresInSeconds");
    }
    assertThat(error(400, POST, ROOMS, code("c").put("joinid", 5.5))).isEqualTo("invalid_joinid");
    assertThat(error(400, POST, ROOMS, code("a\u0000b"))).isEqualTo("invalid_joinid");
    assertThat(error(400, POST, ROOMS, code("c").put("platform", "web")))
        .isEqualTo("invalid_platform");
    assertThat(error(400, POST, ROOMS + "/accept", code("c"))).isEqualTo("missing_client2");
    assertThat(error(413, POST, ROOMS, code("x".repeat(20_000)))).isEqualTo("payload_too_large");
    assertThat(error(400, GET, ROOMS + "?roomid=%00", "")).isEqualTo("invalid_roomid");
    assertThat(error(410, GET, ROOMS + "/abc", "")).isEqualTo("use_new_endpoints");
    assertThat(error(410, POST, ROOMS + "/abc/accept", "{}")).isEqualTo("use_new_endpoints");
  }

  @Test
  void operatorsSeeTheRooms() {
    String roomId = room("c1");
    answer(401, GET, "/rooms", "");
    assertThat(list(node.token("ann")).statusCode()).isEqualTo(403);
    JsonObject listed = list(node.operatorToken("ops")).bodyAsJsonObject();
    assertThat(listed.getInteger("totalRooms")).isEqualTo(1);
    assertThat(listed.getJsonArray("rooms").getJsonObject(0))
        .isEqualTo(new JsonObject().put("roomId", roomId).put("userCount", 0).put("full", false));
  }

  @Test
  void operatorsSeeRoomsThatOnlySocketsKnow() {
    String stored = room("c1");
    for (String roomId : List.of(stored, "ad hoc")) {
      redis("HSET", "room:members:" + roomId, "a", "{}");
      redis("ZADD", "room:occupied", "1", roomId);
    }
    redis("HSET", "room:members:ad hoc", "b", "{}");
    JsonObject listed = list(node.operatorToken("ops")).bodyAsJsonObject();
    assertThat(listed.getInteger("totalRooms")).isEqualTo(2);
    assertThat(listed.getJsonArray("rooms"))
        .containsExactlyInAnyOrder(
            new JsonObject().put("roomId", stored).put("userCount", 1).put("full", false),
            new JsonObject().put("roomId", "ad hoc").put("userCount", 2).put("full", true));
  }

  private void redis(String command, String... arguments) {
    Redis redis =
        Redis.createClient(node.vertx(), new RedisOptions().setConnectionString(RealRedis.url()));
    Request request = Request.cmd(Command.create(command));
    List.of(arguments).forEach(request::arg);
    Await.await(redis.send(request).eventually(redis::close));
  }

  private HttpResponse<Buffer> list(String token) {
    return Await.await(
        client
            .get(server.actualPort(), "127.0.0.1", "/rooms")
            .bearerTokenAuthentication(token)
            .send());
  }

  @Test
  void withoutPostgresAnswersAre503UntilItIsBack() {
    answer(201, POST, ROOMS, code("c1"));
    RealPostgres.stop();
    assertThat(error(503, POST, ROOMS + "/check", code("c1"))).isEqualTo("unavailable");
    answer(503, POST, ROOMS, code("c2"));
    RealPostgres.start();
    Await.until(() -> Await.await(send(POST, ROOMS + "/check", code("c1"))).statusCode() == 204);
  }
}
