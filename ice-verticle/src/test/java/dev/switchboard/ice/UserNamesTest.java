package dev.switchboard.ice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.ice.server.CallNames;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UserNamesTest {
  @Test
  void keepsColonsAndUmlautsAndDropsControls() {
    assertThat(UserNames.user("a:ü\r\n\u0000b\u2028")).isEqualTo("a:üb");
    assertThat(UserNames.user(" \t ")).isEqualTo("anonymous");
    assertThat(UserNames.call("call 1\u00fc")).isEqualTo("call1");
  }

  @Test
  void whatTheRelayRefusesIsEncoded() {
    assertThat(UserNames.user("Ann O'Hara \"x\" a\\b ^"))
        .isEqualTo("Ann^20O^27Hara^20^22x^22^20a^5Cb^20^5E");
    assertThat(UserNames.user("ann.lee-1_2~3@example.org+x=!"))
        .isEqualTo("ann.lee-1_2~3@example.org+x=!");
    assertThat(UserNames.user("credit-union-selection")).isEqualTo("credit-^75nion-selection");
    assertThat(UserNames.user("Selected Reunion")).isEqualTo("Selected^20Re^75nion");
    assertThat(UserNames.user("western-union")).isEqualTo("western-union");
  }

  @Test
  void anyTextEndsInAUserNameThatStunCanCarry() {
    Random random = new Random(7);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      random.ints(random.nextInt(300), 0, 0x10000).forEach(c -> text.append((char) c));
      String name =
          "9999999999:" + UserNames.user(text.toString()) + "." + UserNames.call(text.toString());

      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      assertThat(bytes.length).isLessThan(513);
      assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(name);
      assertThat(name.chars().noneMatch(Character::isISOControl)).isTrue();
    }
  }

  @Test
  void onlyTheNameOfACallReadsAsOne() {
    String call = "0b6d5c1e-7d2f-4a38-9f1e-2f6f0f0c7a11";
    assertThat(CallNames.call("1700000600:" + UserNames.inCall("a.b", call))).contains(call);
    assertThat(UserNames.unbound("a.b")).isEqualTo("a.b");
    assertThat(UserNames.unbound("a." + call)).isEqualTo("a^2E" + call);
    assertThat(CallNames.call(UserNames.unbound("a." + call))).isEmpty();
  }
}
