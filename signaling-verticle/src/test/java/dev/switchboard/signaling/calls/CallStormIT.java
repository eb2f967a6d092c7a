package dev.switchboard.signaling.calls;

import static dev.switchboard.signaling.calls.Payloads.initiate;
import static dev.switchboard.signaling.calls.Payloads.of;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three devices on two nodes send whatever they like at once: one consistent end is left, and each
 * device hears of it exactly once, by an event or by the acknowledgement of what it did itself.
 */
final class CallStormIT {
  private static final int ROUNDS = 12;
  private static final int STEPS = 8;
  private static final Set<String> TERMINAL = Set.of("call_end", "call_reject", "call_timeout");
  private static CallNodes nodes;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of("RATE_CALLS_PER_MINUTE", "0", "CALL_RECONNECT_GRACE", "300"));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  /** One device through all its sockets. */
  private static final class Device {
    final String user;
    final String id;
    final List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    private final List<Phone> sockets = new ArrayList<>();
    private boolean dropped;

    Device(int node, String user, String id) {
      this.user = user;
      this.id = id;
      sockets.add(nodes.registered(node, user, id));
    }

    Phone phone() {
      return sockets.getLast();
    }

    void send(String event, String callId) {
      answers.add(phone().later(event, of(callId)));
    }

    /** Loses its socket and comes back at once. What was on the old one's wire may be lost. */
    void comeBack(int node) {
      dropped = true;
      answers.clear();
      phone().drop();
      sockets.add(nodes.registered(node, user, id));
    }

    long ends() {
      return sockets.stream()
          .flatMap(socket -> TERMINAL.stream().map(socket::all))
          .mapToLong(List::size)
          .sum();
    }

    void settle() {
      answers.forEach(answer -> phone().await(answer, "a command of " + id));
    }
  }

  private static void step(Device device, String callId, Random random, boolean mayDrop) {
    switch (random.nextInt(mayDrop ? 7 : 6)) {
      case 0, 1 -> device.send("call_accept", callId);
      case 2 -> device.send("call_reject", callId);
      case 3 -> device.send("call_end", callId);
      case 4, 5 -> device.send("connection_state", callId);
      default -> device.comeBack(random.nextInt(2));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyInterleavingLeavesOneEndThatEachDeviceHearsOnce(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      storm(random, "seed " + seed + " round " + round, false);
      nodes.hangUp();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void socketsThatComeAndGoLeaveOneEndThatNobodyHearsTwice(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      storm(random, "seed " + seed + " round " + round, true);
      nodes.hangUp();
    }
  }

  private static void storm(Random random, String context, boolean mayDrop) {
    String ann = "ann " + context;
    String bob = "bob " + context;
    Device caller = new Device(random.nextInt(2), ann, "a1");
    List<Device> devices = List.of(caller, new Device(0, bob, "b1"), new Device(1, bob, "b2"));
    String callId = initiate(caller.phone(), bob);
    for (int i = 0; i < STEPS; i++) {
      step(devices.get(random.nextInt(devices.size())), callId, random, mayDrop);
    }
    devices.forEach(Device::settle);
    String key = "call:" + callId;
    for (Device device : devices) {
      device.answers.clear();
      device.send("call_end", callId);
    }
    devices.forEach(Device::settle);
    Await.until(() -> !Set.of("ringing", "accepted").contains(field(key, "state")));

    String endedBy = field(key, "endedBy");
    boolean byCommand = !field(key, "reason").equals("peer_lost");
    assertThat(endedBy).as(context).isIn(ann, bob);
    assertThat(nodes.redis("EXISTS", "call:user:" + ann, "call:user:" + bob).toInteger())
        .as(context)
        .isZero();
    Set<Device> quiet = new HashSet<>(devices);
    Await.until(
        () -> {
          quiet.removeIf(device -> device.ends() > 0);
          return quiet.stream().filter(device -> !device.dropped).count() <= (byCommand ? 1 : 0);
        });
    assertThat(quiet.stream().filter(device -> !device.dropped))
        .as(context)
        .allMatch(device -> device.user.equals(endedBy));
    assertThat(devices).as(context).allMatch(device -> device.ends() <= 1);
  }

  private static String field(String key, String name) {
    return nodes.redis("HGET", key, name).toString();
  }
}
