package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What room sockets promise, sentence by sentence; 0 and 1 are the node of the second person. */
final class RoomSocketsIT {
  private static RoomNodes nodes;
  private String room;

  @BeforeAll
  static void start() {
    nodes = new RoomNodes(Map.of("CORS_ORIGIN", "https://app.example"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void newRoom() {
    room = UUID.randomUUID().toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void twoMeetAndShakeHands(int second) {
    RoomClient ann = nodes.client(0);
    ann.join(room);
    assertThat(ann.expect("room_joined").getMap())
        .containsEntry("roomId", room)
        .containsEntry("userCount", 1)
        .containsEntry("isInitiator", true)
        .containsEntry("ready", false);

    RoomClient bob = nodes.client(second);
    bob.join(room);
    assertThat(bob.expect("room_joined").getMap())
        .containsEntry("userCount", 2)
        .containsEntry("isInitiator", false)
        .containsEntry("ready", true);
    assertReady(bob.expect("room_ready"), false);
    assertReady(ann.expect("room_ready"), true);

    for (String type :
        List.of(
            "webrtc_offer",
            "webrtc_answer",
            "ice_candidate",
            "key_exchange",
            "key_exchange_complete")) {
      ann.send("{\"type\":\"" + type + "\",\"sdp\" : {\"x\":1.50},\"sessionId\":\"\\u0073\"}");
      assertThat(bob.next())
          .isEqualTo(
              "{\"type\":\""
                  + type
                  + "\",\"from\":\""
                  + ann.id()
                  + "\",\"roomId\":\""
                  + room
                  + "\",\"sdp\" : {\"x\":1.50},\"sessionId\":\"\\u0073\"}");
    }
    bob.send("webrtc_answer", Map.of("sdp", "v=0"));
    assertThat(ann.expect("webrtc_answer").getString("from")).isEqualTo(bob.id());
  }

  private void assertReady(JsonObject ready, boolean initiator) {
    assertThat(ready.getMap())
        .containsEntry("roomId", room)
        .containsEntry("message", "Both users connected. Ready for WebRTC handshake.")
        .containsEntry("userCount", 2)
        .containsEntry("isInitiator", initiator);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void thirdIsRefusedUntilSomebodyLeaves(int second) {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(second, room);
    bob.expect("room_ready");
    ann.expect("room_ready");
    RoomClient eve = nodes.client(1);
    eve.join(room);
    assertThat(eve.expect("room_full").getMap())
        .containsEntry("error", "Room is full (max 2 users)")
        .containsEntry("roomId", room);

    ann.send("leave_room", Map.of());
    assertThat(ann.expect("left_room").getString("roomId")).isEqualTo(room);
    assertThat(bob.expect("peer_left").getString("message")).isEqualTo("Other user left the room");
    ann.send("leave_room", Map.of());
    assertThat(ann.expect("left_room").getMap()).containsEntry("roomId", null);

    eve.join(room);
    assertThat(eve.expect("room_joined").getBoolean("isInitiator")).isFalse();
    assertReady(bob.expect("room_ready"), true);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void droppedSocketIsTold(int second) {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(second, room);
    ann.expect("room_ready");
    bob.close();
    assertThat(ann.expect("peer_disconnected").getString("message"))
        .isEqualTo("Other user disconnected");
    ann.send("webrtc_offer", Map.of("sdp", "x"));
    assertThat(ann.error()).isEqualTo("Room must have exactly 2 users for WebRTC");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void joiningAnotherRoomLeavesTheOldOne(int second) {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(second, room);
    ann.expect("room_ready");
    bob.expect("room_ready");
    bob.join(room + "x");
    assertThat(bob.expect("room_joined").getInteger("userCount")).isEqualTo(1);
    ann.expect("peer_left");
    assertThat(nodes.redis("hlen", "room:members:" + room).toInteger()).isEqualTo(1);
    ann.hearsNothingMore();
  }

  @Test
  void joiningAgainChangesNothing() {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(1, room);
    ann.expect("room_ready");
    bob.expect("room_ready");
    ann.join(room);
    assertThat(ann.expect("room_joined").getMap())
        .containsEntry("userCount", 2)
        .containsEntry("isInitiator", true)
        .containsEntry("ready", true);
    ann.hearsNothingMore();
    bob.hearsNothingMore();
  }

  @Test
  void refusalsHaveTheirTexts() {
    RoomClient ann = nodes.client(0);
    assertThat(ann.id()).isNotEmpty();
    ann.send("join_room", Map.of());
    assertThat(ann.error()).isEqualTo("roomId is required for join_room");
    for (Object bad :
        List.of(5.5, true, new JsonArray(), new JsonObject(), "x".repeat(129), "a\u0000b")) {
      ann.send("join_room", Map.of("roomId", bad));
      assertThat(ann.error()).isEqualTo("Invalid roomId");
    }
    ann.send("join_room", Map.of("roomId", "r", "deviceId", 7.5));
    assertThat(ann.error()).isEqualTo("Invalid deviceId");
    ann.send("ice_candidate", Map.of("candidate", "x"));
    assertThat(ann.error()).isEqualTo("Not in a valid room for WebRTC signaling");
    ann.send("ping_peer", Map.of());
    assertThat(ann.error()).isEqualTo("Not in a room");
    for (String rubbish : List.of("", "{", "[]", "nope", "\u0000", "{\"type\":\"ping\"}}")) {
      ann.send(rubbish);
      assertThat(ann.error()).isEqualTo("Invalid JSON format");
    }
    ann.send("dance", Map.of());
    assertThat(ann.error()).isEqualTo("Unknown message type: dance");
    ann.send("{}");
    assertThat(ann.error()).startsWith("Unknown message type: ");
    String longest = "é 😀 " + "x".repeat(123);
    ann.join(longest);
    assertThat(ann.expect("room_joined").getString("roomId")).isEqualTo(longest);
  }

  @Test
  void numbersCountAsTheirText() {
    RoomClient ann = nodes.client(0);
    ann.id();
    ann.send("join_room", Map.of("roomId", 70_001, "deviceId", 7, "ephemeralId", 8.0));
    assertThat(ann.expect("room_joined").getString("roomId")).isEqualTo("70001");
    assertThat(nodes.redis("hkeys", "room:present:70001")).hasToString("[7, 8]");
    RoomClient bob = nodes.in(1, "70001");
    bob.expect("room_ready");
    bob.send("webrtc_offer", Map.of("sdp", "x"));
    ann.expect("room_ready");
    assertThat(ann.expect("webrtc_offer").getString("roomId")).isEqualTo("70001");
  }

  @Test
  void binaryMessagesAreReadAsText() {
    RoomClient ann = nodes.client(0);
    ann.id();
    Await.await(ann.webSocket().writeBinaryMessage(Buffer.buffer("{\"type\":\"ping\"}")));
    ann.expect("pong");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void ofTenJoinsAtOnceTwoAreIn(int spread) {
    List<RoomClient> clients =
        IntStream.range(0, 10).mapToObj(i -> nodes.client(i % (spread + 1))).toList();
    clients.forEach(RoomClient::id);
    clients.forEach(client -> client.join(room));
    List<String> answers =
        clients.stream().map(c -> new JsonObject(c.next()).getString("type")).toList();
    assertThat(answers.stream().filter("room_joined"::equals)).hasSize(2);
    assertThat(answers.stream().filter("room_full"::equals)).hasSize(8);
    assertThat(nodes.redis("hlen", "room:members:" + room).toInteger()).isEqualTo(2);
  }

  @Test
  void orderIsKeptBetweenNodes() {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(1, room);
    bob.expect("room_ready");
    IntStream.range(0, 150).forEach(i -> bob.send("ice_candidate", Map.of("candidate", i)));
    ann.expect("room_ready");
    IntStream.range(0, 150)
        .forEach(i -> assertThat(ann.expect("ice_candidate").getInteger("candidate")).isEqualTo(i));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void deletedRoomPutsBothOut(int second) {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(second, room);
    ann.expect("room_ready");
    bob.expect("room_ready");
    nodes
        .vertx
        .eventBus()
        .publish(BusAddresses.ROOMS_DELETED, new JsonObject().put("roomId", room));
    for (RoomClient client : List.of(ann, bob)) {
      assertThat(client.expect("room_deleted").getString("roomId")).isEqualTo(room);
      client.send("webrtc_offer", Map.of("sdp", "x"));
      assertThat(client.error()).isEqualTo("Not in a valid room for WebRTC signaling");
    }
    Await.until(() -> nodes.redis("exists", "room:members:" + room).toInteger() == 0);
    assertThat(nodes.redis("zscore", "room:occupied", room)).isNull();
  }

  @Test
  void messagesOf64KilobytesPassAndLargerOnesClose() {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(1, room);
    ann.expect("room_ready");
    bob.expect("room_ready");
    String frame = "{\"type\":\"webrtc_offer\",\"sdp\":\"\"}";
    String largest = frame.replace("\"\"}", '"' + "x".repeat(65_536 - frame.length()) + "\"}");
    ann.send(largest);
    assertThat(bob.next()).hasSizeGreaterThan(65_500);
    ann.send(largest + " ");
    assertThat(ann.closeStatus()).isEqualTo(1009);
    bob.expect("peer_disconnected");
  }

  @Test
  void hugeFrameClosesToo() {
    RoomClient ann = nodes.in(0, room);
    ann.webSocket().writeFinalTextFrame("x".repeat(2_000_000));
    assertThat(ann.closeStatus()).isEqualTo(1009);
    Await.until(() -> nodes.redis("exists", "room:members:" + room).toInteger() == 0);
  }

  @Test
  void messageThatGrowsTooLargeFrameByFrameClosesToo() {
    RoomClient ann = nodes.in(0, room);
    RoomClient bob = nodes.in(1, room);
    bob.expect("room_ready");
    String part = "x".repeat(1_000);
    ann.webSocket().writeFrame(WebSocketFrame.textFrame("{\"type\":\"" + part, false));
    for (int i = 0; i < 70; i++) {
      ann.webSocket().writeFrame(WebSocketFrame.continuationFrame(Buffer.buffer(part), false));
    }
    assertThat(ann.closeStatus()).isEqualTo(1009);
    bob.expect("peer_disconnected");
  }

  @Test
  void tooFastIsRefusedAndFloodingCloses() {
    RoomClient ann = nodes.client(0);
    ann.id();
    IntStream.range(0, 300).forEach(i -> ann.webSocket().writeTextMessage("{\"type\":\"ping\"}"));
    JsonObject first = new JsonObject(ann.next());
    JsonObject answer = first;
    while (!"error".equals(answer.getString("type"))) {
      answer = new JsonObject(ann.next());
    }
    assertThat(answer.getString("code")).isEqualTo("E429");
    assertThat(answer.getLong("retryAfterMs")).isPositive();
    IntStream.range(0, 600).forEach(i -> ann.webSocket().writeTextMessage("{\"type\":\"ping\"}"));
    assertThat(ann.closeStatus()).isEqualTo(1008);
  }

  @Test
  void aloneInARoomHasTheOtherToldAndSoHasPingPeer() {
    RoomClient ann = nodes.client(0);
    ann.id();
    ann.send("join_room", Map.of("roomId", room, "deviceId", "ann", "ephemeralId", "a1"));
    ann.expect("room_joined");
    RoomClient bob = nodes.client(1);
    bob.join(room);
    bob.expect("room_joined");
    assertThat(nodes.redis("hget", "room:present:" + room, "ann").toInteger()).isEqualTo(1);
    ann.expect("room_ready");
    ann.send("ping_peer", Map.of());
    ann.expect("ping_sent");
    List<JsonObject> asked =
        nodes.redis("zrange", "room:presence", "0", "-1").stream()
            .map(entry -> new JsonObject(entry.toString()))
            .filter(entry -> room.equals(entry.getString("roomId")))
            .toList();
    assertThat(asked)
        .extracting(entry -> entry.getString("kind"))
        .containsExactly("join", "ping", "use");
    assertThat(asked.getFirst().getJsonArray("ids")).containsExactly("ann", "a1");
    assertThat(nodes.redis("exists", "room:full:" + room).toInteger()).isEqualTo(1);
    bob.close();
    ann.expect("peer_disconnected");
    assertThat(nodes.redis("exists", "room:full:" + room).toInteger()).isZero();
  }

  @Test
  void upgradesAreCheckedFirst() {
    assertThat(status("/ws", Map.of())).isEqualTo(101);
    assertThat(status("/other", Map.of())).isEqualTo(404);
    assertThat(status("/api/rooms", Map.of())).isEqualTo(404);
    assertThat(status("/", Map.of("Origin", "https://evil.example"))).isEqualTo(403);
    assertThat(status("/", Map.of("Origin", "https://app.example"))).isEqualTo(101);
    String ours = "http://127.0.0.1:" + nodes.port(0);
    assertThat(status("/ws", Map.of("Origin", ours, "Host", "127.0.0.1:" + nodes.port(0))))
        .isEqualTo(101);
    Map<String, String> swift =
        Map.of("Origin", "wss://calls.example", "Host", "calls.example:443");
    assertThat(status("/ws", swift)).isEqualTo(101);
    assertThat(status("/socket.io/?EIO=4&transport=websocket", swift)).isEqualTo(101);
    for (String path : List.of("/", "/ws", "/socket.io/?EIO=4&transport=websocket")) {
      assertThat(subProtocol(path)).isEqualTo("app-v1");
    }
    assertThat(status("/?token=rubbish", Map.of())).isEqualTo(401);
    assertThat(upgradeStatus("/?token=%zz")).isEqualTo(401);
    assertThat(status("/ws?token=" + nodes.token("ann"), Map.of())).isEqualTo(101);
    assertThat(status("/", Map.of("Authorization", "Bearer x"))).isEqualTo(401);
    assertThat(status("/", Map.of("Authorization", "Bearer " + nodes.token("ann")))).isEqualTo(101);
  }

  private static String subProtocol(String uri) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setPort(nodes.port(0))
            .setHost("127.0.0.1")
            .setURI(uri)
            .setSubProtocols(List.of("app-v1", "app-v0"));
    return Await.await(
        nodes
            .clientVertx
            .createWebSocketClient()
            .connect(options)
            .compose(
                webSocket ->
                    webSocket.close().map(closed -> String.valueOf(webSocket.subProtocol()))));
  }

  private static int upgradeStatus(String uri) {
    return Await.await(
        nodes
            .clientVertx
            .createHttpClient()
            .request(HttpMethod.GET, nodes.port(0), "127.0.0.1", uri)
            .compose(
                request ->
                    request
                        .putHeader("Connection", "Upgrade")
                        .putHeader("Upgrade", "websocket")
                        .putHeader("Sec-WebSocket-Version", "13")
                        .putHeader("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                        .send())
            .map(HttpClientResponse::statusCode));
  }

  private static int status(String uri, Map<String, String> headers) {
    return Await.await(
        RoomClient.connect(nodes.clientVertx, nodes.url(0), uri, headers)
            .map(
                client -> {
                  client.webSocket().close();
                  return 101;
                })
            .recover(
                failure ->
                    Future.succeededFuture(((UpgradeRejectedException) failure).getStatus())));
  }

  @Test
  void withoutUpgradeTheRouterAnswers() {
    var client = nodes.clientVertx.createHttpClient();
    HttpClientResponse page =
        Await.await(
            client
                .request(HttpMethod.GET, nodes.port(0), "127.0.0.1", "/")
                .compose(request -> request.send()));
    assertThat(page.statusCode()).isEqualTo(200);
    HttpClientResponse broken =
        Await.await(
            client
                .request(HttpMethod.GET, nodes.port(0), "127.0.0.1", "/")
                .compose(
                    request ->
                        request
                            .putHeader("Connection", "Upgrade")
                            .putHeader("Upgrade", "websocket")
                            .send()));
    assertThat(broken.statusCode()).isEqualTo(400);
  }
}
