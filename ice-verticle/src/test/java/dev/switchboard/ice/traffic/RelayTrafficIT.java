package dev.switchboard.ice.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.redis.RedisSettings;
import dev.switchboard.shared.relay.RelayTotals;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.Forwarder;
import dev.switchboard.shared.testing.OwnRedis;
import dev.switchboard.shared.testing.TestNode;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes hear a real Redis and add up in a real Postgres. */
class RelayTrafficIT {
  private final OwnRedis redis = OwnRedis.start();
  private final TestNode node = TestNode.start(Map.of());
  private final List<RelayTraffic> readers = new ArrayList<>();
  private final Vertx loop = node.vertx();
  private int allocations;

  @BeforeEach
  void start() {
    redis.ask("ACL SETUSER reader on >word allkeys allchannels allcommands");
    read(redis.port());
    read(redis.port());
  }

  private void read(int port) {
    Settings settings =
        Settings.of(Map.of("TURN_STATS_REDIS_URL", "redis://reader:word@127.0.0.1:" + port));
    RedisOptions options = RedisSettings.from(settings, "TURN_STATS_REDIS_URL").orElseThrow();
    RelayTraffic reader =
        new RelayTraffic(loop, options, node.node().postgres(), node.node().meters(), node.clock());
    loop.getOrCreateContext().runOnContext(go -> reader.start());
    readers.add(reader);
  }

  /** How many subscribers something that is no total gets to. */
  private int heard() {
    String channel = "turn/realm/r/user/x/allocation/1/total_traffic";
    return Integer.parseInt(redis.ask("PUBLISH " + channel + " -").getFirst().substring(1));
  }

  private void bothHear() {
    Await.until(() -> heard() == 2);
  }

  @AfterEach
  void stop() {
    readers.forEach(reader -> Await.await(reader.stop()));
    node.close();
    redis.close();
  }

  private void publish(String user, long received, long sent) {
    String channel =
        "turn/realm/r/user/1700000000:" + user + "/allocation/" + ++allocations + "/total_traffic";
    redis.ask(
        "PUBLISH " + channel + " \"rcvp=1, rcvb=" + received + ", sentp=1, sentb=" + sent + "\"");
  }

  private void record(String callId) {
    Await.await(
        node.node()
            .postgres()
            .preparedQuery(
                "INSERT INTO call_records (call_id, caller_id, callee_id, call_type, state, reason,"
                    + " created_at, accepted_at, ended_at)"
                    + " VALUES ($1, 'a', 'b', 'audio', 'ended', 'hangup', 1, 2, 3)")
            .execute(Tuple.of(callId)));
    // as the writer of records does
    Await.await(RelayTotals.sumUp(node.node().postgres(), List.of(callId)));
  }

  private @Nullable Long relayed(String callId) {
    Row row =
        Await.await(
                node.node()
                    .postgres()
                    .preparedQuery("SELECT relayed_bytes FROM call_records WHERE call_id = $1")
                    .execute(Tuple.of(callId)))
            .iterator()
            .next();
    return row.getLong(0);
  }

  private double counted() {
    return node.node().meters().get("switchboard.relay.bytes").counter().count();
  }

  @Test
  void totalsBeforeAndAfterTheRecordAddUpOnceThoughTwoNodesHearThem() {
    bothHear();
    String call = UUID.randomUUID().toString();
    publish("ann." + call, 100, 20);
    Await.until(() -> counted() == 120);
    record(call);
    assertThat(relayed(call)).isEqualTo(120);

    publish("bob." + call, 1_000, 0);
    Await.until(() -> Long.valueOf(1_120).equals(relayed(call)));

    publish("nobody", 5, 5);
    Await.until(() -> counted() == 1_130);
    assertThat(relayed(call)).isEqualTo(1_120);
  }

  @Test
  void aCallWithoutRelaysHasNoSum() {
    String call = UUID.randomUUID().toString();
    record(call);
    assertThat(relayed(call)).isNull();
  }

  @Test
  void aRedisThatDropsItsSubscribersIsHeardAgain() {
    bothHear();
    redis.ask("CLIENT KILL TYPE pubsub");
    bothHear();
    String call = UUID.randomUUID().toString();
    publish("ann." + call, 7, 7);
    Await.until(() -> counted() == 14);
  }

  @Test
  void aSubscriptionThatRedisNeverAnswersIsMadeAgain() {
    try (Forwarder way = new Forwarder("127.0.0.1", redis.port())) {
      way.swallow("psubscribe");
      read(way.port());
      Await.until(() -> heard() == 3, 30);
    }
  }

  @Test
  void aSubscriptionThatRedisRefusesIsMadeOnceItIsAllowed() {
    bothHear();
    redis.ask("ACL SETUSER reader resetchannels");
    Await.until(() -> !redis.ask("ACL LOG").getFirst().equals("*0"));
    redis.ask("ACL SETUSER reader allchannels");
    bothHear();
  }
}
