package dev.switchboard.deploy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.deploy.testing.SwitchboardProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real coturn with the configuration of {@code turn/}, its own client, and the product. */
class TurnIT {
  private static final String OLD = "the-secret-until-now-0123456789abcdef";
  private static final String NEW = "the-secret-from-now-on-0123456789abc";
  private static final String BOTH = NEW + "," + OLD;

  private static final List<String> USER_IDS =
      List.of(
          "Ann O'Hara",
          "a\"b\\c",
          "a:b",
          "42:ann",
          "50% off & more+x=1#?/",
          "\tann\r\n",
          "Zoë 李雷 😀",
          "`$(x)`;--",
          "\"".repeat(128),
          "ü".repeat(128),
          "李".repeat(128),
          "😀".repeat(128));

  @TempDir static Path folder;
  private static Path certificate;

  /** As in production, with TLS. */
  private static Coturn strict;

  /** With peers on this machine, so that something can be sent through it. */
  private static Coturn loopback;

  private static SwitchboardProcess product;

  @BeforeAll
  static void start() {
    certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    Shell.succeed(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
    strict =
        Coturn.start(
            Map.of(
                "TURN_STATIC_SECRET",
                BOTH,
                "TURN_TLS_ENABLED",
                "on",
                "TURN_TLS_CERT_PATH",
                certificate.toString(),
                "TURN_TLS_KEY_PATH",
                key.toString()),
            Coturn.Peers.AS_IN_PRODUCTION);
    loopback = Coturn.start(Map.of("TURN_STATIC_SECRET", BOTH), Coturn.Peers.LOOPBACK_TOO);
    product = product(BOTH);
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable each : Arrays.asList(product, loopback, strict)) {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void nothingIsWrongWithTheRelayOverAnyPortOrTransport() {
    Shell.Result checked =
        check(
            strict.settings(),
            "-c",
            certificate.toString(),
            strict.url(),
            strict.secondUrl(),
            strict.url() + "?transport=tcp",
            strict.tlsUrl());

    assertThat(checked.output()).contains(strict.tlsUrl() + ": OK: relays as 127.0.0.1");
    assertThat(checked.exitCode()).isZero();
    assertThat(strict.log()).doesNotContainIgnoringCase("bad configuration");
  }

  @Test
  void credentialsFromTheProductGetAnAllocationThatRelays() throws Exception {
    assertThat(relays(loopback, iceServer(product, "ann"))).isTrue();
  }

  /** All at once: coturn's own client takes a quarter of a minute for each. */
  @Test
  void anyUserIdGetsAnAllocation() throws Exception {
    Map<String, Future<Boolean>> relayed = new LinkedHashMap<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String userId : USER_IDS) {
        String longest = userId.substring(0, Math.min(userId.length(), 128));
        String encoded = URLEncoder.encode(longest, UTF_8);
        relayed.put(longest, each.submit(() -> relays(loopback, iceServer(product, encoded))));
      }
    }
    for (Map.Entry<String, Future<Boolean>> one : relayed.entrySet()) {
      assertThat(one.getValue().get()).as(one.getKey()).isTrue();
    }
  }

  @Test
  void credentialThatIsOverIsRefused() throws Exception {
    Server issued = iceServer(product, "ann");
    String over = Instant.now().minusSeconds(60).getEpochSecond() + ":ann";
    String credential =
        Shell.succeed(
                "sh",
                "-c",
                "printf %s '"
                    + over
                    + "' | openssl dgst -sha1 -hmac '"
                    + NEW
                    + "' -binary | base64")
            .strip();

    assertRefused(new Server(issued.url(), over, credential));
  }

  @Test
  void aChangedCredentialIsRefused() throws Exception {
    Server issued = iceServer(product, "ann");

    String longer = "9" + issued.username();
    assertRefused(new Server(issued.url(), longer, issued.credential()));
  }

  @Test
  void internalPeersAreRefused() throws Exception {
    Server issued = iceServer(product, "ann");

    assertThat(send(loopback, issued, "10.0.0.1", 9).output()).contains("error 403 (Forbidden IP)");
    assertThat(send(loopback, issued, "169.254.169.254", 80).output())
        .contains("error 403 (Forbidden IP)");
  }

  @Test
  void secretRotatesWithoutAGap() throws Exception {
    Server newOne = iceServer(product, "ann");
    try (SwitchboardProcess before = product(OLD)) {
      Server oldOne = iceServer(before, "ann");
      // First the relay takes both while the product still signs with the old, then it signs with
      // the new; what was signed before goes on until it is over.
      assertThat(relays(loopback, oldOne)).isTrue();
      assertThat(relays(loopback, newOne)).isTrue();

      try (Coturn after =
          Coturn.start(Map.of("TURN_STATIC_SECRET", NEW), Coturn.Peers.LOOPBACK_TOO)) {
        assertThat(relays(after, newOne)).isTrue();
        assertThat(relays(after, oldOne)).isFalse();
      }
    }
  }

  @Test
  void staticUserIsTakenAndSignedNamesAreNot() throws Exception {
    Map<String, String> user = Map.of("TURN_USERNAME", "relay-user", "TURN_CREDENTIAL", "a-pass");
    try (Coturn relay = Coturn.start(user, Coturn.Peers.AS_IN_PRODUCTION)) {
      assertThat(check(relay.settings(), relay.url()).exitCode()).isZero();
      assertThat(check(strict.settings(), relay.url()).exitCode()).isEqualTo(14);
    }
  }

