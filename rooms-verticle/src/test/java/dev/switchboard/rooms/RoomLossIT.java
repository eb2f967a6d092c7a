package dev.switchboard.rooms;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.POST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.Forwarder;
import dev.switchboard.shared.testing.RealPostgres;
import dev.switchboard.shared.testing.RealRedis;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Postgres did although its answer was lost, and the app was told to try again. */
final class RoomLossIT extends RoomsServerTest {
  private Forwarder postgres;

  @BeforeEach
  void start() {
    RealRedis.flush();
    String url = RealPostgres.newDatabase();
    int port = URI.create(url).getPort();
    postgres = new Forwarder("127.0.0.1", port);
    start(Map.of("DATABASE_URL", url.replace(":" + port, ":" + postgres.port())));
  }

  @AfterEach
  void close() {
    postgres.close();
  }

  @Test
  void whoAcceptsAgainGetsTheRoomThatWasMade() {
    answer(201, POST, ROOMS, code("c1"));
    postgres.loseAnswerTo("bob");
    answer(503, POST, ROOMS + "/accept", accept("c1"));
    assertThat(error(409, POST, ROOMS + "/accept", accept("c1").put("client2", "eve")))
        .isEqualTo("conflict");
    String roomId = answer(200, POST, ROOMS + "/accept", accept("c1")).getString("roomid");
    assertThat(answer(200, POST, ROOMS + "/check", code("c1")).getString("roomid"))
        .isEqualTo(roomId);
  }

  @Test
  void attemptThatMadeNothingClaimsNoRoomOfTheSameName() {
    answer(201, POST, ROOMS, code("c1"));
    RealPostgres.stop();
    answer(503, POST, ROOMS + "/accept", accept("c1"));
    RealPostgres.start();
    Await.until(() -> Await.await(send(POST, ROOMS + "/check", code("c1"))).statusCode() == 204);
    answer(200, POST, ROOMS + "/accept", accept("c1"));
    answer(409, POST, ROOMS + "/accept", accept("c1"));
  }

  @Test
  void whoIsInARoomThatWasDeletedIsTold() {
    String roomId = room("c1");
    postgres.loseAnswerTo(roomId);
    answer(503, DELETE, ROOMS, new JsonObject().put("roomid", roomId));
    Await.until(() -> deleted.contains(roomId));
  }

  @Test
  void whoIsInARoomThatWasPurgedIsTold() {
    String roomId = room("c1");
    postgres.loseAnswerTo("COMMIT");
    answer(503, POST, "/api/user/purge", new JsonObject().put("deviceId", "bob"));
    Await.until(() -> deleted.contains(roomId));
  }
}
