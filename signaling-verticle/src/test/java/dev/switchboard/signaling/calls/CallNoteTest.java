package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.edge.EdgeNote;
import dev.switchboard.signaling.sessions.Session;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallNoteTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final Session SESSION =
      new Session("ann", "s1", "a1", "ios", NOW, new EdgeId("node", 0));

  private static CallNote crossed(CallNote note) {
    EdgeNote.Codec<CallNote> codec = CallNote.CODEC;
    return codec.reader().apply(codec.writer().apply(note));
  }

  private static CallNote.Offer offer(long sentAt) {
    return new CallNote.Offer(CallMachineTest.ringing(), "b1", List.of(SESSION), "1", sentAt);
  }

  @Test
  void eachIsTheSameOnAnotherNode() {
    List<CallNote> notes =
        List.of(
            new CallNote.News(CallMachineTest.ringing(), "b1", List.of(SESSION), "1/0"),
            offer(NOW),
            new CallNote.Displaced(SESSION),
            new CallNote.Displaced(null),
            new CallNote.HandedOver(List.of("42[\"call_end\"]")),
            new CallNote.MayResume());
    assertThat(notes).allSatisfy(note -> assertThat(crossed(note)).isEqualTo(note));
  }

  @Test
  void offerThatTheBusBringsALongTimeAfterRingsNobody() {
    assertThat(offer(NOW).isStale(NOW + 8_000)).isFalse();
    assertThat(offer(NOW).isStale(NOW + 8_001)).isTrue();
    assertThat(offer(0).isStale(NOW)).isFalse();
  }
}
