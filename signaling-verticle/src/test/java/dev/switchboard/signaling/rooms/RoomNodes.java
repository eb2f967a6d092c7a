package dev.switchboard.signaling.rooms;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestClock;
import dev.switchboard.signaling.testing.SignalingNodes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two nodes with a clock that the test moves, and what tests of rooms do with them. */
final class RoomNodes implements AutoCloseable {
  final Vertx clientVertx = Vertx.vertx();
  final TestClock clock = new TestClock();
  final Vertx vertx;
  private final SignalingNodes nodes;
  private final List<RoomClient> clients = new ArrayList<>();

  RoomNodes(Map<String, String> settings) {
    RealRedis.flush();
    nodes = new SignalingNodes(settings, clock);
    vertx = nodes.vertx();
  }

  String url(int node) {
    return nodes.url(node);
  }

  int port(int node) {
    return nodes.port(node);
  }

  /** A valid token of a user. */
  String token(String userId) {
    return nodes.token(userId);
  }

  /** A connected client that has heard who it is. */
  RoomClient client(int node) {
    RoomClient client =
        Await.await(RoomClient.connect(clientVertx, nodes.url(node), "/", Map.of()));
    clients.add(client);
    return client;
  }

  /** A connected client that has joined a room. */
  RoomClient in(int node, String roomId) {
    RoomClient client = client(node);
    client.join(roomId);
    client.expect("room_joined");
    return client;
  }

  /** A connected client of a device that has joined a room. */
  RoomClient in(int node, String roomId, String deviceId) {
    RoomClient client = client(node);
    client.joinAs(roomId, deviceId);
    client.expect("room_joined");
    return client;
  }

  /** Moves every client of a node elsewhere. */
  Future<Void> drain(int node) {
    return nodes.drain(node);
  }

  /** As {@link SignalingNodes#passHalfALease}. */
  void passHalfALease() {
    nodes.passHalfALease(clock);
  }

  /** One command to Redis. */
  Response redis(String command, String... arguments) {
    return nodes.redis(command, arguments);
  }

  @Override
  public void close() {
    clients.forEach(RoomClient::close);
    Await.await(clientVertx.close());
    nodes.close();
  }
}
