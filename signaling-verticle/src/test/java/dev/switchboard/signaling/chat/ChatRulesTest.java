package dev.switchboard.signaling.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchboard.signaling.chat.Draft.KeptMessage;
import dev.switchboard.signaling.chat.JoinRule.Decision;
import dev.switchboard.signaling.chat.JoinRule.Found;
import dev.switchboard.signaling.chat.JoinRule.Left;
import dev.switchboard.signaling.chat.JoinRule.Loaded;
import dev.switchboard.signaling.chat.JoinRule.SessionAccess;
import dev.switchboard.signaling.edge.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pure rules: names and keys, who may join, who sees what. */
final class ChatRulesTest {
  private static final Found ACTIVE = new Found("n", false, ChatMode.PRIVATE, "K");
  private static final Found RESERVED = new Found("n", true, ChatMode.GROUP, "K");

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "r,K,r,K",
        "r,-,r,''",
        "r:K,-,r,K",
        "r:K,L,r,L",
        "r:K:H,-,r,K:H",
        "r:password:H,-,r,password:H",
        "r:password:H,K,r,K:H",
        "r:password:H,K:H,r,K:H",
        ":K,-,'',K"
      })
  void wireFormsNameSessionAndKey(String sessionId, String authKey, String id, String key) {
    SessionAccess access = SessionAccess.of(sessionId, authKey);
    assertThat(access.id()).isEqualTo(id);
    assertThat(access.key()).isEqualTo(key);
  }

  private static Decision decide(Found session, String sessionId, String key, boolean creator) {
    return JoinRule.decide(
        new Loaded(session, null, false), SessionAccess.of(sessionId, key), creator, null);
  }

  @Test
  void keyDecidesWhoComesIn() {
    assertThat(decide(ACTIVE, "r", "K", false)).isEqualTo(new Decision.Enter());
    assertThat(decide(ACTIVE, "r", "K", true)).isEqualTo(new Decision.Enter());
    assertThat(decide(ACTIVE, "r", "k", false))
        .isEqualTo(new Decision.Refuse(ChatError.INVALID_KEY));
    assertThat(decide(ACTIVE, "r", "", false))
        .isEqualTo(new Decision.Refuse(ChatError.INVALID_KEY));
    assertThat(decide(RESERVED, "r", "K", false))
        .isEqualTo(new Decision.Refuse(ChatError.SESSION_NOT_ACTIVE));
    assertThat(decide(RESERVED, "r", "L", true))
        .isEqualTo(new Decision.Refuse(ChatError.INVALID_KEY));
    assertThat(decide(RESERVED, "r", "K", true)).isEqualTo(new Decision.Activate("K"));
  }

  @Test
  void creatorMakesTheSessionInTheModeItSaid() {
    assertThat(begin(null, "r", "K", ChatMode.PRIVATE))
        .isEqualTo(new Decision.Create(ChatMode.PRIVATE, "K"));
    assertThat(begin(null, "r", "K", null)).isEqualTo(new Decision.Create(ChatMode.GROUP, "K"));
    assertThat(begin(null, "r:password:H", "K", null))
        .isEqualTo(new Decision.Create(ChatMode.PASSWORD, "K:H"));
    assertThat(
            JoinRule.decide(new Loaded(null, null, false), SessionAccess.of("r", "K"), false, null))
        .isEqualTo(new Decision.Refuse(ChatError.SESSION_NOT_FOUND));
  }

  private static Decision begin(Left left, String sessionId, String key, ChatMode wanted) {
    return JoinRule.decide(
        new Loaded(null, left, false), SessionAccess.of(sessionId, key), true, wanted);
  }

  @Test
  void creatorFindsWhatItLeftByTheSameKeyAlsoWithoutThePassword() {
    Left left = new Left(ChatMode.PASSWORD, "K:H");
    Decision same = new Decision.Create(ChatMode.PASSWORD, "K:H");
    assertThat(begin(left, "r", "K:H", null)).isEqualTo(same);
    assertThat(begin(left, "r", "K", null)).isEqualTo(same);
    assertThat(begin(left, "r:K", null, null)).isEqualTo(same);
    assertThat(begin(left, "r:password:H", null, ChatMode.GROUP)).isEqualTo(same);
    assertThat(begin(left, "r:password:h", "K", null))
        .isEqualTo(new Decision.Create(ChatMode.PASSWORD, "K:h"));
    assertThat(begin(left, "r", "L", null)).isEqualTo(new Decision.Create(ChatMode.GROUP, "L"));
    assertThat(begin(new Left(ChatMode.PRIVATE, "K"), "r", "K", null))
        .isEqualTo(new Decision.Create(ChatMode.PRIVATE, "K"));
    assertThat(
            JoinRule.decide(
                new Loaded(null, left, false), SessionAccess.of("r", "K:H"), false, null))
        .isEqualTo(new Decision.Refuse(ChatError.SESSION_NOT_FOUND));
  }

  @Test
  void nobodyComesIntoAPasswordRoomThatIsThereWithoutThePassword() {
    Found room = new Found("n", false, ChatMode.PASSWORD, "K:H");
    Decision refused = new Decision.Refuse(ChatError.INVALID_PASSWORD);
    assertThat(decide(room, "r", "K:H", true)).isEqualTo(new Decision.Enter());
    assertThat(decide(room, "r", "K", true)).isEqualTo(refused);
    assertThat(decide(room, "r", "K", false)).isEqualTo(refused);
    assertThat(decide(room, "r", "K:h", true)).isEqualTo(refused);
    assertThat(decide(room, "r", "L", true)).isEqualTo(new Decision.Refuse(ChatError.INVALID_KEY));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "r:password:H:A,-,K:H:A,RIGHT",
        "r:password:H,-,K:H:A,WRONG_PASSWORD",
        "r,password:H,K:H,RIGHT",
        "r:password:H,password:H,K:H,RIGHT",
        "r:password:,-,K,WRONG_KEY",
        "r:password:,-,K:H,WRONG_KEY",
        "r:password,-,K:H,WRONG_KEY"
      })
  void hashAloneIsComparedWhole(
      String sessionId, String authKey, String stored, SessionAccess.Match match) {
    assertThat(SessionAccess.of(sessionId, authKey).match(ChatMode.PASSWORD, stored))
        .isEqualTo(match);
  }

  @Test
  void creatorAddsThePasswordToARoomReservedWithoutIt() {
    Found reserved = new Found("n", true, ChatMode.PASSWORD, "K");
    assertThat(decide(reserved, "r:password:H", "K", true)).isEqualTo(new Decision.Activate("K:H"));
    assertThat(decide(reserved, "r:password:H", "L", true))
        .isEqualTo(new Decision.Refuse(ChatError.INVALID_KEY));
  }

  @ParameterizedTest
  @CsvSource({
    "K:H,RIGHT",
    "K:h,WRONG_PASSWORD",
    "K,WRONG_PASSWORD",
    "k:H,WRONG_KEY",
    "'',WRONG_KEY"
  })
  void passwordRoomLooksAtBothParts(String shown, SessionAccess.Match match) {
    assertThat(SessionAccess.of("r", shown).match(ChatMode.PASSWORD, "K:H")).isEqualTo(match);
  }

  private static KeptMessage message(String id, String from, String to, int content) {
    return new KeptMessage(id + from + to, id, from, to, 1, content, 1, 0);
  }

  @Test
  void memberSeesWhatConcernsItAndOneOfItsOwnCopies() {
    KeptMessage toAll = message("1", "ann", "all", 0);
    KeptMessage toBob = message("2", "ann", "bob", 0);
    KeptMessage toEve = message("2", "ann", "eve", 1);
    KeptMessage sameId = message("2", "eve", "all", 0);
    List<KeptMessage> history = List.of(toAll, toBob, toEve, sameId);
    assertThat(KeptMessage.seenBy("bob", history)).containsExactly(toAll, toBob, sameId);
    assertThat(KeptMessage.seenBy("eve", history)).containsExactly(toAll, toEve, sameId);
    assertThat(KeptMessage.seenBy("ann", history)).containsExactly(toAll, toEve, sameId);
    assertThat(KeptMessage.seenBy("joe", history)).containsExactly(toAll, sameId);
  }

  @Test
  void payloadFindsFieldsWithoutBuildingThem() {
    Payload payload =
        Payload.of(
            "{ \"a\" : \"x\\\\\" , \"b\\u0021\":{\"c\":[\"}\",1]},\"d\":null"
                + " ,\"e\":true,\"f\":-1.5e3}",
            ChatError.PAYLOADS);
    assertThat(payload.text("a", 9)).isEqualTo("x\\");
    assertThat(payload.raw("b!", 99)).isEqualTo("{\"c\":[\"}\",1]}");
    assertThat(payload.optionalRaw("d", 9)).isNull();
    assertThat(payload.flag("e")).isTrue();
    assertThat(payload.raw("f", 9)).isEqualTo("-1.5e3");
    assertThat(payload.flag("absent")).isFalse();
    assertThat(Payload.of("{\"a\":\"true\"}", ChatError.PAYLOADS).flag("a")).isTrue();
    assertThat(Payload.of("{\"a\":0}", ChatError.PAYLOADS).flag("a")).isFalse();
    assertThat(Payload.of("{}", ChatError.PAYLOADS).optionalText("a", 9)).isNull();
    assertThat(payload.id("f")).isEqualTo("-1.5e3");
    assertThatThrownBy(() -> payload.id("e")).hasMessage("e must be a string");
    assertThatThrownBy(() -> payload.id("d")).hasMessage("d is missing");
    assertThatThrownBy(() -> payload.text("a", 1)).hasMessage("a must be at most 1 characters");
    assertThatThrownBy(() -> Payload.of("[]", ChatError.PAYLOADS))
        .hasMessage("payload must be an object");
  }
}
