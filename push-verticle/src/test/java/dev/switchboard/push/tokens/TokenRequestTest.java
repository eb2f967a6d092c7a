package dev.switchboard.push.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenRequestTest {
  private static TokenRequest read(String type, String token) {
    return TokenRequest.of(new JsonObject().put("type", type).put("token", token)::getValue);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 200})
  void apnsTokensOfTheRightLength(int length) {
    assertThat(read("apns", "A".repeat(length)).token()).isEqualTo("a".repeat(length));
    assertThat(read("apns_voip", "0".repeat(length)).type()).isEqualTo(TokenType.APNS_VOIP);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 201})
  void apnsTokensOfTheWrongLength(int length) {
    assertThatThrownBy(() -> read("apns", "a".repeat(length))).hasMessageStartingWith("token");
  }

  @ParameterizedTest
  @CsvSource({
    "cIDTVx9lTcuoZ0bPqN3xYz,fid",
    "aIDTVx9lTcuoZ0bPqN3xYz,token",
    "cIDTVx9lTcuoZ0bPqN3xYz:APA91bGq,token"
  })
  void firebaseInstallationIdsAreToldFromRegistrationTokens(String token, String kind) {
    assertThat(TokenType.FCM.kind(token)).isEqualTo(kind);
    assertThat(read("fcm", token).token()).isEqualTo(token);
  }

  @Test
  void installationIdsAreOfFcmOnly() {
    JsonObject request = new JsonObject().put("type", "apns").put("token", "ab".repeat(32));
    assertThat(TokenRequest.of(request.put("kind", "token")::getValue).type())
        .isEqualTo(TokenType.APNS);
    assertThatThrownBy(() -> TokenRequest.of(request.put("kind", "fid")::getValue))
        .hasMessageStartingWith("kind");
  }

  @Test
  void deviceMayBeCounted() {
    JsonObject request = new JsonObject().put("type", "apns").put("token", "ab".repeat(32));
    assertThat(TokenRequest.of(request.put("device_id", 7)::getValue).deviceId()).isEqualTo("7");
    for (Object noId : new Object[] {7.5, true, new JsonObject()}) {
      assertThatThrownBy(() -> TokenRequest.of(request.put("device_id", noId)::getValue))
          .hasMessageStartingWith("device_id");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", "with some spaces in it", "emoji-in-the-token-\uD83D\uDE00"})
  void whatCanNotBeAnFcmToken(String token) {
    assertThatThrownBy(() -> read("fcm", token)).hasMessageStartingWith("token");
  }

  @Test
  void messagesNeverRepeatTheToken() {
    assertThatThrownBy(() -> read("apns", "sEcReT")).hasMessageNotContaining("sEcReT");
  }

  @Test
  void atMostHalfOfATokenIsShown() {
    assertThat(DeviceToken.cut("12345678")).isEqualTo("1234");
    assertThat(DeviceToken.cut("x".repeat(100))).hasSize(16);
  }
}
