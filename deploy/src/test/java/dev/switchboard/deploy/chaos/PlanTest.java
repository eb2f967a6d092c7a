package dev.switchboard.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static final long WITHIN_MILLIS = 150_000;

  private static Plan plan(long seed) {
    return Plan.of(seed, WITHIN_MILLIS, List.of(FaultKind.values()));
  }

  private static List<Fault> many() {
    return LongStream.range(0, 300)
        .mapToObj(PlanTest::plan)
        .flatMap(plan -> plan.faults().stream())
        .toList();
  }

  @Test
  void seedAloneDecides() {
    assertThat(plan(7)).isEqualTo(plan(7));
    assertThat(plan(7).faults()).isNotEqualTo(plan(8).faults());
  }

  @Test
  void onlyKindsThatAreWantedCome() {
    List<FaultKind> wanted = List.of(FaultKind.DISK_FULL, FaultKind.NODE_UNHEARD);
    assertThat(Plan.of(7, WITHIN_MILLIS, wanted).faults())
        .extracting(Fault::kind)
        .isNotEmpty()
        .isSubsetOf(wanted);
  }

  @Test
  void everyKindAndTargetComes() {
    assertThat(many().stream().map(Fault::kind).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(FaultKind.values());
    for (FaultKind.Target target : FaultKind.Target.values()) {
      assertThat(
              many().stream()
                  .filter(fault -> fault.kind().target() == target)
                  .map(Fault::target)
                  .distinct()
                  .count())
          .isEqualTo(target.count());
    }
  }

  @Test
  void allIsOverInTime() {
    assertThat(many())
        .allSatisfy(
            fault -> {
              assertThat(fault.untilMillis()).isLessThanOrEqualTo(WITHIN_MILLIS);
              assertThat(fault.forMillis())
                  .isBetween(
                      fault.kind().leastSeconds() * 1000L, fault.kind().mostSeconds() * 1000L);
            });
  }

  @Test
  void oneTargetHasOneFaultAtATime() {
    for (int seed = 0; seed < 300; seed++) {
      List<Fault> faults = plan(seed).faults();
      for (Fault one : faults) {
        assertThat(faults)
            .filteredOn(other -> other != one && !Collections.disjoint(other.parts(), one.parts()))
            .allMatch(
                other ->
                    other.untilMillis() <= one.atMillis() || one.untilMillis() <= other.atMillis());
      }
    }
  }
}
