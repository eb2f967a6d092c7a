package dev.switchboard.shared.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PreludeTest {
  private static final String SOURCE =
      """
      -- What scripts of tests share; three_of is only named here.

      -- So many at once.
      local MOST = 3

      local function one_of(list)
        -- the first: MOST
        return list[1]
      end

      local function two_of(list)
        return { one_of(list), list[2] }
      end

      local function three_of(list) return MOST end
      """;

  @Test
  void aScriptGetsWhatItUsesAndWhatThatUses() {
    assertThat(Prelude.parse(SOURCE).usedBy("return two_of(KEYS)\n"))
        .isEqualTo(
            """
            local function one_of(list)
              return list[1]
            end
            local function two_of(list)
              return { one_of(list), list[2] }
            end
            """);
    assertThat(Prelude.parse(SOURCE).usedBy("return three_of(KEYS)\n"))
        .isEqualTo("local MOST = 3\nlocal function three_of(list) return MOST end\n");
  }

  @Test
  void ofWhatItDoesNotUseItGetsNothing() {
    assertThat(Prelude.parse(SOURCE).usedBy("return another_of(KEYS)\n")).isEmpty();
  }

  @Test
  void nothingRunsInAPrelude() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Prelude.parse("redis.call('DEL', 'a')\nlocal MOST = 3\n"));
  }
}
