package dev.switchboard.signaling.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.role.EdgeId;
import dev.switchboard.signaling.rooms.Seat.Change;
import dev.switchboard.signaling.rooms.Seat.Peer;
import org.junit.jupiter.api.Test;

final class SeatTest {
  private static final Seat ALONE = Seat.taken("r", 1, null);

  private static Peer peer(long seat) {
    return new Peer("client" + seat, new EdgeId("n", 0), seat);
  }

  @Test
  void theFirstOfTwoIsTheInitiator() {
    assertThat(ALONE.isInitiator()).isTrue();
    assertThat(ALONE.joined(peer(2)).seat().isInitiator()).isTrue();
    assertThat(Seat.taken("r", 2, peer(1)).isInitiator()).isFalse();
  }

  @Test
  void whoRemainsIsTheInitiatorForTheNext() {
    Seat second = Seat.taken("r", 2, peer(1));
    assertThat(second.left(1).seat().joined(peer(3)).seat().isInitiator()).isTrue();
  }

  @Test
  void successorWhoseNewsOvertakesReplacesTheOneBefore() {
    Seat facing = ALONE.joined(peer(2)).seat();
    Change successor = facing.joined(peer(3));
    assertThat(successor.formerLeft()).isTrue();
    assertThat(successor.arrived()).isTrue();
    assertThat(successor.seat().left(2)).isEqualTo(new Change(successor.seat(), false, false));
  }

  @Test
  void joinThatComesAfterItsOwnLeavingIsNoNews() {
    Change gone = ALONE.left(2);
    assertThat(gone.formerLeft()).isFalse();
    assertThat(gone.seat().joined(peer(2)).arrived()).isFalse();
    assertThat(gone.seat().joined(peer(3)).arrived()).isTrue();
  }

  @Test
  void whoLeavesUnheardHadTakenThePlaceOfTheOneBefore() {
    Seat facing = ALONE.joined(peer(2)).seat();
    Change gone = facing.left(3);
    assertThat(gone.formerLeft()).isTrue();
    assertThat(gone.seat().peer()).isNull();
    assertThat(gone.seat().joined(peer(3)).arrived()).isFalse();
    assertThat(Seat.taken("r", 4, peer(2)).left(3).formerLeft()).isFalse();
  }

  @Test
  void storeCorrectsWhatWasMissed() {
    Seat facing = ALONE.joined(peer(2)).seat();
    assertThat(facing.corrected(1, peer(2))).isEqualTo(new Change(facing, false, false));
    assertThat(facing.corrected(1, null).formerLeft()).isTrue();
    assertThat(facing.corrected(4, peer(3)).seat().number()).isEqualTo(4);
    assertThat(facing.corrected(4, peer(3)).arrived()).isTrue();
    assertThat(ALONE.corrected(1, peer(2)).formerLeft()).isFalse();
  }
}
