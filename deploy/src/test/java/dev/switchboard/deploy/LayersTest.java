package dev.switchboard.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

@AnalyzeClasses(
    packages = "dev.switchboard",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class LayersTest {
  private static final String ALL = "dev.switchboard..";
  private static final String SIGNALING = "dev.switchboard.signaling.";
  private static final String SOCKET_IO = SIGNALING + "socketio..";
  private static final String ENGINE = SIGNALING + "socketio.engine..";
  private static final String WEBSOCKET = SIGNALING + "websocket..";
  private static final String[] ROLES = {
    "dev.switchboard.signaling..", "dev.switchboard.rooms..",
    "dev.switchboard.ice..", "dev.switchboard.push.."
  };

  /** What decides without I/O, a clock or a thread. */
  private static final List<String> PURE =
      List.of(
          SIGNALING + "calls.Call",
          SIGNALING + "calls.CallCommand",
          SIGNALING + "calls.CallDeadline",
          SIGNALING + "calls.CallMachine",
          SIGNALING + "calls.Decision",
          SIGNALING + "chat.JoinRule",
          SIGNALING + "edge.EventRate",
          SIGNALING + "edge.Deduplication",
          SIGNALING + "rooms.Seat",
          "dev.switchboard.ice.relay.RelayHealth",
          "dev.switchboard.ice.relay.StunBinding",
          "dev.switchboard.ice.provider.RefreshPolicy",
          "dev.switchboard.ice.server.CallNames",
          "dev.switchboard.ice.cut.CliText",
          "dev.switchboard.push.queue.RetryPolicy",
          "dev.switchboard.push.webpush.MessageEncryption");

  @ArchTest static final ArchRule signalingKnowsNoOtherRole = knowsNoOther(0);
  @ArchTest static final ArchRule roomsKnowsNoOtherRole = knowsNoOther(1);
  @ArchTest static final ArchRule iceKnowsNoOtherRole = knowsNoOther(2);
  @ArchTest static final ArchRule pushKnowsNoOtherRole = knowsNoOther(3);

  @ArchTest
  static final ArchRule sharedModelKnowsNoRole =
      noClasses()
          .that()
          .resideInAPackage("dev.switchboard.shared..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROLES)
          .because("roles are replaced and split off; what they share must not notice");

  @ArchTest
  static final ArchRule socketIoStandsAlone =
      noClasses()
          .that()
          .resideInAPackage(SOCKET_IO)
          .should()
          .dependOnClassesThat(
              resideInAPackage(ALL).and(not(resideInAnyPackage(SOCKET_IO, WEBSOCKET))))
          .because("with what it stands on it is a library that could be published by itself");

  @ArchTest
  static final ArchRule engineIoKnowsNoSocketIo =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat(
              resideInAPackage(ALL).and(not(resideInAnyPackage(ENGINE, WEBSOCKET))))
          .because("Engine.IO carries messages and does not look into them");

  @ArchTest
  static final ArchRule webSocketsKnowNothing =
      noClasses()
          .that()
          .resideInAPackage(WEBSOCKET)
          .should()
          .dependOnClassesThat(resideInAPackage(ALL).and(not(resideInAPackage(WEBSOCKET))))
          .because("whoever speaks over a WebSocket stands on it");

  @ArchTest static final ArchRule callsKnowNoOtherFeature = knowsNone("calls", "chat", "rooms");
  @ArchTest static final ArchRule chatKnowsNoOtherFeature = knowsNone("chat", "calls", "rooms");
  @ArchTest static final ArchRule roomsKnowNoOtherFeature = knowsNone("rooms", "calls", "chat");

  @ArchTest
  static final ArchRule edgeKnowsNoFeature = knowsNone("edge", "calls", "chat", "rooms", "polls");

  @ArchTest
  static final ArchRule sessionsKnowNoFeature =
      knowsNone("sessions", "calls", "chat", "rooms", "polls");

  @ArchTest static final ArchRule pollsKnowNoFeature = knowsNone("polls", "calls", "chat", "rooms");

  /** The sockets of rooms are WebSockets without Socket.IO, and polls are the engine's own. */
  @ArchTest
  static final ArchRule featuresKnowNoEngineIo =
      noClasses()
          .that()
          .resideInAnyPackage(signaling("calls", "chat", "edge", "sessions"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ENGINE)
          .because("a feature talks to a socket of Socket.IO, whatever carries it");

  @ArchTest
  static final ArchRule queueKnowsNoProvider =
      noClasses()
          .that()
          .resideInAnyPackage("dev.switchboard.push.queue..", "dev.switchboard.push.send..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.switchboard.push.apns..",
              "dev.switchboard.push.fcm..",
              "dev.switchboard.push.webpush..")
          .because("a provider is one PushSender, and its answer one Outcome");

  @ArchTest
  static void whatDecidesIsPure(JavaClasses classes) {
    Class<?>[] pure =
        PURE.stream().map(classes::get).map(JavaClass::reflect).toArray(Class<?>[]::new);
    noClasses()
        .that(belongToAnyOf(pure))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx..", "io.netty..", "dev.switchboard.shared.redis.."))
        .because("it can be tested with a table, and run again after a conflict")
        .check(classes);
  }

  private static ArchRule knowsNone(String part, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(SIGNALING + part + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(signaling(others))
        .because(
            "they share sockets, not rules; SignalingEdge and SignalingRole put them together");
  }

  private static String[] signaling(String... parts) {
    return Stream.of(parts).map(part -> SIGNALING + part + "..").toArray(String[]::new);
  }

  private static ArchRule knowsNoOther(int index) {
    String[] others =
        Stream.of(ROLES).filter(role -> !role.equals(ROLES[index])).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(ROLES[index])
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true)
        .because("roles talk over the bus and Redis, so that each can run in its own process");
  }
}
