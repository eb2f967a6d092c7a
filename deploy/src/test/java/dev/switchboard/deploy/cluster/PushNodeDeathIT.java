package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.HoldingPushService;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.shared.push.PushJobs;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.http.HttpRequest;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A push node dies, or Redis restarts, with a thousand jobs queued and in hand: all arrive. */
final class PushNodeDeathIT {
  private static final int JOBS = 1_000;

  /** Taken over after 7 s without a sign of life; the rest is room for a busy machine. */
  private static final long ARRIVED_SECONDS = 60;

  /** As signaling queues what a call causes, all at once. */
  private static final String QUEUE =
      """
      for i = 1, ARGV[1] do
        redis.call('XADD', KEYS[1], '*', 'id', 'n' .. i, 'cause', ARGV[3], 'userId', 'ann',
          'data', '{"type":"missed_call","callId":"c' .. i .. '","callerName":"Bob"}',
          'createdAt', ARGV[2], 'deadline', ARGV[2] + 3600000)
      end
      """;

  private final Vertx vertx = Vertx.vertx();
  private final Redis redis = Redis.createClient(vertx, RealRedis.url());
  private HoldingPushService service;
  private Nodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    service = new HoldingPushService();
    nodes =
        Nodes.start(
            Map.of(
                "PUSH_PROVIDERS",
                "webpush",
                "WEBPUSH_ALLOW_HTTP",
                "on",
                "WEBPUSH_ALLOW_PRIVATE",
                "on"),
            "push");
    assertThat(subscribe()).isEqualTo(201);
  }

  private int subscribe() {
    return Nodes.send(
            HttpRequest.newBuilder(nodes.node(0).url().resolve("/api/v1/push/subscribe"))
                .header("Authorization", "Bearer " + nodes.token("ann"))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(service.subscription("browser").encode())))
        .statusCode();
  }

  @AfterEach
  void stop() {
    nodes.close();
    service.close();
    Await.await(vertx.close());
  }

  private Response ask(Request request) {
    return Await.await(redis.send(request));
  }

  private void queueJobs() {
    queueJobs(PushJobs.JOBS, "missed_call");
  }

  private void queueJobs(String stream, String cause) {
    queueJobs(stream, cause, JOBS);
  }

  private void queueJobs(String stream, String cause, int count) {
    ask(
        Request.cmd(Command.EVAL)
            .arg(QUEUE)
            .arg(1)
            .arg(stream)
            .arg(count)
            .arg(System.currentTimeMillis())
            .arg(cause));
    Await.until(() -> !service.topics().isEmpty());
  }

  private void awaitAll() {
    Await.until(() -> new HashSet<>(service.taken()).size() == JOBS, ARRIVED_SECONDS);
    Await.until(
        () ->
            ask(Request.cmd(Command.XLEN).arg(PushJobs.JOBS)).toLong() == 0
                && ask(Request.cmd(Command.XLEN).arg(PushJobs.BULK)).toLong() == 0
                && ask(Request.cmd(Command.ZCARD).arg("push:retries")).toLong() == 0,
        ARRIVED_SECONDS);
    // no attempt, of whatever node, was seen under an identity of its own
    assertThat(new HashSet<>(service.topics())).hasSize(JOBS);
  }

  @Test
  void thousandJobsOfAKilledNodeArriveByAnother() {
    nodes.join("push");
    queueJobs();
    nodes.node(0).kill9();
    service.answer();
    awaitAll();
    JsonObject one = notification(1, "n1");
    assertThat(one.getJsonObject("counts").getMap()).isEqualTo(Map.of("sent", 1));
  }

  @Test
  void thousandSendsOfAKilledNodeArriveByAnother() {
    nodes.join("push");
    queueJobs(PushJobs.BULK, "custom");
    nodes.node(0).kill9();
    service.answer();
    awaitAll();
  }

  private JsonObject notification(int node, String id) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(nodes.node(node).url().resolve("/api/v1/push/notifications/" + id))
            .header("Authorization", "Bearer " + nodes.token("operator"));
    return new JsonObject(Nodes.send(request).body());
  }

  @Test
  void thousandJobsSurviveRedisAndTheirOnlyNode() {
    queueJobs();
    RealRedis.stop();
    RealRedis.start();
    nodes.node(0).kill9();
    service.answer();
    nodes.node(0).restart();
    awaitAll();
  }

  @Test
  void stopWaitsForWhatAPushServiceHasInHand() {
    queueJobs(PushJobs.JOBS, "missed_call", 1);
    nodes.node(0).terminate();
    assertThat(nodes.node(0).log()).doesNotContain("Undeploy failed").doesNotContain("stop: ");
    // its one attempt has ended, without an answer
    assertThat(service.topics()).hasSize(1);
    assertThat(ask(Request.cmd(Command.ZCARD).arg("push:retries")).toLong()).isEqualTo(1);
  }
}