  @Test
  void clientsOfARelayBehindNatReachEachOtherByItsPublicAddress() {
    Map<String, String> settings =
        Map.of(
            "TURN_USERNAME", "sam",
            "TURN_CREDENTIAL", "a-pass",
            "TURN_EXTERNAL_IP", "203.0.113.9");
    try (Coturn relay = Coturn.start(settings, Coturn.Peers.LOOPBACK_TOO)) {
      Shell.Result sent =
          Shell.run(
              Map.of(),
              List.of(
                  "turnutils_uclient",
                  "-y",
                  "-u",
                  "sam",
                  "-w",
                  "a-pass",
                  "-n",
                  "1",
                  "-m",
                  "1",
                  "-c",
                  "-p",
                  Integer.toString(relay.port()),
                  "127.0.0.1"));
      assertThat(sent.output()).contains("tot_send_msgs=2, tot_recv_msgs=2");
    }
  }

  /** By either name of the setting; a server of IPv6 would not know our IPv4 address. */
  @ParameterizedTest
  @CsvSource({
    "STUN_SERVER_URL, ''",
    "WEBRTC_STUN_SERVERS, ''",
    "STUN_SERVER_URL, 'stun:[::1]:1,,'"
  })
  void addressThatPeersReachIsFoundByTheStunServer(String setting, String before) {
    Map<String, String> settings = new HashMap<>(strict.settings());
    settings.put("TURN_EXTERNAL_IP", "auto");
    settings.put(setting, before + " stun:127.0.0.1:" + loopback.port());

    Shell.Result made = Shell.run(settings, List.of(Coturn.script("configure"), "-e", "/dev/null"));

    assertThat(made.exitCode()).isZero();
    // Seen under the address it listens on, so there is nothing to translate.
    assertThat(made.output()).doesNotContain("external-ip=").contains("listening-ip=127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "turn:no-such-host.invalid:3478, , , 10, address",
    "turn:127.0.0.1:1, , , 11, port",
    "turn:127.0.0.1:1?transport=tcp, , , 11, port",
    "turn:[::1]:1, , , 11, IPv4 alone",
    "turn:[::1, , , 2, not a TURN URL",
    "TLS, , , 12, TLS",
    "STRICT, TURN_REALM, elsewhere.test, 13, realm",
    "STRICT, TURN_STATIC_SECRET, another, 14, secret",
    "STRICT, -t, -86400, 15, clock",
    "STRICT, -t, 86400, 15, clock",
    "LOOPBACK, , , 16, denied peer",
    "STRICT, -p, 10.1.2.3, 16, denied peer",
    "mailto:ann@example.org, , , 2, not a TURN URL",
  })
  void checkNamesWhatIsWrong(String url, String name, String value, int exitCode, String word) {
    Map<String, String> settings = new HashMap<>(strict.settings());
    List<String> arguments = new ArrayList<>();
    if (name != null && name.startsWith("-")) {
      long now = Instant.now().getEpochSecond();
      arguments.add(name);
      arguments.add(name.equals("-t") ? Long.toString(now + Long.parseLong(value)) : value);
    } else if (name != null) {
      settings.put(name, value);
    }
    arguments.add(
        url.replace("STRICT", strict.url())
            .replace("LOOPBACK", loopback.url())
            .replace("TLS", strict.tlsUrl()));

    Shell.Result checked = check(settings, arguments.toArray(String[]::new));

    assertThat(checked.output()).contains(word).hasLineCount(1).doesNotContain(NEW, OLD);
    assertThat(checked.exitCode()).isEqualTo(exitCode);
  }

  /** One entry of the list that the product hands out. */
  private record Server(String url, String username, String credential) {}

  private static SwitchboardProcess product(String secrets) {
    return SwitchboardProcess.start(
        Map.of("ROLES", "ice", "TURN_SERVER_URL", loopback.url(), "TURN_STATIC_SECRET", secrets));
  }

  private static Server iceServer(SwitchboardProcess product, String userId)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String body =
          client
              .send(
                  HttpRequest.newBuilder(product.url().resolve("/ice-servers?userId=" + userId))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return new JsonObject(body)
          .getJsonArray("iceServers").stream()
              .map(JsonObject.class::cast)
              .filter(server -> server.containsKey("credential"))
              .map(
                  server ->
                      new Server(
                          server.getString("urls"),
                          server.getString("username"),
                          server.getString("credential")))
              .findFirst()
              .orElseThrow();
    }
  }

  private static Shell.Result check(Map<String, String> settings, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Coturn.script("check"), "-e", "/dev/null"));
    command.addAll(List.of(arguments));
    return Shell.run(settings, command);
  }

  /** Whether a message to an echo service beside the relay comes back through it. */
  private static boolean relays(Coturn relay, Server server) throws IOException {
    try (EchoPeer peer = new EchoPeer()) {
      return send(relay, server, "127.0.0.1", peer.port())
          .output()
          .contains("tot_send_msgs=1, tot_recv_msgs=1");
    }
  }

  private static void assertRefused(Server server) {
    assertThat(send(loopback, server, "127.0.0.1", 9).output())
        .contains("Cannot complete Allocation");
  }

  private static Shell.Result send(Coturn relay, Server server, String peer, int peerPort) {
    return Shell.run(
        Map.of(),
        List.of(
            "turnutils_uclient",
            "-u",
            server.username(),
            "-w",
            server.credential(),
            "-e",
            peer,
            "-r",
            Integer.toString(peerPort),
            "-n",
            "1",
            "-m",
            "1",
            "-c",
            "-p",
            Integer.toString(relay.port()),
            "127.0.0.1"));
  }
}
