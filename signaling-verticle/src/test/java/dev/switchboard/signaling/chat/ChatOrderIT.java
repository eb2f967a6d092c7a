package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.Await;
import dev.switchboard.shared.testing.RealRedis;
import dev.switchboard.signaling.edge.EdgeBatch;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What members read of an author that moves between nodes that hear each other late. */
final class ChatOrderIT {
  private final String room = UUID.randomUUID().toString();
  private final Queue<Runnable> underWay = new ConcurrentLinkedQueue<>();
  private final Handler<DeliveryContext<Object>> slowBus = this::keepMessages;
  private ChatNodes nodes;

  @BeforeEach
  void start() {
    RealRedis.flush();
    nodes = new ChatNodes(Map.of("CONNECTION_RECOVERY", "2m"));
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  /** What crosses nodes with a message of a chat is under way until the test lets it arrive. */
  private void keepMessages(DeliveryContext<Object> delivery) {
    if (delivery.body() instanceof EdgeBatch batch
        && batch.envelopes().stream()
            .anyMatch(it -> it.message().note() instanceof ChatFanout.Note.Message)) {
      Context context = nodes.vertx.getOrCreateContext();
      underWay.add(() -> context.runOnContext(now -> delivery.next()));
    } else {
      delivery.next();
    }
  }

  private void send(ChatApp author, String to, String text) {
    JsonObject message =
        new JsonObject()
            .put("sessionId", room)
            .put("from", "ann")
            .put("to", to)
            .put("encrypted", text);
    JsonObject answer = author.ask("send-message", message);
    assertThat(answer.getBoolean("success")).as(answer.encode()).isTrue();
  }

  private static List<String> read(ChatApp reader, int count) {
    Await.until(() -> reader.all("new-message").size() >= count);
    return reader.all("new-message").stream().map(it -> it.getString("encrypted")).toList();
  }

  @Test
  void authorThatMovesToTheReadersNodeIsHeardInOrder() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(room, "bob");
    ChatApp eve = nodes.guest(0).enter(room, "eve");
    nodes.vertx.eventBus().addOutboundInterceptor(slowBus);
    send(ann, "bob", "1");
    send(ann, "all", "2");
    ann.drop();
    ChatApp elsewhere = nodes.guest(1).enter(room, "ann");
    send(elsewhere, "bob", "3");
    send(elsewhere, "all", "4");
    Await.until(() -> underWay.size() == 3);
    nodes.vertx.eventBus().removeOutboundInterceptor(slowBus);
    underWay.forEach(Runnable::run);
    send(elsewhere, "all", "5");
    assertThat(read(bob, 5)).containsExactly("1", "2", "3", "4", "5");
    assertThat(read(eve, 3)).containsExactly("2", "4", "5");
  }

  @Test
  void authorWhoseMessagesAllArriveIsNotHeldUp() {
    ChatApp ann = nodes.guest(0).create(room, "ann", "group");
    ChatApp bob = nodes.guest(1).enter(room, "bob");
    send(ann, "all", "1");
    assertThat(read(bob, 1)).containsExactly("1");
    ann.drop();
    ChatApp elsewhere = nodes.guest(1).enter(room, "ann");
    send(elsewhere, "all", "2");
    ChatApp eve = nodes.guest(0).enter(room, "eve");
    send(elsewhere, "all", "3");
    assertThat(read(bob, 3)).containsExactly("1", "2", "3");
    assertThat(read(eve, 1)).containsExactly("3");
  }
}
