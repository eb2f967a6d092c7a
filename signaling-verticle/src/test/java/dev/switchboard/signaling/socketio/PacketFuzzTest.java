package dev.switchboard.signaling.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.shared.testing.fuzz.Damage;
import dev.switchboard.shared.testing.fuzz.Fuzz;
import dev.switchboard.shared.testing.fuzz.OddJson;
import dev.switchboard.shared.testing.fuzz.StrictJson;
import dev.switchboard.shared.testing.fuzz.Trial;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Packets of Socket.IO protocol 5, whole and broken, read as the specification reads them. */
final class PacketFuzzTest {
  private static final int MOST_ATTACHMENTS = 10;
  private static final List<String> TYPES =
      List.of("3", "3", "5", "5", "6", "0", "1", "4", "7", "-", "");
  private static final List<String> COUNTS =
      List.of(
          "1",
          "1",
          "2",
          "0",
          "10",
          "11",
          "",
          "-1",
          "1e0",
          "4294967296",
          "4294967297",
          "1" + "0".repeat(20));
  private static final List<String> NAMESPACES =
      List.of(
          "",
          "",
          "",
          "",
          "/,",
          "/chat,",
          "/chat",
          "/x?a=b,",
          "/" + "n".repeat(255) + ",",
          "/" + "n".repeat(256) + ",",
          "chat,",
          ",");
  private static final List<String> ACKS =
      List.of(
          "", "", "", "0", "7", "12", "999999999999999", "1000000000000000", "-1", "007", "\u0661");
  private static final List<String> NAMES =
      List.of(
          "\"call_initiate\"",
          "\"send-message\"",
          "\"x\"",
          "\"\\u00e9\"",
          "\"\"",
          "\"connect\"",
          "\"disconnect\"",
          "\"\\u0063onnect\"",
          "7",
          "1e3",
          "null",
          "[]",
          "\"\\ud800\"");

  private static final Set<String> RESERVED =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  private static final Pattern BINARY = Pattern.compile("[56]([0-9]{1,15})-(.*)", Pattern.DOTALL);
  private static final Pattern NAMESPACE =
      Pattern.compile("(/[^,]{0,255})(?:,(.*))?", Pattern.DOTALL);
  private static final Pattern ACK = Pattern.compile("([0-9]{0,15})([^0-9].*)?", Pattern.DOTALL);

  /** What the specification makes of a packet; null for what a client must not send. */
  private record Expected(
      char type,
      String namespace,
      long ackId,
      int attachments,
      String json,
      List<StrictJson.Part> parts) {}

  private static String packet(RandomGenerator random) {
    String type = OddJson.onceIn(random, 3) ? OddJson.one(random, TYPES) : "2";
    String count = type.equals("5") || type.equals("6") ? OddJson.one(random, COUNTS) + "-" : "";
    String namespace = OddJson.onceIn(random, 4) ? OddJson.one(random, NAMESPACES) : "";
    String ack = OddJson.onceIn(random, 3) ? OddJson.one(random, ACKS) : "";
    String head = type + count + namespace + ack;
    String name = OddJson.onceIn(random, 8) ? OddJson.value(random) : OddJson.one(random, NAMES);
    String body =
        switch (random.nextInt(24)) {
          case 0 -> OddJson.value(random);
          case 1 -> "";
          case 2 -> OddJson.object(random, Map.of("token", List.of("\"a.b.c\"")));
          default -> OddJson.arrayOf(random, name);
        };
    String whole = head + body;
    return OddJson.onceIn(random, 4) ? Damage.text(random, whole) : whole;
  }

  private static Expected expected(String text) {
    if (text.isEmpty() || text.charAt(0) < '0' || text.charAt(0) > '6') {
      return null;
    }
    char type = text.charAt(0);
    String rest = text.substring(1);
    long attachments = 0;
    if (type == '5' || type == '6') {
      Matcher binary = BINARY.matcher(text);
      if (!binary.matches()) {
        return null;
      }
      attachments = Long.parseLong(binary.group(1));
      rest = binary.group(2);
      type = type == '5' ? '2' : '3';
    }
    String namespace = "/";
    if (rest.startsWith("/")) {
      Matcher named = NAMESPACE.matcher(rest);
      if (!named.matches()) {
        return null;
      }
      namespace = named.group(1);
      rest = named.group(2) == null ? "" : named.group(2);
    }
    Matcher ack = ACK.matcher(rest);
    if (!ack.matches() || attachments > MOST_ATTACHMENTS) {
      return null;
    }
    long ackId = ack.group(1).isEmpty() ? -1 : Long.parseLong(ack.group(1));
    String json = ack.group(2) == null ? "" : ack.group(2);
    List<StrictJson.Part> parts = json.isEmpty() ? List.of() : StrictJson.parts(json);
    char opens = json.isBlank() ? ' ' : json.strip().charAt(0);
    boolean allowed =
        switch (type) {
          case '0' -> json.isEmpty() || (parts != null && opens == '{');
          case '1' -> json.isEmpty();
          case '2' -> parts != null && opens == '[' && isName(json, parts);
          case '3' -> parts != null && opens == '[';
          default -> false;
        };
    return allowed ? new Expected(type, namespace, ackId, (int) attachments, json, parts) : null;
  }

  private static boolean isName(String json, List<StrictJson.Part> parts) {
    if (parts.isEmpty()) {
      return false;
    }
    String name = text(json, parts.getFirst());
    boolean string = name.startsWith("\"");
    return (string && !RESERVED.contains((String) Json.decodeValue(name)))
        || name.startsWith("-")
        || Character.isDigit(name.charAt(0));
  }

  private static String text(String json, StrictJson.Part part) {
    return json.substring(part.from(), part.to());
  }

