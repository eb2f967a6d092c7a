package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.shared.config.SettingsSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/init}, which writes secrets into {@code .env}. */
class InitTest {
  private static final List<String> SECRETS =
      List.of(
          "JWT_SECRET",
          "SECRETS_KEY",
          "TURN_STATIC_SECRET",
          "WEBHOOK_SECRET",
          "REDIS_PASSWORD",
          "POSTGRES_PASSWORD",
          "GRAFANA_PASSWORD");

  @TempDir Path folder;

  private Path file() {
    return folder.resolve(".env");
  }

  private Shell.Result init(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Project.DEPLOY.resolve("init").toString());
    command.addAll(List.of("-f", file().toString()));
    command.addAll(List.of(arguments));
    return Shell.run(Map.of(), command);
  }

  private Map<String, String> values() {
    return SettingsSources.read(Map.of(), folder);
  }

  private static void assertSucceeded(Shell.Result result) {
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @Test
  void everySecretIsNewStrongAndReadByTheProgramAsItIsMeant() throws IOException {
    assertSucceeded(init("calls.example.org"));

    assertThat(values())
        .containsKeys(SECRETS.toArray(String[]::new))
        .containsEntry("CORS_ORIGIN", "https://calls.example.org")
        .containsEntry("TURN_HOST", "calls.example.org");
    assertThat(values().get("JWT_SECRET")).hasSizeGreaterThanOrEqualTo(32);
    assertThat(Base64.getDecoder().decode(values().get("SECRETS_KEY"))).hasSize(32);
    assertThat(SECRETS.stream().map(values()::get)).doesNotHaveDuplicates();
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file());
    }
  }

  @Test
  void noSecretIsPrinted() {
    String said = init("calls.example.org").output();
    assertThat(SECRETS).allSatisfy(name -> assertThat(said).doesNotContain(values().get(name)));
  }

  @Test
  void secondRunChangesNothing() throws IOException {
    init("calls.example.org");
    String first = Files.readString(file());
    assertThat(init("other.example.org")).isEqualTo(new Shell.Result(0, ""));
    assertThat(file()).hasContent(first);
  }

  @Test
  void whatIsThereStaysAndWhatIsEmptyIsFilledInItsPlace() throws IOException {
    Files.writeString(
        file(),
        """
        # mine
        JWT_SECRET="kept ${HOME:-x} as it is written"
        REDIS_PASSWORD=
        # also mine
        PORT=4000\
        """);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    assertSucceeded(init());

    assertThat(Files.readAllLines(file()))
        .startsWith("# mine", "JWT_SECRET=\"kept ${HOME:-x} as it is written\"")
        .contains("PORT=4000")
        .filteredOn(line -> line.contains("REDIS_PASSWORD"))
        .singleElement()
        .isEqualTo(Files.readAllLines(file()).get(2));
    assertThat(values().get("REDIS_PASSWORD")).hasSizeGreaterThan(20);
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void copyOfTheExampleIsFilled() throws IOException {
    Files.copy(Project.ROOT.resolve(".env.example"), file());
    assertSucceeded(init("calls.example.org", "turn.example.org"));
    assertThat(values()).containsEntry("TURN_HOST", "turn.example.org");
    assertThat(SECRETS).allSatisfy(name -> assertThat(values().get(name)).isNotEmpty());
  }

  @Test
  void ownIssuerAndOwnRelayUserNeedNoSecretBeside() throws IOException {
    Files.writeString(file(), "JWT_JWKS_URL=https://id.example.org/keys\nTURN_USERNAME=u\n");
    assertSucceeded(init());
    assertThat(values()).doesNotContainKeys("JWT_SECRET", "TURN_STATIC_SECRET");
  }

  @Test
  void severalAtOnceWriteEachSecretOnce() throws IOException {
    List<CompletableFuture<Shell.Result>> runs =
        Stream.generate(() -> CompletableFuture.supplyAsync(this::init)).limit(4).toList();
    runs.forEach(run -> assertSucceeded(run.join()));
    assertThat(Files.readAllLines(file()).stream().filter(line -> !line.startsWith("#")))
        .hasSameSizeAs(SECRETS);
  }

  @Test
  void whatIsNoHostIsRefused() {
    assertThat(init("https://calls.example.org").exitCode()).isEqualTo(2);
    assertThat(file()).doesNotExist();
  }
}
