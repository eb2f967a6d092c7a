package dev.switchboard.deploy.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a client sends, the server answers no 500, logs no error, leaks nothing and serves the
 * next. Each input depends on the seed and its number alone, so a failure names both. More of it:
 *
 * <pre>./mvnw -q -pl deploy -am -Dtest=None -Dit.test=FuzzIT -Dswitchboard.fuzz.seed=1 \
 *   -Dswitchboard.fuzz.inputs=50000 -Dsurefire.failIfNoSpecifiedTests=false \
 *   -Dfailsafe.failIfNoSpecifiedTests=false verify</pre>
 */
final class FuzzIT {
  private static final long SEED = Long.getLong("switchboard.fuzz.seed", 1);
  private static final int INPUTS = Integer.getInteger("switchboard.fuzz.inputs", 2_000);

  /** What is refused for its number meets no code behind the limit. */
  private static final List<String> LIMITS =
      List.of(
          "RATE_EVENTS_PER_SECOND",
          "RATE_CHAT_PER_SECOND",
          "RATE_CALLS_PER_MINUTE",
          "RATE_RESERVE_PER_MINUTE",
          "RATE_ICE_PER_MINUTE",
          "RATE_ROOMS_PER_HOUR",
          "RATE_ACCEPT_PER_MINUTE",
          "RATE_SUBSCRIBE_PER_MINUTE",
          "RATE_TOKENS_PER_MINUTE");

  /** What a live socket has in Redis: each is deleted when it is empty. */
  private static final List<String> OF_SOCKETS =
      List.of("edge:sessions:", "edge:chat:", "edge:rooms:", "session:user:", "room:members:");

  private static final int SENDERS = 16;
  private static final int SHOWN = 300;
  private static final int FILES_MORE = 40;
  private static final long CLOSED_WITHIN_SECONDS = 90;

  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private SwitchboardProcess server;
  private List<Inputs> sources;
  private String token;

  @BeforeEach
  void start() {
    RealRedis.flush();
    server = SwitchboardProcess.start(TestSettings.with(settings()));
    token = token("ann");
    sources =
        List.of(
            new EngineInputs(),
            MessageInputs.ofSocketIo(token),
            MessageInputs.ofRooms(),
            new HttpInputs(token));
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("SECRETS_KEY", TestSettings.SECRETS_KEY);
    // Sessions that a cut connection leaves behind end soon.
    settings.put("SOCKET_PING_INTERVAL", "3s");
    settings.put("SOCKET_PING_TIMEOUT", "3s");
    LIMITS.forEach(limit -> settings.put(limit, "0"));
    return settings;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String token(String userId) {
    return Nodes.json(server.url(), "/dev/token?admin=true&userId=" + userId).getString("token");
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void noInputHarmsTheServer() throws Exception {
    sendAll(0, SENDERS * sources.size());
    talk("before");
    Await.until(() -> sockets() == 0, CLOSED_WITHIN_SECONDS);
    long files = openFiles();
    sendAll(SENDERS * sources.size(), INPUTS);
    assertThat(server.isAlive()).isTrue();
    // Else the rest would say little: it would have been refused at the door.
    assertThat(acknowledged.get()).as("reached a handler").isGreaterThan(INPUTS / 20);
    assertThat(accepted.get()).as("accepted over HTTP").isGreaterThan(INPUTS / 20);
    talk("after");
    assertThat(Nodes.status(server.url(), "/health/ready")).isEqualTo(200);
    Await.until(() -> sockets() == 0, CLOSED_WITHIN_SECONDS);
    Await.until(() -> openFiles() <= files + FILES_MORE, CLOSED_WITHIN_SECONDS);
    try (RedisKeys redis = new RedisKeys()) {
      Await.until(() -> redis.withPrefix(OF_SOCKETS).isEmpty(), CLOSED_WITHIN_SECONDS);
      assertThat(redis.withoutLife()).allMatch(RedisKeys::mayStay, "may stay, by docs/redis.md");
    }
    assertThat(server.troubles()).as("seed %d", SEED).isEmpty();
  }

  private void sendAll(int from, int to) throws Exception {
    AtomicInteger next = new AtomicInteger(from);
    try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
      List<Future<?>> all =
          IntStream.range(0, SENDERS)
              .<Future<?>>mapToObj(
                  sender ->
                      senders.submit(
                          () -> {
                            int number = next.getAndIncrement();
                            for (; number < to; number = next.getAndIncrement()) {
                              send(number);
                            }
                            return null;
                          }))
              .toList();
      try {
        for (Future<?> one : all) {
          one.get();
        }
      } finally {
        next.set(to);
      }
    }
  }

  private void send(int number) {
    Input input = sources.get(number % sources.size()).next(Fuzz.random(SEED, number));
    try {
      Wire.Answer answer = new Wire(server.url()).send(input);
      assertThat(answer.status()).as(named(number, input)).matches(FuzzIT::isAsItShouldBe);
      if (answer.acknowledged()) {
        acknowledged.incrementAndGet();
      }
      if (answer.status() / 100 == 2) {
        accepted.incrementAndGet();
      }
    } catch (IOException e) {
      throw new AssertionError("no answer to " + named(number, input), e);
    }
    assertThat(server.troubles()).as("logged about when it got %s", named(number, input)).isEmpty();
  }

  /** On a busy machine a store may answer too late, which is said by 503 and is no failure. */
  private static boolean isAsItShouldBe(int status) {
    return status < 500 || status == 503;
  }

  private static String named(int number, Input input) {
    StringBuilder shown = new StringBuilder();
    Stream.concat(Stream.of(input.request()), input.frames().stream().map(Input.Frame::payload))
        .map(bytes -> new String(bytes, UTF_8))
        .forEach(text -> shown.append(text.lines().findFirst().orElse("")).append(" | "));
    shown.setLength(Math.min(SHOWN, shown.length()));
    String escaped = new JsonObject().put("input", shown.toString()).encode();
    return "seed " + SEED + ", input " + number + ": " + escaped;
  }

  /** A call between two and a chat message from one to the other. */
  private void talk(String mark) {
    try (StockClient carl = client("carl");
        StockClient dora = client("dora")) {
      String callId = carl.call(dora);
      JsonObject call = new JsonObject().put("callId", callId);
      assertThat(carl.ask("call_end", call).getBoolean("success")).isTrue();
      for (StockClient member : List.of(carl, dora)) {
        member.tell("join-session", join(member, mark).put("isCreator", member == carl));
        member.hear("session-metadata");
      }
      carl.tell(
          "send-message",
          new JsonObject()
              .put("sessionId", "fuzz-" + mark)
              .put("from", "carl")
              .put("encrypted", mark)
              .put("clientMessageId", mark));
      assertThat(dora.hear("new-message").encode()).contains(mark);
    }
  }

  private StockClient client(String userId) {
    return StockClient.connected(server.url(), token(userId), userId, "phone", "websocket");
  }

  private static JsonObject join(StockClient member, String mark) {
    return new JsonObject()
        .put("sessionId", "fuzz-" + mark)
        .put("userId", member.userId())
        .put("displayName", member.userId())
        .put("publicKey", "key of " + member.userId())
        .put("authKey", "a key");
  }

  private double sockets() {
    return Nodes.text(server.url(), "/metrics")
        .lines()
        .filter(line -> line.startsWith("switchboard_sockets"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private long openFiles() {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(server.pid()), "fd"))) {
      return files.count();
    } catch (IOException e) {
      throw new IllegalStateException("cannot count the files of " + server.pid(), e);
    }
  }
}
