package dev.switchboard.deploy.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.deploy.fuzz.Input.Frame;
import dev.switchboard.shared.http.ApiDescription;
import dev.switchboard.shared.testing.fuzz.OddJson;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What clients send by {@code asyncapi.yaml}: Socket.IO events or messages of a room, mutated. */
final class MessageInputs implements Inputs {
  private static final ApiDescription API = ApiDescription.ASYNCAPI;
  private static final List<String> TYPES =
      List.of("2", "2", "2", "2", "3", "0", "1", "5", "6", "4", "9", "51-", "50-", "59999999999-");
  private static final List<String> NAMESPACES = List.of("", "", "", "/,", "/x,", "/", "/x?a=b,");
  private static final List<String> ACKS = List.of("", "0", "7", "-1", "999999999999999999999");

  private static final int DEVICES = 50;

  private final boolean room;
  private final String token;
  private final List<JsonObject> messages = new ArrayList<>();

  private MessageInputs(boolean room, String token) {
    this.room = room;
    this.token = token;
    for (String channel : room ? List.of("rooms") : List.of("calls", "chat")) {
      for (String name : API.part("channels", channel, "messages").fieldNames()) {
        messages.add(API.part("components", "messages", name));
      }
    }
  }

  static MessageInputs ofSocketIo(String token) {
    return new MessageInputs(false, token);
  }

  static MessageInputs ofRooms() {
    return new MessageInputs(true, "");
  }

  @Override
  public Input next(RandomGenerator random) {
    List<Frame> frames = new ArrayList<>();
    if (!room && !Values.rarely(random)) {
      String auth = !Values.rarely(random) ? "{\"token\":\"" + token + "\"}" : Values.odd(random);
      frames.add(text("40" + auth));
      if (!Values.rarely(random)) {
        String device = "d" + random.nextInt(DEVICES);
        frames.add(text("420[\"register\",{\"userId\":\"ann\",\"deviceId\":\"" + device + "\"}]"));
      }
    }
    for (int left = random.nextInt(1, 7); left > 0; left--) {
      String message = room ? roomMessage(random) : packet(random);
      frames.add(text(Values.damaged(message, random)));
    }
    String target = room ? "/ws" : "/socket.io/?EIO=4&transport=websocket";
    return new Input(Requests.webSocket(target), frames);
  }

  private static Frame text(String text) {
    return new Frame(1, true, text.getBytes(UTF_8));
  }

  private String packet(RandomGenerator random) {
    JsonObject message = OddJson.one(random, messages);
    String name = Values.rarely(random) ? Values.odd(random) : quoted(message);
    String more = Values.rarely(random) ? "," + Values.odd(random) : "";
    String type = !Values.rarely(random) ? "2" : OddJson.one(random, TYPES);
    String namespace = Values.rarely(random) ? OddJson.one(random, NAMESPACES) : "";
    String ack = Values.rarely(random) ? OddJson.one(random, ACKS) : "7";
    String head = "4" + type + namespace + ack;
    return head + "[" + name + "," + payload(message, random) + more + "]";
  }

  private String roomMessage(RandomGenerator random) {
    JsonObject message = OddJson.one(random, messages);
    String payload = payload(message, random);
    return payload.startsWith("{") && payload.length() > 2
        ? "{\"type\":" + quoted(message) + "," + payload.substring(1)
        : payload;
  }

  private static String payload(JsonObject message, RandomGenerator random) {
    return Values.shaped(API, message.getJsonObject("payload", new JsonObject()), random);
  }

  private static String quoted(JsonObject message) {
    return "\"" + message.getString("name") + "\"";
  }
}
