package dev.switchboard.signaling.calls;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.FreezingProxy;
import dev.switchboard.signaling.testing.SignalingNodes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.socket.engineio.client.transports.WebSocket;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Two nodes, and what tests of calls do with them. */
final class CallNodes implements AutoCloseable {
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Vertx vertx;
  private final SignalingNodes nodes;
  private final List<Phone> phones = new ArrayList<>();
  private String transport = WebSocket.NAME;
  private final WebClient client;

  CallNodes(Map<String, String> settings) {
    this(new SignalingNodes(settings, InstantSource.system()));
  }

  /** Nodes of which the first has its own way to Redis. */
  CallNodes(Map<String, String> settings, FreezingProxy redisOfTheFirst) {
    this(
        new SignalingNodes(
            settings, InstantSource.system(), "redis://localhost:" + redisOfTheFirst.port()));
  }

  private CallNodes(SignalingNodes nodes) {
    this.nodes = nodes;
    vertx = nodes.vertx();
    client = WebClient.create(vertx);
  }

  String url(int node) {
    return nodes.url(node);
  }

  /** Which transport clients made from now on use. */
  void clientsUse(String name) {
    transport = name;
  }

  String token(String userId) {
    return token(userId, Duration.ofHours(1));
  }

  String token(String userId, Duration life) {
    return nodes.token(userId, life);
  }

  String expiredToken(String userId) {
    return token(userId, Duration.ofHours(-1));
  }

  /** A client that has not connected. An empty token is none. */
  Phone phone(int node, String token) {
    Phone phone = new Phone(url(node), token, transport);
    phones.add(phone);
    return phone;
  }

  /** A client that has connected with a token of this user. */
  Phone connected(int node, String userId) {
    return phone(node, token(userId)).connect();
  }

  /** As {@link #registered}, over a network that may die without a word. */
  Phone registeredOver(FreezingProxy network, String userId, String deviceId) {
    Phone phone = new Phone("http://localhost:" + network.port(), token(userId), transport);
    phones.add(phone);
    phone.connect().register(userId, deviceId);
    return phone;
  }

  /** The network before a node. */
  FreezingProxy network(int node) {
    return new FreezingProxy(URI.create(url(node)).getPort());
  }

  /** A client that has registered. */
  Phone registered(int node, String userId, String deviceId) {
    Phone phone = connected(node, userId);
    phone.register(userId, deviceId);
    return phone;
  }

  /** Cuts the connection of a client; completes when its session is gone. */
  void drop(Phone phone, String userId, String deviceId) {
    phone.drop();
    Await.until(() -> redis("hexists", "session:user:" + userId, deviceId).toInteger() == 0);
  }

  /** One command to Redis. */
  Response redis(String command, String... arguments) {
    return nodes.redis(command, arguments);
  }

  /** The causes of the push jobs for a user, in order. */
  List<String> pushes(String userId) {
    List<Response> entries = new ArrayList<>();
    redis("XRANGE", "push:rings", "-", "+").forEach(entries::add);
    redis("XRANGE", "push:jobs", "-", "+").forEach(entries::add);
    entries.sort(Comparator.comparing(entry -> entry.get(0).toString()));
    List<String> causes = new ArrayList<>();
    for (Response entry : entries) {
      Map<String, String> job = fields(entry);
      if (userId.equals(job.get("userId"))) {
        causes.add(job.get("cause") + " " + job.get("devices"));
      }
    }
    return causes;
  }

  /** The call that the first {@code missed_call} push for a user is about. */
  String missedCall(String userId) {
    for (Response entry : redis("XRANGE", "push:jobs", "-", "+")) {
      Map<String, String> job = fields(entry);
      if (userId.equals(job.get("userId")) && "missed_call".equals(job.get("cause"))) {
        return new JsonObject(job.get("data")).getString("callId");
      }
    }
    throw new AssertionError("no call was missed by " + userId);
  }

  private static Map<String, String> fields(Response entry) {
    Map<String, String> job = new HashMap<>();
    Response fields = entry.get(1);
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      job.put(fields.get(i).toString(), fields.get(i + 1).toString());
    }
    return job;
  }

  /** Lets a push reach a device of a user. */
  void reachable(String userId, String deviceId) {
    redis("SADD", "push:providers", "fcm");
    redis("HSET", "push:reach:" + userId, "fcm|" + deviceId, "1");
  }

  /** As {@link SignalingNodes#callsOfCallers}. */
  long callsOfCallers(int node) {
    return nodes.callsOfCallers(node);
  }

  /** How long a key lives on, in milliseconds; -2 if there is none. */
  long lifeOf(String key) {
    return redis("PTTL", key).toLong();
  }

  /** Plays the ICE role, which another process may run. */
  MessageConsumer<JsonObject> playIce(Handler<Message<JsonObject>> asked) {
    MessageConsumer<JsonObject> consumer =
        vertx.eventBus().consumer(BusAddresses.ICE_SERVERS, asked);
    Await.await(consumer.completion());
    return consumer;
  }

  /** A user's call history. */
  JsonObject history(String userId, String query) {
    return Await.await(
            client
                .getAbs(url(0) + "/api/v1/calls" + query)
                .bearerTokenAuthentication(token(userId))
                .send())
        .bodyAsJsonObject();
  }

  /** The timeline of a call as operators see it. */
  JsonObject timeline(int node, String callId) {
    return timeline(node, callId, nodes.operatorToken());
  }

  JsonObject timeline(int node, String callId, String token) {
    var answer = timelineAnswer(node, callId, token);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.bodyAsString());
    }
    return answer.bodyAsJsonObject();
  }

  int timelineStatus(String callId, String token) {
    return timelineAnswer(1, callId, token).statusCode();
  }

  private HttpResponse<Buffer> timelineAnswer(int node, String callId, String token) {
    var request = client.getAbs(url(node) + "/api/v1/calls/" + callId + "/timeline");
    return Await.await(
        (token.isEmpty() ? request : request.bearerTokenAuthentication(token)).send());
  }

  int historyStatus(String token) {
    return historyStatus(token, "");
  }

  int historyStatus(String token, String query) {
    var request =
        client.request(
            HttpMethod.GET, new RequestOptions().setAbsoluteURI(url(1) + "/api/v1/calls" + query));
    return Await.await(
            (token.isEmpty() ? request : request.bearerTokenAuthentication(token)).send())
        .statusCode();
  }

  /** A request with a token or a key; {@code body} null is none. */
  HttpResponse<Buffer> rest(
      HttpMethod method, int node, String path, String bearer, @Nullable JsonObject body) {
    var request =
        client
            .request(method, new RequestOptions().setAbsoluteURI(url(node) + path))
            .bearerTokenAuthentication(bearer);
    return Await.await(body == null ? request.send() : request.sendBuffer(body.toBuffer()));
  }

  String operatorToken() {
    return nodes.operatorToken();
  }

  /** Closes every client, so that the next test is alone. */
  void hangUp() {
    phones.forEach(Phone::close);
    phones.clear();
  }

  @Override
  public void close() {
    hangUp();
    nodes.close();
  }
}
