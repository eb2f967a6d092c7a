package dev.switchboard.signaling.chat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.signaling.testing.SignalingNodes;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two nodes with a clock that the test moves, and what tests of chats do with them. */
final class ChatNodes implements AutoCloseable {
  final TestClock clock = new TestClock();
  final Vertx vertx;
  private final SignalingNodes nodes;
  private final List<ChatApp> apps = new ArrayList<>();
  private final WebClient client;

  ChatNodes(Map<String, String> settings) {
    nodes = new SignalingNodes(settings, clock);
    vertx = nodes.vertx();
    client = WebClient.create(vertx);
  }

  String url(int node) {
    return nodes.url(node);
  }

  String token(String userId) {
    return nodes.token(userId);
  }

  /** A client over WebSocket that has connected without a token. */
  ChatApp guest(int node) {
    return app(node, "", "websocket").connect();
  }

  /** A client over WebSocket that has connected with a token of this user. */
  ChatApp signedIn(int node, String userId) {
    return app(node, token(userId), "websocket").connect();
  }

  /** A client that has not connected. An empty token is none. */
  ChatApp app(int node, String token, String... transports) {
    ChatApp app = new ChatApp(url(node), token, transports);
    apps.add(app);
    return app;
  }

  /** As {@link SignalingNodes#passHalfALease}. */
  void passHalfALease() {
    nodes.passHalfALease(clock);
  }

  /** One command to Redis. */
  Response redis(String command, String... arguments) {
    return nodes.redis(command, arguments);
  }

  /** How long the keys that fit a pattern will live, in milliseconds. */
  List<Long> lives(String pattern) {
    List<Long> lives = new ArrayList<>();
    for (Response key : redis("KEYS", pattern)) {
      lives.add(redis("PTTL", key.toString()).toLong());
    }
    return lives;
  }

  /** Makes bob a member of a session, on a socket of an edge that is not there. */
  void bobOnADeadEdge(String sessionId) {
    JsonObject member =
        new JsonObject()
            .put("socketId", "gone")
            .put("edge", "dead.0")
            .put("name", "Bob")
            .put("joinedAt", 1)
            .put("seat", 0);
    redis("HSET", "chat:members:" + sessionId, "bob", member.encode());
  }

  HttpResponse<Buffer> reserve(int node, JsonObject body) {
    return Await.await(
        client.postAbs(url(node) + "/api/reserve-session").sendBuffer(body.toBuffer()));
  }

  /** The operators' list, asked for with a token; empty for none. */
  HttpResponse<Buffer> sessions(String token) {
    var request = client.getAbs(url(1) + "/sessions");
    return Await.await(
        (token.isEmpty() ? request : request.bearerTokenAuthentication(token)).send());
  }

  /** What is answered a user that asks for what is kept of it. */
  JsonObject export(String userId) {
    return Await.await(
            client
                .getAbs(url(1) + "/api/v1/users/" + userId + "/export")
                .bearerTokenAuthentication(token(userId))
                .send())
        .bodyAsJsonObject();
  }

  /** A user wants to be forgotten. */
  void erase(String userId) {
    Await.await(
        client
            .deleteAbs(url(1) + "/api/v1/users/" + userId)
            .bearerTokenAuthentication(token(userId))
            .send());
  }

  String operatorToken() {
    return nodes.operatorToken();
  }

  /** Closes every client, so that the next test is alone. */
  void hangUp() {
    apps.forEach(ChatApp::close);
    apps.clear();
  }

  @Override
  public void close() {
    hangUp();
    nodes.close();
  }
}
