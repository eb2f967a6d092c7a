package dev.switchboard.rooms;

import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.role.Edge;
import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/** A server of rooms over REST, with a database of its own. */
abstract class RoomsServerTest {
  static final String ROOMS = "/api/rooms";
  static final String TOKEN = "0123456789abcdef-and-the-secret-rest";

  final List<String> deleted = new CopyOnWriteArrayList<>();
  TestNode node;
  RoomsRole role;
  HttpServer server;
  WebClient client;

  void start(Map<String, String> settings) {
    node = TestNode.start(settings);
    role = new RoomsRole(node.node(), 50);
    Await.await(role.start());
    node.vertx()
        .eventBus()
        .<JsonObject>consumer(
            BusAddresses.ROOMS_DELETED, told -> deleted.add(told.body().getString("roomId")));
    Router router = Router.router(node.vertx());
    server =
        Await.await(
            Future.future(
                done ->
                    node.vertx()
                        .runOnContext(
                            begin ->
                                role.mount(new Edge(new EdgeId("a", 0), node.vertx(), router))
                                    .compose(
                                        mounted ->
                                            node.vertx()
                                                .createHttpServer()
                                                .requestHandler(router)
                                                .listen(0, "127.0.0.1"))
                                    .onComplete(done))));
    client = WebClient.create(node.vertx());
  }

  @AfterEach
  void stop() {
    RealPostgres.start();
    Await.await(role.stop());
    node.close();
  }

  Future<HttpResponse<Buffer>> send(HttpMethod method, String path, Object body) {
    return client
        .request(method, server.actualPort(), "127.0.0.1", path)
        .sendBuffer(Buffer.buffer(body.toString()));
  }

  JsonObject answer(int status, HttpMethod method, String path, Object body) {
    var response = Await.await(send(method, path, body));
    assertThat(response.statusCode()).as(response.bodyAsString()).isEqualTo(status);
    return status == 204 ? new JsonObject() : response.bodyAsJsonObject();
  }

  String error(int status, HttpMethod method, String path, Object body) {
    return answer(status, method, path, body).getString("error");
  }

  static JsonObject code(String joinId) {
    return new JsonObject()
        .put("joinid", joinId)
        .put("client1", "ann")
        .put("expiresInSeconds", 60)
        .put("client1_token", TOKEN)
        .put("platform", "ios");
  }

  static JsonObject accept(String joinId) {
    return new JsonObject().put("joinid", joinId).put("client2", "bob");
  }

  String room(String joinId) {
    answer(201, POST, ROOMS, code(joinId));
    return answer(200, POST, ROOMS + "/accept", accept(joinId)).getString("roomid");
  }
}
