package dev.switchboard.ice.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.testing.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines that work, hang and refuse; the real one is in the tests of the whole. */
class RelayCutsIT {
  private static final String CALL = "0b6d5c1e-7d2f-4a38-9f1e-2f6f0f0c7a11";

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> commands = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    Await.await(vertx.close());
  }

  private int relay(java.util.function.Consumer<NetSocket> behaviour) {
    NetServer server = vertx.createNetServer().connectHandler(behaviour::accept);
    return Await.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private void working(NetSocket socket) {
    socket.write("TURN Server\r\n\r\nEnter pass");
    socket.write("word: \r\n");
    socket.handler(
        line -> {
          String command = line.toString().strip();
          commands.add(command);
          String listed =
              "\r\n    1) id=000000000000000004, user <1700000000:ann." + CALL + ">:\r\n";
          socket.write(
              command.startsWith("psp ") ? listed + "\r\n  Total sessions: 1\r\n\r\n" : "");
          socket.write(command.equals("wrong") ? "Enter password: \r\n" : "> ");
        });
  }

  private RelayCuts cuts(String password, int... ports) {
    StringBuilder places = new StringBuilder();
    for (int port : ports) {
      places.append("127.0.0.1:").append(port).append(',');
    }
    RelayCuts cuts =
        new RelayCuts(
            vertx,
            CliSettings.from(
                Settings.of(Map.of("TURN_CLI", places.toString(), "TURN_CLI_PASSWORD", password))),
            meters);
    Await.await(cuts.start());
    return cuts;
  }

  private void over(Object... callIds) {
    vertx
        .eventBus()
        .publish(
            BusAddresses.CALLS_OVER,
            new JsonObject().put("callIds", new JsonArray(List.of(callIds))));
  }

  private double cut() {
    return meters.get("switchboard.relay.cuts").counter().count();
  }

  @Test
  void sessionsOfACallEndAtEachRelayWhateverAnotherDoes() {
    RelayCuts cuts = cuts("word", relay(socket -> {}), relay(this::working), relay(this::working));
    over(CALL);

    Await.until(() -> cut() == 2);
    Await.until(() -> commands.stream().filter("quit"::equals).count() == 2);
    assertThat(commands.stream().limit(4))
        .containsAnyOf("word", "psp ." + CALL, "cs 000000000000000004");
    Await.await(cuts.stop());
  }

  @Test
  void nothingButTheIdOfACallGetsToACommandLine() {
    RelayCuts cuts = cuts("word", relay(this::working));
    over("stop\r\nstop", 7, "x", CALL);

    Await.until(() -> commands.contains("quit"));
    assertThat(commands).containsExactly("word", "psp ." + CALL, "cs 000000000000000004", "quit");
    Await.await(cuts.stop());
  }

  @Test
  void aWrongPasswordIsTriedOnceATalk() {
    RelayCuts cuts = cuts("wrong", relay(this::working));
    over(CALL);

    Await.until(() -> commands.contains("wrong"));
    over(CALL);
    assertThat(commands).containsExactly("wrong");
    assertThat(cut()).isZero();
    Await.await(cuts.stop());
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:0, p, TURN_CLI: '127.0.0.1:0'",
    "a b, p, TURN_CLI: 'a b'",
    "h:99999, p, TURN_CLI: 'h:99999'",
    "h, '', TURN_CLI_PASSWORD: is missing",
    "h, 'hun ter2', TURN_CLI_PASSWORD: is not made",
  })
  void badSettingsAreNamedWithoutThePassword(String places, String password, String message) {
    Map<String, String> values = Map.of("TURN_CLI", places, "TURN_CLI_PASSWORD", password);
    assertThatThrownBy(() -> CliSettings.from(Settings.of(values)))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("hun");
  }

  @Test
  void placesAreReadWithTheirPortAndOffByDefault() {
    assertThat(CliSettings.from(Settings.of(Map.of())).places()).isEmpty();
    CliSettings settings =
        CliSettings.from(
            Settings.of(
                Map.of("TURN_CLI", "relay.example, [::1]:7", "TURN_CLI_PASSWORD", "hunter2")));
    assertThat(settings.places())
        .containsExactly(
            new CliSettings.Place("relay.example", 5_766), new CliSettings.Place("::1", 7));
    assertThat(settings.toString()).doesNotContain("hunter2");
  }
}
