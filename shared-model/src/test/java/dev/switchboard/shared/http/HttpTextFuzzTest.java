package dev.switchboard.shared.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.outbound.Endpoint;
import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Headers, URLs and bodies of requests. */
final class HttpTextFuzzTest {
  private static final List<String> HOSTS =
      List.of(
          "example.com",
          "EXAMPLE.com:443",
          "b\u00fccher.example",
          "[::1]:3000",
          "[::ffff:10.0.0.1]",
          "10.0.0.1",
          "010.0.0.1",
          "1",
          "0x7f.1",
          "[fe80::1%eth0]",
          "a..b",
          "-",
          "xn--",
          "x".repeat(300),
          "host:0",
          "host:65536",
          "host:",
          "user@host");

  private static final List<String> SCHEMES =
      List.of(
          "https://",
          "http://",
          "ws://",
          "wss://",
          "file://",
          "capacitor://",
          "HTTPS://",
          "",
          "null");

  private static final Map<String, List<String>> USUAL =
      Map.of(
          "callerId", List.of("\"ann\"", "42", "4.5", "1e3"),
          "callType", List.of("\"audio\"", "\"video\""),
          "metadata", List.of("{}", "{\"a\":[1]}", "[]"),
          "until",
              List.of(
                  "\"2026-01-31T08:00:00Z\"",
                  "1700000000",
                  "1700000000000",
                  "-1",
                  "\"+1000000000-12-31T23:59:59Z\""));

  private static String broken(RandomGenerator random, String whole) {
    return OddJson.onceIn(random, 3) ? Damage.text(random, whole) : whole;
  }

  @Test
  void anOriginIsWrittenInOneWayOrIsNone() throws InterruptedException {
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              String host = OddJson.one(random, HOSTS);
              String text = trial.of(broken(random, OddJson.one(random, SCHEMES) + host));
              Optional<WebOrigin> origin = WebOrigin.parse(text);
              Optional<HostPort> server = HostPort.parse(trial.of(broken(random, host)));
              server.ifPresent(
                  at -> {
                    assertThat(at.host()).matches("[a-z0-9._-]+|\\[[0-9a-f:.%a-z]+]");
                    assertThat(at.port()).isBetween(-1, 65_535).isNotZero();
                    // In one way: read again it is the same.
                    String again = at.host() + (at.port() < 0 ? "" : ":" + at.port());
                    assertThat(HostPort.parse(again)).contains(at);
                  });
              trial.count(origin.isPresent() ? "origin" : "none");
              trial.count(server.isPresent() ? "server" : "no server");
            })
        .atLeast(0.2, "origin")
        .atLeast(0.2, "none")
        .atLeast(0.2, "server")
        .atLeast(0.2, "no server");
  }

  @Test
  void aClientIsAnAddressWhateverIsForwarded() throws InterruptedException {
    TrustedProxies proxies =
        TrustedProxies.from(Settings.of(Map.of("TRUSTED_PROXIES", "10.0.0.0/8,::1")));
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              StringBuilder chain = new StringBuilder(OddJson.one(random, HOSTS));
              for (int left = random.nextInt(4); left > 0; left--) {
                chain.append(", ").append(OddJson.one(random, HOSTS));
              }
              String forwarded = trial.of(broken(random, chain.toString()));
              String client = proxies.client("10.1.2.3", Optional.of(forwarded));
              assertThat(InetAddress.ofLiteral(client)).isNotNull();
              assertThat(proxies.client("192.0.2.1", Optional.of(forwarded)))
                  .isEqualTo("192.0.2.1");
              trial.count(client.equals("10.1.2.3") ? "the proxy" : "another");
            })
        .atLeast(0.1, "another")
        .atLeast(0.1, "the proxy");
  }

  @Test
  void anEndpointIsAUrlOfAHostOrRefused() throws InterruptedException {
    Fuzz.run(
            trial -> {
              RandomGenerator random = trial.random();
              String url = OddJson.one(random, SCHEMES) + OddJson.one(random, HOSTS) + "/a?b=%zz#";
              String text =
                  trial.of(broken(random, url.replace(random.nextBoolean() ? "=%zz#" : "", "")));
              Endpoint endpoint = tried(trial, () -> Endpoint.parse(text));
              if (endpoint != null) {
                assertThat(endpoint.port()).isBetween(1, 65_535);
                assertThat(endpoint.host())
                    .isNotEmpty()
                    .isEqualTo(endpoint.host().toLowerCase(Locale.ROOT));
                assertThat(endpoint.pathAndQuery()).startsWith("/");
                assertThat(endpoint.origin()).startsWith(endpoint.tls() ? "https://" : "http://");
              }
            })
        .atLeast(0.05, "read")
        .atLeast(0.2, "refused");
  }

  @Test
  void aFieldIsReadOrRefused() throws InterruptedException {
    Fuzz.run(HttpTextFuzzTest::isReadOrRefused).atLeast(1, "read").atLeast(0.3, "refused");
  }

  private static void isReadOrRefused(Trial trial) {
    JsonObject body;
    try {
      body = new JsonObject(trial.of(OddJson.object(trial.random(), USUAL)));
    } catch (DecodeException e) {
      trial.count("read");
      trial.count("no JSON");
      return;
    }
    BodyFields fields = new BodyFields(body);
    for (String name : USUAL.keySet()) {
      String id = tried(trial, () -> fields.id(name));
      assertThat(id == null || (!id.isEmpty() && id.length() <= BodyFields.MAX_ID)).isTrue();
      String text = tried(trial, () -> fields.optionalText(name, 50));
      assertThat(text == null || text.length() <= 50).isTrue();
      tried(trial, () -> fields.oneOf(name, Set.of("audio", "video")));
      String object = tried(trial, () -> fields.optionalObject(name, 2_000));
      assertThat(object == null || object.startsWith("{")).isTrue();
      tried(trial, () -> fields.optionalTime(name));
    }
  }

  private static <T> T tried(Trial trial, Supplier<T> reading) {
    try {
      T value = reading.get();
      trial.count("read");
      return value;
    } catch (BadFieldException e) {
      assertThat(e.getMessage()).isNotBlank();
      trial.count("refused");
      return null;
    }
  }
}
