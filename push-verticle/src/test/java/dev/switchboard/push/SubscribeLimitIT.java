package dev.switchboard.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.push.webpush.Browser;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.shared.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limit on subscribing, which nodes share. */
final class SubscribeLimitIT {
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<PushRole> roles = new ArrayList<>();
  private final List<HttpServer> servers = new ArrayList<>();

  @BeforeEach
  void start() {
    RealRedis.flush();
    TestNode first =
        TestNode.start(Map.of("SECRETS_KEY", Base64.getEncoder().encodeToString(new byte[32])));
    open(first);
    open(first.another());
  }

  private void open(TestNode node) {
    nodes.add(node);
    PushRole role = new PushRole(node.node());
    roles.add(role);
    Router router = Router.router(node.vertx());
    EdgeId id = new EdgeId("n" + nodes.size(), 0);
    servers.add(
        Await.await(
            Future.future(
                done ->
                    node.vertx()
                        .runOnContext(
                            v ->
                                role.mount(new Edge(id, node.vertx(), router))
                                    .compose(
                                        mounted ->
                                            node.vertx()
                                                .createHttpServer()
                                                .requestHandler(router)
                                                .listen(0, "127.0.0.1"))
                                    .onComplete(done)))));
  }

  @AfterEach
  void stop() {
    roles.forEach(role -> Await.await(role.stop()));
    nodes.forEach(TestNode::close);
  }

  private HttpResponse<Buffer> subscribe(int node, int number) {
    JsonObject body =
        new JsonObject()
            .put("endpoint", "https://8.8.8.8/" + number)
            .put("keys", Browser.make().keys());
    return Await.await(
        WebClient.create(nodes.get(node).vertx())
            .post(servers.get(node).actualPort(), "127.0.0.1", "/api/v1/push/subscribe")
            .sendJsonObject(body));
  }

  @Test
  void thirtyAMinuteFromOneAddressAcrossNodes() {
    for (int i = 0; i < 30; i++) {
      assertThat(subscribe(i % 2, i).statusCode()).isEqualTo(201);
    }
    HttpResponse<Buffer> refused = subscribe(0, 30);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.bodyAsJsonObject().getString("error")).isEqualTo("rate_limited");
    assertThat(Integer.parseInt(refused.getHeader("Retry-After"))).isBetween(1, 60);
    assertThat(subscribe(1, 31).statusCode()).isEqualTo(429);
  }
}
