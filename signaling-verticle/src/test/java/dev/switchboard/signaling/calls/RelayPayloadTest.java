package dev.switchboard.signaling.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.signaling.edge.Payload;
import dev.switchboard.signaling.edge.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RelayPayloadTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"v=0\\r\\no=- 1\"",
        "\"\"",
        "\"\\u00e9\\ud83d\\ude00 \\\"quoted\\\" \\\\ \\/\"",
        "\"\u00e9 \ud83d\ude00 \u4f60\u597d\"",
        "{}",
        "[]",
        "{ \"a\" : [ 1 , {\"b\":null} ] , \"c\":\"}\" }",
        "{\"callId\":\"inner\",\"to\":\"inner\",\"sdp\":{\"sdp\":\"x\"}}",
        "[[[[\"]\"]]]]",
        "1",
        "-0.0",
        "1e400",
        "123456789012345678901234567890.5",
        "true",
        "false"
      })
  void bodyIsCutOutAsItCame(String body) {
    for (String text :
        new String[] {
          "{\"callId\":\"c\",\"to\":\"bob\",\"sdp\":" + body + "}",
          "{\"sdp\":" + body + ",\"callId\":\"c\",\"to\":\"bob\"}",
          " { \"callId\" : \"c\" ,\n \"sdp\" :\t"
              + body
              + " , \"more\":{\"x\":[1]}, \"to\":\"bob\" } "
        }) {
      assertThat(RelayPayload.read(Payload.of(text, CallError.PAYLOADS), "sdp"))
          .isEqualTo(new RelayPayload("c", "bob", "sdp", body));
    }
  }

  @Test
  void longBodyIsCutOutWhole() {
    String body = "{\"sdp\":\"" + "\u00e9\\n".repeat(20_000) + "\"}";
    String text = "{\"to\":\"bob\",\"candidate\":" + body + ",\"callId\":\"c\"}";
    assertThat(RelayPayload.read(Payload.of(text, CallError.PAYLOADS), "candidate").body())
        .isEqualTo(body);
  }

  @Test
  void candidateThatIsNullSaysThatThereAreNoMore() {
    String text = "{\"callId\":\"c\",\"to\":\"b\",\"candidate\":null}";
    assertThat(RelayPayload.read(Payload.of(text, CallError.PAYLOADS), "candidate").body())
        .isEqualTo("null");
  }

  @Test
  void idsAreDecoded() {
    RelayPayload read =
        RelayPayload.read(
            Payload.of("{\"callId\":\"\\u0063\",\"to\":\"a\\\"b\",\"sdp\":1}", CallError.PAYLOADS),
            "sdp");
    assertThat(read.callId()).isEqualTo("c");
    assertThat(read.to()).isEqualTo("a\"b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"to\":\"b\",\"sdp\":1}|MISSING_FIELD|callId",
        "{\"callId\":\"c\",\"sdp\":1}|MISSING_FIELD|to",
        "{\"callId\":\"c\",\"to\":\"b\"}|MISSING_FIELD|sdp",
        "{\"callId\":\"c\",\"to\":\"b\",\"candidate\":1}|MISSING_FIELD|sdp",
        "{\"callId\":\"c\",\"to\":\"b\",\"sdp\":null}|MISSING_FIELD|sdp",
        "{\"callId\":\"\",\"to\":\"b\",\"sdp\":1}|MISSING_FIELD|callId",
        "{\"callId\":null,\"to\":\"b\",\"sdp\":1}|MISSING_FIELD|callId",
        "null|MISSING_FIELD|callId",
        "{\"callId\":7.5,\"to\":\"b\",\"sdp\":1}|BAD_FIELD|callId",
        "{\"callId\":1234567890123456789,\"to\":\"b\",\"sdp\":1}|BAD_FIELD|callId",
        "{\"callId\":1e400,\"to\":\"b\",\"sdp\":1}|BAD_FIELD|callId",
        "{\"callId\":true,\"to\":\"b\",\"sdp\":1}|BAD_FIELD|callId",
        "{\"callId\":\"c\",\"to\":{},\"sdp\":1}|BAD_FIELD|to",
        "[]|BAD_FIELD|payload",
        "\"text\"|BAD_FIELD|payload",
      })
  void whatIsWrongIsNamed(String text, CallError error, String field) {
    assertThatThrownBy(() -> RelayPayload.read(Payload.of(text, CallError.PAYLOADS), "sdp"))
        .isInstanceOfSatisfying(
            RefusedException.class, bad -> assertThat(bad.error()).isEqualTo(error))
        .hasMessageContaining(field);
  }

  @ParameterizedTest
  @CsvSource({
    "42,42",
    "-7,-7",
    "42.0,42",
    "1e3,1000",
    "9007199254740991,9007199254740991",
    "123456789012345678,123456789012345678"
  })
  void wholeNumbersCountAsTheirText(String number, String id) {
    String text = "{\"callId\":" + number + ",\"to\":" + number + ",\"sdp\":1}";
    RelayPayload read = RelayPayload.read(Payload.of(text, CallError.PAYLOADS), "sdp");
    assertThat(read.callId()).isEqualTo(id);
    assertThat(read.to()).isEqualTo(id);
  }

  @Test
  void tooLongIdIsRefused() {
    String text = "{\"callId\":\"" + "c".repeat(129) + "\",\"to\":\"b\",\"sdp\":1}";
    assertThatThrownBy(() -> RelayPayload.read(Payload.of(text, CallError.PAYLOADS), "sdp"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("callId")
        .hasMessageContaining("128");
  }
}
