package dev.switchboard.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Nginx;
import dev.switchboard.deploy.testing.Nodes;
import dev.switchboard.deploy.testing.StockClient;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes behind the given nginx configuration. */
final class NginxIT {
  private static final String ROOM = "/api/rooms?roomid=00000000-0000-4000-8000-000000000000";

  private static Nodes nodes;
  private static Nginx balancer;

  @BeforeAll
  static void start() {
    nodes = Nodes.start(Map.of(), "signaling,rooms,ice", "signaling,rooms,ice");
    balancer = Nginx.of(nodes.urls());
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }

  @AfterAll
  static void stop() {
    balancer.close();
    nodes.close();
  }

  private static int status(String path) {
    return Nodes.status(balancer.url(), path);
  }

  @Test
  void theRestIsServedWhileOneRoleAnswers503() {
    StockClient ann = nodes.client(balancer.url(), "ann", "phone", "polling");
    RealPostgres.stop();
    try {
      Await.until(() -> nodes.urls().stream().allMatch(url -> Nodes.status(url, ROOM) == 503));
      for (int i = 0; i < 4; i++) {
        assertThat(status(ROOM)).isEqualTo(503);
        assertThat(status("/ping")).isEqualTo(200);
        assertThat(status("/ice-servers")).isEqualTo(200);
      }
      ann.call(nodes.client(balancer.url(), "bob", "phone", "polling"));
      assertThat(ann.heard()).doesNotContain("(disconnect)");
    } finally {
      RealPostgres.start();
    }
    Await.until(() -> status(ROOM) == 404);
  }

  @Test
  void sessionsBegunByPollingGoOnOverWebSocket() {
    for (int i = 0; i < 4; i++) {
      nodes.client(balancer.url(), "cat" + i, "phone");
    }
    Await.until(() -> sockets("websocket") == 4 && sockets("polling") == 0);
  }

  private static int sockets(String transport) {
    String metric = "switchboard_sockets{transport=\"" + transport + "\"}";
    return nodes.urls().stream()
        .map(url -> Nodes.text(url, "/metrics"))
        .flatMap(String::lines)
        .filter(line -> line.startsWith(metric))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(metric.length()).strip()))
        .sum();
  }

  @Test
  void aNodeThatIsGoneIsPassedOver() {
    for (int gone = 0; gone < 2; gone++) {
      nodes.node(gone).kill9();
      for (int i = 0; i < 4; i++) {
        assertThat(status("/ping")).isEqualTo(200);
      }
      StockClient ann = nodes.client(balancer.url(), "eve" + gone, "phone");
      ann.call(nodes.client(balancer.url(), "fay" + gone, "phone"));
      nodes.hangUp();
      nodes.node(gone).restart();
      Await.until(() -> nodes.allSee(2), 60);
    }
  }

  @Test
  void aClientsFirstRequestFindsTheNodeThatDoesNotStop() {
    for (int stopping = 0; stopping < 2; stopping++) {
      URI url = nodes.node(stopping).url();
      nodes.node(stopping).beginTermination();
      Await.until(() -> Nodes.status(url, "/health/ready") != 200);
      for (int i = 0; i < 4; i++) {
        nodes.client(balancer.url(), "hal" + stopping + i, "phone");
      }
      nodes.hangUp();
      nodes.node(stopping).awaitExit();
      nodes.node(stopping).restart();
      Await.until(() -> nodes.allSee(2), 60);
    }
  }
}
