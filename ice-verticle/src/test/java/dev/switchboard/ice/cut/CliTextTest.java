package dev.switchboard.ice.cut;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CliTextTest {
  private static final String CALL = "0b6d5c1e-7d2f-4a38-9f1e-2f6f0f0c7a11";

  /** As coturn 4.6.1 and 4.17.1 write it. */
  private static final String LIST =
      """
      \r
          1) id=000000000000000001, user <1795885322:ann.CALL>:\r
            realm: relay.test\r
            usage: rp=10, rb=1284, sp=9, sb=764\r
            peers:\r
                127.0.0.1:27481\r
      \r
          2) id=001000000000000007, user <1795885322:b>:b.CALL>:\r
      \r
          3) id=001000000000000009, user <1795885322:c.CALL.x>:\r
      \r
        Total sessions: 3\r
      \r
      >\s\
      """
          .replace("CALL", CALL);

  @Test
  void onlySessionsOfTheCallItselfAreTaken() {
    assertThat(CliText.sessions(LIST, CALL))
        .containsExactly("000000000000000001", "001000000000000007");
    assertThat(CliText.sessions(LIST, CALL.replace('0', '1'))).isEmpty();
  }

  @Test
  void promptAndQuestionAreToldApart() {
    assertThat(CliText.isPrompt(LIST)).isTrue();
    assertThat(CliText.isPrompt(LIST.substring(0, LIST.length() - 2))).isFalse();
    assertThat(CliText.asksPassword("TURN Server\r\nEnter password: \r\n")).isTrue();
    assertThat(CliText.asksPassword("> ")).isFalse();
  }
}