  @Test
  void packetsAreReadAsTheSpecificationReadsThem() throws InterruptedException {
    Fuzz.run(PacketFuzzTest::readsAsSpecified)
        .atLeast(0.2, "event")
        .atLeast(0.02, "acknowledgement")
        .atLeast(0.001, "too deep")
        .atLeast(0.2, "refused");
  }

  private static void readsAsSpecified(Trial trial) {
    String text = trial.of(packet(trial.random()));
    Expected expected = expected(text);
    IncomingPacket packet = IncomingPacket.decode(text, MOST_ATTACHMENTS);
    if (packet != null && packet.isTooDeep()) {
      assertThat(expected).isNull();
      assertThat(text.chars().filter(c -> c == '[' || c == '{').count())
          .isGreaterThan(Event.MOST_LEVELS);
      trial.count("too deep");
      return;
    }
    if (expected == null) {
      assertThat(packet).isNull();
      trial.count("refused");
      return;
    }
    assertThat(packet).isNotNull();
    assertThat(packet.type()).isEqualTo(expected.type());
    assertThat(packet.namespace()).isEqualTo(expected.namespace());
    assertThat(packet.ackId()).isEqualTo(expected.ackId());
    assertThat(packet.attachments()).isEqualTo(expected.attachments());
    if (packet.slices() != null) {
      trial.count(packet.type() == IncomingPacket.EVENT ? "event" : "acknowledgement");
      Arguments arguments = new Arguments(text, packet.slices().places(), 0, null);
      assertThat(arguments.size()).isEqualTo(expected.parts().size());
      for (int i = 0; i < arguments.size(); i++) {
        sameAs(arguments, i, text(expected.json(), expected.parts().get(i)));
      }
      placeholders(packet, text);
      membersAsSpecified(trial, text, packet, expected);
    }
  }

  private static void membersAsSpecified(
      Trial trial, String text, IncomingPacket packet, Expected expected) {
    int[] members = new Arguments(text, packet.slices().places(), 1, null).members();
    List<StrictJson.Part> parts = expected.parts();
    String first = parts.size() < 2 ? "" : text(expected.json(), parts.get(1));
    if (!first.startsWith("{")) {
      assertThat(members).isNull();
      return;
    }
    trial.count("object");
    List<String> found = new ArrayList<>();
    for (int i = 0; i < members.length; i += 3) {
      found.add(text.substring(members[i], members[i + 2]));
      assertThat(text.substring(members[i], members[i + 1])).containsPattern("\\s*:\\s*$");
    }
    assertThat(found).hasSameSizeAs(StrictJson.parts(first));
    int i = 0;
    for (StrictJson.Part part : StrictJson.parts(first)) {
      assertThat(found.get(i++)).startsWith(part.name()).endsWith(text(first, part));
    }
  }

  private static void sameAs(Arguments arguments, int i, String json) {
    assertThat(arguments.raw(i)).isEqualTo(json);
    Object value = arguments.get(i);
    try {
      assertThat(plain(value)).isEqualTo(plain(Json.decodeValue(json)));
    } catch (DecodeException e) {
      // Jackson's own limit: numbers are of at most 1000 digits there.
      assertThat(json).containsPattern("[0-9.eE+-]{1000}");
    }
    String again = new PacketEncoder().ack("/", 0, new Object[] {value}).substring(1);
    IncomingPacket packet = IncomingPacket.decode(again, 0);
    assertThat(packet).as("the same, encoded again").isNotNull();
    Arguments back = new Arguments(again, packet.slices().places(), 0, null);
    assertThat(plain(back.get(0))).isEqualTo(plain(finite(value)));
  }

  /** JSON has no infinity. */
  private static Object finite(Object value) {
    return switch (value) {
      case JsonArray array -> {
        JsonArray items = new JsonArray();
        array.forEach(item -> items.add(finite(item)));
        yield items;
      }
      case JsonObject object -> {
        JsonObject members = new JsonObject();
        object.getMap().forEach((name, member) -> members.put(name, finite(member)));
        yield members;
      }
      case Double number when number.isInfinite() -> null;
      case null, default -> value;
    };
  }

  /** An attachment for each placeholder, or the packet is refused. */
  private static void placeholders(IncomingPacket packet, String text) {
    List<Buffer> attachments = new ArrayList<>();
    for (int i = 0; i < packet.attachments(); i++) {
      attachments.add(Buffer.buffer("attachment " + i));
    }
    JsonArray array = JsonText.decodeArray(text, packet.payloadAt(), attachments);
    if (array != null) {
      List<Buffer> found = new ArrayList<>();
      gather(array, found);
      assertThat(found).doesNotHaveDuplicates().isSubsetOf(attachments);
      assertThat(array.size()).isEqualTo(packet.slices().places().bounds().length / 2);
    }
  }

  private static void gather(Object value, List<Buffer> to) {
    switch (value) {
      case JsonArray array -> array.forEach(item -> gather(item, to));
      case JsonObject object -> object.getMap().values().forEach(item -> gather(item, to));
      case Buffer buffer -> to.add(buffer);
      case null, default -> {}
    }
  }

  /** The value as JavaScript has it: each number a double. */
  private static Object plain(Object value) {
    return switch (value) {
      case JsonArray array -> plain(array.getList());
      case JsonObject object -> plain(object.getMap());
      case List<?> list -> {
        List<Object> items = new ArrayList<>();
        for (Object item : list) {
          items.add(plain(item));
        }
        yield items;
      }
      case Map<?, ?> map -> {
        Map<Object, Object> members = new TreeMap<>();
        for (Map.Entry<?, ?> member : map.entrySet()) {
          members.put(member.getKey(), plain(member.getValue()));
        }
        yield members;
      }
      case Number number -> number.doubleValue();
      case null -> "null";
      default -> value;
    };
  }
}
