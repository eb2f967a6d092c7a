package dev.switchboard.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.switchboard",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class LayersTest {
  private static final String[] ROLES = {
    "dev.switchboard.signaling..", "dev.switchboard.rooms..",
    "dev.switchboard.ice..", "dev.switchboard.push.."
  };

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
          .resideInAPackage("dev.switchboard.signaling.socketio..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.switchboard.shared..",
              "dev.switchboard.deploy..",
              "dev.switchboard.signaling",
              "dev.switchboard.signaling.calls..",
              "dev.switchboard.signaling.chat..")
          .allowEmptyShould(true)
          .because("it is a library of its own that could be published by itself");

  @ArchTest static final ArchRule callsDoNotKnowChat = partKnowsNot("calls", "chat");

  @ArchTest static final ArchRule chatDoesNotKnowCalls = partKnowsNot("chat", "calls");

  private static ArchRule partKnowsNot(String part, String other) {
    return noClasses()
        .that()
        .resideInAPackage("dev.switchboard.signaling." + part + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.switchboard.signaling." + other + "..")
        .because("they share sockets, not rules; the edge puts them together");
  }

  private static ArchRule knowsNoOther(int index) {
    String[] others =
        java.util.stream.Stream.of(ROLES)
            .filter(role -> !role.equals(ROLES[index]))
            .toArray(String[]::new);
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
