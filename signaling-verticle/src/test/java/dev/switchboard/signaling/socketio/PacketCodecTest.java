package dev.switchboard.signaling.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketCodecTest {
  private static final int ROUNDS = 5000;
  private static final long SEED = 20261121;

  @Test
  void whatWasEncodedIsDecoded() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      Object[] args = {value(random, 0), value(random, 0), value(random, 0)};
      String name = "e" + text(random);
      long ackId = random.nextBoolean() ? PacketEncoder.NO_ACK : random.nextInt(1_000_000);
      String namespace = random.nextBoolean() ? "/" : "/custom";
      PacketEncoder encoder = new PacketEncoder();
      String text = encoder.event(namespace, ackId, name, args).substring(1);

      IncomingPacket packet = IncomingPacket.decode(text, 100);

      assertThat(packet).as(text).isNotNull();
      assertThat(packet.namespace()).isEqualTo(namespace);
      assertThat(packet.ackId()).isEqualTo(ackId);
      assertThat(packet.attachments()).isEqualTo(encoder.attachments().size());
      assertThat(packet.slices().name()).isEqualTo(name);
      JsonArray tree =
          packet.attachments() == 0
              ? null
              : JsonText.decodeArray(text, packet.payloadAt(), encoder.attachments());
      Arguments arguments = new Arguments(text, packet.slices().places(), 1, tree);
      assertThat(arguments.size()).isEqualTo(args.length);
      for (int i = 0; i < args.length; i++) {
        assertThat(arguments.get(i)).as(text).isEqualTo(args[i]);
      }
    }
  }

  @Test
  void rawArgumentsAreTheTextBetweenTheCommas() {
    String text = "2[ \"x\" , {\"a\" : [1, 2]} ,\"b,c\", -1.5e3 , null ]";
    IncomingPacket packet = IncomingPacket.decode(text, 10);
    Arguments arguments = new Arguments(text, packet.slices().places(), 1, null);

    assertThat(List.of(arguments.raw(0), arguments.raw(1), arguments.raw(2), arguments.raw(3)))
        .containsExactly("{\"a\" : [1, 2]}", "\"b,c\"", "-1.5e3", "null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "é", "€€€", "😀", "a😀€é", "\ud83d"})
  void theSizeIsThatInUtf8(String word) {
    String text = "2[\"a\",\"" + word + "\"]";
    int bytes = text.getBytes(UTF_8).length;
    IncomingPacket packet = IncomingPacket.decode(text, 10);

    assertThat(packet.bytes()).isEqualTo(bytes);
    for (int most = -1; most <= 4 * text.length(); most++) {
      assertThat(packet.isWithin(most)).as("%d of %d", bytes, most).isEqualTo(bytes <= most);
    }
  }

  @Test
  void theSizeOfALargePacketIsThatInUtf8Too() {
    String text = "2[\"a\",\"" + "é".repeat(IncomingPacket.LARGE_CHARS) + "\"]";
    IncomingPacket packet = IncomingPacket.decode(text, 10);

    int bytes = text.getBytes(UTF_8).length;
    assertThat(packet.bytes()).isEqualTo(bytes);
    assertThat(packet.isWithin(bytes)).isTrue();
    assertThat(packet.isWithin(bytes - 1)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"2[\"a\",{}]|2", "21[\"é\",1,\"é\"]|6", "2/chat,7[\"a\",[]]|2", "2[\"a\"]|0"})
  void anEventIsItsArgumentsAndWhatIsAroundThem(String text, int arguments) {
    IncomingPacket packet = IncomingPacket.decode(text, 10);
    int around = packet.bytes() - arguments;
    // Without arguments there is no comma either.
    assertThat(packet.envelopeBytes()).isBetween(around, around + (arguments == 0 ? 1 : 0));
  }

  @Test
  void anEventIsReadUpToItsLevels() {
    int most = Event.MOST_LEVELS - 1; // its own list is one
    String deep = "[".repeat(most) + "]".repeat(most);
    IncomingPacket packet = IncomingPacket.decode("2[\"a\",1," + deep + "]", 10);
    assertThat(packet.isTooDeep()).isFalse();
    assertThat(new Arguments(packet.text(), packet.slices().places(), 1, null).get(1))
        .isEqualTo(new JsonArray(deep));
    IncomingPacket deeper = IncomingPacket.decode("27[\"a\",1,[" + deep + "]]", 10);
    assertThat(deeper.isTooDeep()).isTrue();
    assertThat(deeper.ackId()).isEqualTo(7);
    assertThat(deeper.slices().name()).isEqualTo("a");
    assertThat(new Arguments(deeper.text(), deeper.slices().places(), 1, null).size()).isZero();
    assertThat(IncomingPacket.decode("2[[" + deep + "]]", 10)).as("without a name").isNull();
    assertThat(IncomingPacket.decode("30[\"a\",[" + deep + "]]", 10)).isNull();
    assertThat(IncomingPacket.decode("2[\"connect\",[" + deep + "]]", 10)).isNull();
  }

  @Test
  void noInputCrashesTheDecoder() {
    Random random = new Random(SEED);
    String alphabet = "0123456789-/,[]{}\":\\ue_placeholdrnumtfs. \u0000\ufffd\ud800";
    for (int round = 0; round < 20 * ROUNDS; round++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "2[\"a\"," : "");
      int length = random.nextInt(40);
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThatCode(() -> IncomingPacket.decode(text.toString(), 10)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "9",
        "abc",
        "2",
        "2{}",
        "2[]",
        "2[null]",
        "2[\"a\"]x",
        "2[\"a\",]",
        "2abc[\"a\"]",
        "21234567890123456[\"a\"]",
        "2[\"connect\"]",
        "2[\"connect_error\"]",
        "2[\"disconnect\"]",
        "2[\"disconnecting\"]",
        "2[\"newListener\"]",
        "2[\"removeListener\"]",
        "2[\"\\u0064isconnect\"]",
        "0[]",
        "0{",
        "1{}",
        "3{}",
        "4{\"message\":\"x\"}",
        "5[\"a\"]",
        "54294967296-[\"a\"]",
        "5-[\"a\"]",
        "511-[\"a\"]",
        "5x-[\"a\"]",
        "5-1-[\"a\"]"
      })
  void whatAClientMustNotSendIsNoPacket(String text) {
    assertThat(IncomingPacket.decode(text, 10)).isNull();
  }

  @Test
  void aConnectThatIsTooDeepIsNoPacket() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(IncomingPacket.decode("0{\"a\":" + deep + "}", 10)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"_placeholder\":true,\"num\":2},{\"_placeholder\":true,\"num\":0}]",
        "[{\"_placeholder\":true,\"num\":-1},{\"_placeholder\":true,\"num\":0}]",
        "[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
        "[{\"_placeholder\":true,\"num\":\"0\"},{\"_placeholder\":true,\"num\":1}]",
        "[{\"_placeholder\":true},{\"_placeholder\":true,\"num\":1}]",
        "[{\"_placeholder\":true,\"num\":1}]",
        "[]"
      })
  void everyAttachmentHasExactlyOnePlaceholder(String array) {
    List<Buffer> attachments = List.of(Buffer.buffer("a"), Buffer.buffer("b"));
    assertThat(JsonText.decodeArray(array, 0, attachments)).isNull();
  }

  @Test
  void aPlaceholderInATextPacketIsPlainData() {
    String text = "2[\"a\",{\"_placeholder\":true,\"num\":0}]";
    IncomingPacket packet = IncomingPacket.decode(text, 10);
    Arguments arguments = new Arguments(text, packet.slices().places(), 1, null);

    assertThat(arguments.hasBinary()).isFalse();
    assertThat(arguments.get(0))
        .isEqualTo(new JsonObject().put("_placeholder", true).put("num", 0));
  }

  @Test
  void numbersBeyondLongsAreReadAsJavaScriptDoes() {
    assertThat(JsonText.decode("123456789012345678901234567890")).isEqualTo(1.2345678901234568e29);
    assertThat(JsonText.decode("1e999999999")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(JsonText.decode("9".repeat(5000))).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void halvesOfSurrogatePairsAreEscaped() {
    assertThat(EncodedPacket.event("a", "\ud800", "\ud83d\ude00").text())
        .isEqualTo("42[\"a\",\"\\ud800\",\"\ud83d\ude00\"]");
  }

  @Test
  void anEncodedPacketIsRebuiltFromItsText() {
    EncodedPacket packet = EncodedPacket.event("a", 1, true, null, new RawJson("{\"x\":[]}"));

    assertThat(packet.text()).isEqualTo("42[\"a\",1,true,null,{\"x\":[]}]");
    assertThat(EncodedPacket.ofText(packet.text()).text()).isEqualTo(packet.text());
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 8)) {
      case 0 -> text(random);
      case 1 -> random.nextInt();
      case 2 -> random.nextLong() >> 8;
      case 3 -> random.nextBoolean();
      case 4 -> (double) random.nextInt(1_000_000) + 0.25;
      case 5 -> {
        JsonObject object = new JsonObject();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.put("k" + text(random), value(random, depth + 1));
        }
        yield object;
      }
      case 6 -> {
        JsonArray array = new JsonArray();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(random, depth + 1));
        }
        yield array;
      }
      default -> depth == 0 ? Buffer.buffer(text(random)) : "leaf";
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          random.nextInt(20) == 0 ? 0x1f600 + random.nextInt(64) : random.nextInt(0x300));
    }
    return text.toString();
  }
}
