package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A team's back end beside two nodes on which calls ring for two seconds. */
abstract class ControlTest {
  static final String KEY = "the key of the back end";
  static final String READER = "a key that only reads";
  static final String PUSHER = "a key for pushes";
  static CallNodes nodes;
  private static int tests;

  String ann;
  String bob;
  String eve;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes =
        new CallNodes(
            Map.of(
                "CALL_RING_TIMEOUT",
                "2s",
                "CALL_RECONNECT_GRACE",
                "1s",
                "API_KEYS",
                "backend:%s:calls+users,reader:%s:read,pusher:%s:push"
                    .formatted(sha256(KEY), sha256(READER), sha256(PUSHER))));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void names() {
    tests++;
    ann = "ann" + tests;
    bob = "bob" + tests;
    eve = "eve" + tests;
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  static JsonObject answer(
      int status,
      HttpMethod method,
      int node,
      String path,
      String bearer,
      @Nullable JsonObject body) {
    HttpResponse<Buffer> response = nodes.rest(method, node, path, bearer, body);
    assertThat(response.statusCode())
        .as(method + " " + path + " " + response.bodyAsString())
        .isEqualTo(status);
    if (status >= 400) {
      assertThat(response.bodyAsJsonObject().fieldNames()).contains("error", "detail");
    }
    if (status == 429) {
      assertThat(response.getHeader("Retry-After")).isNotNull();
    }
    return response.body() == null ? new JsonObject() : response.bodyAsJsonObject();
  }

  static JsonObject get(int status, String path, String bearer) {
    return answer(status, HttpMethod.GET, 0, path, bearer, null);
  }
}
