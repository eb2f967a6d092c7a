package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.signaling.chat.ChatStore.Seat;
import dev.switchboard.signaling.socketio.EncodedPacket;
import dev.switchboard.signaling.testing.SlowSocket;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MembershipTest {
  private static final EncodedPacket BEGINS = EncodedPacket.ofText("42[\"user-typing\",{}]");
  private static final EncodedPacket ENDS = EncodedPacket.ofText("42[\"user-stopped-typing\",{}]");

  private final SlowSocket reader = new SlowSocket();
  private final Membership member =
      new Membership(
          reader.socket(),
          new Seat("room", "bob", "socket", "node.0"),
          "Bob",
          replaced -> {},
          first -> {});

  @Test
  void whoReadsSlowlyDoesWithoutTyping() {
    member.release(Set.of());
    reader.slow(true);
    member.typing(BEGINS, "ann", true);
    member.typing(ENDS, "ann", false);
    assertThat(reader.sent()).isEmpty();
    reader.slow(false);
    member.typing(BEGINS, "ann", true);
    reader.slow(true);
    member.typing(BEGINS, "eve", true);
    member.typing(ENDS, "eve", false);
    member.typing(ENDS, "ann", false);
    assertThat(reader.sent()).containsExactly(BEGINS.text(), ENDS.text());
  }

  @Test
  void whoIsNotInYetHearsOfNoTyping() {
    member.typing(BEGINS, "ann", true);
    member.release(Set.of());
    assertThat(reader.sent()).isEmpty();
  }
}
