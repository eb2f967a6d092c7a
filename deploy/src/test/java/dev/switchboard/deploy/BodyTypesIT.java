package dev.switchboard.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.TestSettings;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.http.ApiDescription;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Apps name all sorts of types for their JSON: each route answers as it does under JSON's own. */
final class BodyTypesIT {
  private static final int LIMITED = 429;
  private static final Set<String> METHODS = Set.of("get", "post", "delete", "put", "patch");
  private static final List<String> TYPES =
      List.of(
          "application/x-www-form-urlencoded",
          "application/x-www-form-urlencoded; charset=UTF-8",
          "multipart/form-data; boundary=x",
          "multipart/form-data",
          "text/plain",
          "*/*;;");
  private static final List<String> BODIES =
      List.of(
          "",
          "{\"title\":\"50% off & more\"}",
          "{\"title\":\"" + "é% &=".repeat(300) + "\"}",
          "a=%zz&b",
          "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n%\r\n--x--\r\n",
          "{\"title\":\"" + "x".repeat(40_000) + "\"}");

  private static Server server;
  private static String token;

  @BeforeAll
  static void start() {
    Map<String, String> values =
        TestSettings.with(Map.of("PORT", "0", "SECRETS_KEY", TestSettings.SECRETS_KEY));
    RealRedis.flush();
    server = Await.await(Server.start(Settings.of(values)), 30);
    token =
        Nodes.json(URI.create(server.address()), "/dev/token?userId=ann&admin=true")
            .getString("token");
  }

  @AfterAll
  static void stop() {
    Await.await(server.stop(), 30);
  }

  /** Every method and path there is, with something in place of what is variable. */
  private static Stream<String[]> routes() {
    JsonObject paths = ApiDescription.OPENAPI.part("paths");
    return paths.fieldNames().stream()
        .flatMap(
            path ->
                paths.getJsonObject(path).fieldNames().stream()
                    .filter(METHODS::contains)
                    .map(
                        method ->
                            new String[] {
                              method.toUpperCase(Locale.ROOT), path.replaceAll("\\{.*?}", "some")
                            }));
  }

  private static int status(
      HttpClient client, String method, String path, String type, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .timeout(Duration.ofSeconds(10))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type);
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
        .join()
        .statusCode();
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void anyTypeIsAnsweredAsJsons(HttpClient.Version version) {
    try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
      routes()
          .forEach(
              route -> {
                for (String body : BODIES) {
                  int right = status(client, route[0], route[1], "application/json", body);
                  for (String type : TYPES) {
                    int actual = status(client, route[0], route[1], type, body);
                    assertThat(actual)
                        .as("%s %s as %s: %.30s", route[0], route[1], type, body)
                        .isLessThan(500)
                        .matches(same -> same == right || same == LIMITED || right == LIMITED);
                  }
                }
              });
    }
  }
}
