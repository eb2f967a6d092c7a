package dev.switchboard.signaling.edge;

import static dev.switchboard.shared.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.signaling.socketio.Event;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class ClientEventsTest {
  private final List<String> answers = new ArrayList<>();
  private final Reply reply = new Reply();
  private final ClientEvents<String, String, Reply> events =
      new ClientEvents<String, String, Reply>()
          .ordered("ordered", (from, event, to) -> Future.succeededFuture())
          .atOnceOfAny("at_once", (from, event, to) -> Future.succeededFuture());

  private enum Code implements ErrorCode {
    WRONG;

    @Override
    public String code() {
      return "E1";
    }

    @Override
    public String message() {
      return "wrong";
    }
  }

  private final class Reply implements ClientEvents.Reply {
    @Override
    public String clientId() {
      return "client";
    }

    @Override
    public String event() {
      return "event";
    }

    @Override
    public void refuse(ErrorCode error, String message) {
      answers.add(error.code() + " " + message);
    }

    @Override
    public void storeUnavailable() {
      answers.add("unavailable");
    }

    @Override
    public void failed() {
      answers.add("failed");
    }
  }

  private void run(Supplier<Future<Void>> handler) {
    await(ClientEvents.run((from, event, to) -> handler.get(), "ann", "event", reply));
  }

  @Test
  void anEventIsFoundWithItsRules() {
    assertThat(events.names()).containsExactlyInAnyOrder("ordered", "at_once");
    assertThat(events.find("none")).isNull();
    assertThat(events.find("ordered")).matches(action -> action.ordered() && action.ofMembers());
    assertThat(events.find("at_once")).matches(action -> !action.ordered() && !action.ofMembers());
  }

  @Test
  void whatGoesWrongIsAnsweredWhetherThrownOrFailed() {
    Map<RuntimeException, String> expected = new LinkedHashMap<>();
    expected.put(new RefusedException(Code.WRONG), "E1 wrong");
    expected.put(new RefusedException(Code.WRONG, "field is missing"), "E1 field is missing");
    expected.put(new StoreUnavailableException("Redis", null), "unavailable");
    expected.put(new IllegalStateException("a bug"), "failed");
    expected.forEach(
        (failure, answer) -> {
          answers.clear();
          run(() -> Future.failedFuture(failure));
          run(
              () -> {
                throw failure;
              });
          assertThat(answers).containsExactly(answer, answer);
        });
  }

  @Test
  void whatIsLargerThanAllowedIsRefusedAndItsNameDoesNotCount() {
    Event ofFourBytes = Event.of(null, "event", "\"é\"");
    assertThat(ClientEvents.fits(ofFourBytes, 4, Code.WRONG, reply)).isTrue();
    assertThat(ClientEvents.fits(ofFourBytes, 3, Code.WRONG, reply)).isFalse();
    assertThat(answers).containsExactly("E1 payload must be at most 3 bytes");
  }
}
