package dev.switchboard.deploy.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.switchboard.deploy.soak.RedisPage.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisPageTest {
  private static final String PAGE =
      """
      | key | type | life | written by | scripts | what for |
      |---|---|---|---|---|---|
      | `job:list` | stream | none; an entry goes when it is done | `A` | — | Jobs. |
      | `job:list:lease` | string | 5 s; renewed, none after that | `A` | — | A lease. |
      | `job:later` | sorted set | as `job:list` | `A` | — | Others. |
      | `user:<user>` | hash: <code>a&#124;b</code> | 24 h; renewed | `B` | — | A user. |
      | `user:<user>:<page>` | hash | as `user:<user>` | `B` | — | A page. |
      | `user:all:<user>` | set | None of the words above is one. | `B` | — | Another. |
      """;

  private static final RedisPage OWN = RedisPage.ofProject();

  private static Family family(RedisPage page, String key) {
    return page.of(key).orElseThrow(() -> new AssertionError(key + " has no row"));
  }

  @Test
  void lifeIsNoneWhereItsRowSaysSoOrNamesARowThatDoes() {
    assertThat(RedisPage.read(PAGE).families())
        .containsExactly(
            new Family("job:list", true),
            new Family("job:list:lease", false),
            new Family("job:later", true),
            new Family("user:<user>", false),
            new Family("user:<user>:<page>", false),
            new Family("user:all:<user>", false));
  }

  @Test
  void rowThatNamesOneThatIsNotThereIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisPage.read("| `a:b` | set | as `a:c` | `A` | — | B. |\n"))
        .withMessageContaining("a:c");
  }

  @Test
  void keyBelongsToTheRowThatItHasMostInCommonWith() {
    RedisPage page = RedisPage.read(PAGE);
    assertThat(family(page, "job:list").key()).isEqualTo("job:list");
    assertThat(family(page, "job:list:lease").key()).isEqualTo("job:list:lease");
    assertThat(family(page, "user:ann").key()).isEqualTo("user:<user>");
    assertThat(family(page, "user:ann:3").key()).isEqualTo("user:<user>:<page>");
    assertThat(family(page, "user:all:ann").key()).isEqualTo("user:all:<user>");
    assertThat(family(page, "user:two\nlines").key()).isEqualTo("user:<user>");
    assertThat(page.of("job:listing")).isEmpty();
    assertThat(page.of("my-job:list")).isEmpty();
    assertThat(page.of("user:")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "calls:records,                      calls:records,                              true",
    "edge:sessions:a-0,                  edge:sessions:<edge>,                       true",
    "push:jobs,                          push:jobs,                                  true",
    "push:retry-jobs,                    push:retry-jobs,                            true",
    "push:dead,                          push:dead,                                  true",
    "webhook:dead,                       webhook:dead,                               true",
    "room:present:r,                     room:present:<room>,                        true",
    "user:missed:ann,                    user:missed:<user>,                         true",
    "user:socket:s,                      user:socket:<socket>,                       false",
    "push:notification:n,                push:notification:<id>,                     false",
    "push:notification:n:0,              push:notification:<id>:<page>,              false",
    "signal:buffer:3:ann:phone,          signal:buffer:<length>:<user>:<device>,     false",
    "signal:buffer:3:ann:phone|size,     signal:buffer:<length>:<user>:<device>,     false",
    "chat:members:s,                     chat:members:<session>,                     false",
    "auth:sign-outs,                     auth:sign-outs,                             true",
  })
  void pageOfThisProjectIsUnderstood(String key, String row, boolean endless) {
    assertThat(OWN.of(key)).contains(new Family(row, endless));
    assertThat(OWN.isEndless(row)).isEqualTo(endless);
  }

  @Test
  void rowsOfEachHaveAName() {
    assertThat(RedisPage.isOfEach("room:members:<room>")).isTrue();
    assertThat(RedisPage.isOfEach("room:occupied")).isFalse();
  }

  /** What is not judged must go by itself. */
  @Test
  void whatIsKeptForLongerThanARunHasALife() {
    assertThat(Soak.KEPT)
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat(OWN.families()).extracting(Family::key).contains(row);
              assertThat(OWN.isEndless(row)).as(row).isFalse();
            });
  }
}
