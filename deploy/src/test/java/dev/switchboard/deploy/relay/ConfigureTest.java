package dev.switchboard.deploy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchboard.deploy.testing.Coturn;
import dev.switchboard.deploy.testing.Shell;
import dev.switchboard.shared.config.SettingsSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code turn/configure} makes of settings; no coturn is needed. */
class ConfigureTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "TURN_HOST", "turn.example.org",
          "TURN_LISTEN_IP", "10.0.0.5",
          "TURN_EXTERNAL_IP", "203.0.113.5",
          "TURN_STATIC_SECRET", "first,second");

  @TempDir Path folder;

  @Test
  void bothSecretsOfARotationAreAcceptedAndNoStaticUserIs() {
    assertThat(made(Map.of()))
        .containsSubsequence("use-auth-secret", "static-auth-secret=first")
        .contains("static-auth-secret=second")
        .noneMatch(line -> line.startsWith("user=") || line.equals("lt-cred-mech"));
  }

  @Test
  void blanksAndEmptyEntriesOfTheListOfSecretsAreSkipped() {
    assertThat(made(Map.of("TURN_STATIC_SECRET", " first , ,second,")))
        .containsSequence("static-auth-secret=first", "static-auth-secret=second")
        .noneMatch("static-auth-secret="::equals);
  }

  @Test
  void defaultsAreThoseOfTheFieldAndTlsIsOff() {
    assertThat(made(Map.of()))
        .contains(
            "realm=turn.example.org",
            "listening-port=3478",
            "aux-server=10.0.0.5:3479",
            "external-ip=203.0.113.5/10.0.0.5",
            "min-port=49152",
            "max-port=65535",
            "user-quota=20",
            "total-quota=16384",
            "no-tls",
            "stale-nonce=600",
            "denied-peer-ip=::ffff:0.0.0.0-::ffff:255.255.255.255");
  }

  @Test
  void statisticsCommandLineAndPrometheusAreOffUnlessSet() {
    assertThat(made(Map.of()))
        .contains("no-cli")
        .noneMatch(line -> line.startsWith("redis-statsdb") || line.startsWith("prometheus"));
    assertThat(
            made(
                Map.of(
                    "TURN_STATS_REDIS_URL", "redis://:a-word@stats.example:6380/2",
                    "TURN_CLI_PASSWORD", "another",
                    "TURN_PROMETHEUS", "on")))
        .contains(
            "redis-statsdb=ip=stats.example port=6380 dbname=2 password=a-word connect_timeout=30")
        .containsSequence("cli", "cli-ip=127.0.0.1", "cli-port=5766", "cli-password=another")
        .containsSequence("prometheus", "prometheus-port=9641")
        .noneMatch(line -> line.equals("no-cli") || line.contains("username-labels"));
  }

  @ParameterizedTest
  @CsvSource({
    "redis://127.0.0.1, ip=127.0.0.1 port=6379 dbname=0 connect_timeout=30",
    "redis://h/1, ip=h port=6379 dbname=1 connect_timeout=30",
    "redis://[::1]:7, ip=::1 port=7 dbname=0 connect_timeout=30"
  })
  void theRedisOfStatisticsIsWrittenAsCoturnTakesIt(String url, String written) {
    assertThat(made(Map.of("TURN_STATS_REDIS_URL", url))).contains("redis-statsdb=" + written);
  }

  @ParameterizedTest
  @CsvSource({
    "TURN_STATS_REDIS_URL, rediss://h",
    "TURN_STATS_REDIS_URL, redis://user:hunter2@h",
    "TURN_STATS_REDIS_URL, redis://:hunter2%40@h",
    "TURN_STATS_REDIS_URL, redis://h:x",
    "TURN_STATS_REDIS_URL, redis://",
    "TURN_CLI_PASSWORD, hunter2 x",
    "TURN_CLI_PASSWORD, $5$hunter2",
    "TURN_CLI_PORT, x",
    "TURN_PROMETHEUS, maybe"
  })
  void whatCoturnCanNotUseIsRefusedWithoutItsPassword(String name, String value) {
    Shell.Result result = configure(Map.of(name, value), "-e", "/dev/null");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.output()).contains(name).doesNotContain("hunter2");
  }

  @Test
  void publicAddressOfItsOwnNeedsNoTranslation() {
    assertThat(made(Map.of("TURN_LISTEN_IP", "198.18.0.1", "TURN_EXTERNAL_IP", "198.18.0.1")))
        .noneMatch(line -> line.startsWith("external-ip") || line.startsWith("allowed-peer-ip"));
    assertThat(made(Map.of("TURN_LISTEN_IP", "8.8.4.4", "TURN_EXTERNAL_IP", "auto")))
        .noneMatch(line -> line.startsWith("external-ip"));
  }

  @Test
  void fileIsItsOwnersAlone() throws IOException {
    Path conf = folder.resolve("turnserver.conf");

    Shell.Result result = configure(Map.of(), "-e", "/dev/null", "-o", conf.toString());

    assertThat(result).isEqualTo(new Shell.Result(0, ""));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(conf)))
        .isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("turnserver.conf");
  }

  @Test
  void readsTheEnvFileAsTheProgramDoes() throws IOException {
    Path file = folder.resolve(".env");
    Files.writeString(
        file,
        """
        # TURN_REALM=no
        TURN_REALM=first.example
          export TURN_REALM = "second.example"   # the last one counts
        TURN_USERNAME='ann#b'
        TURN_CREDENTIAL="p=a#ss" # outside quotes it begins a comment
        TURN_STATIC_SECRET=
        TURN_MIN_PORT=#50000
        TURN_MAX_PORT="60000"\r
        """);
    Map<String, String> program = SettingsSources.read(Map.of("TURN_REALM", " "), folder);

    Map<String, String> environment = new HashMap<>(SETTINGS);
    environment.put("TURN_STATIC_SECRET", "");
    environment.put("TURN_REALM", " ");
    Shell.Result result =
        Shell.run(environment, List.of(Coturn.script("configure"), "-e", file.toString()));

    assertThat(program)
        .containsEntry("TURN_CREDENTIAL", "p=a#ss")
        .doesNotContainKey("TURN_MIN_PORT");
    assertThat(result.output().lines())
        .contains(
            "realm=" + program.get("TURN_REALM"),
            "user=" + program.get("TURN_USERNAME") + ":" + program.get("TURN_CREDENTIAL"),
            "min-port=49152",
            "max-port=" + program.get("TURN_MAX_PORT"));
  }

  @Test
  void quotesEscapesAndReferencesMeanWhatTheyMeanToTheProgram() throws IOException {
    Files.writeString(
        folder.resolve(".env"),
        """
        \uFEFFNOTE="several lines,
        TURN_USERNAME=no
        of it" # and TURN_USERNAME=no
        DOMAIN: example.org
        HOST_NAME='turn.$DOMAIN'
        TURN_REALM=`${PART:-turn}.${DOMAIN}`
        INSTEAD=x${DOMAIN:+/${DIGIT}}${NOBODY:+no}${DIGIT+7}
        TURN_USERNAME=${NOBODY:-${DOMAIN}-ann}#comment
        TURN_CREDENTIAL="a\\$b$DOMAIN-${NOBODY}-$NOBODY-\\\\n"
        TURN_MIN_PORT = "5000${DIGIT}"
        TURN_MAX_PORT=${TURN_MAX_PORT}
        TURN_PORT="3480
        TURN_ALT_PORT='3481'#x
        """);
    Map<String, String> environment = new HashMap<>(SETTINGS);
    environment.put("TURN_STATIC_SECRET", "");
    environment.put("DIGIT", "7");
    Map<String, String> program = SettingsSources.read(Map.of("DIGIT", "7"), folder);

    for (String name :
        List.of(
            "DOMAIN",
            "HOST_NAME",
            "INSTEAD",
            "NOTE",
            "TURN_ALT_PORT",
            "TURN_CREDENTIAL",
            "TURN_MAX_PORT",
            "TURN_MIN_PORT",
            "TURN_PORT",
            "TURN_REALM",
            "TURN_USERNAME")) {
      String script = "env_file=$1; . \"$2\"; dotenv " + name;
      Shell.Result read =
          Shell.run(
              environment,
              List.of(
                  "sh",
                  "-c",
                  script,
                  "sh",
                  folder.resolve(".env").toString(),
                  Coturn.script("settings.sh")));
      assertThat(read.output()).as(name).isEqualTo(program.getOrDefault(name, ""));
    }
    assertThat(program)
        .containsEntry("TURN_REALM", "turn.example.org")
        .containsEntry("HOST_NAME", "turn.$DOMAIN")
        .containsEntry("TURN_USERNAME", "example.org-ann");
  }

  @ParameterizedTest
  @CsvSource({
    "TURN_HOST, '', TURN_REALM",
    "TURN_STATIC_SECRET, '', TURN_STATIC_SECRET",
    "TURN_STATIC_SECRET, a b, TURN_STATIC_SECRET",
    "TURN_USERNAME, ann, both set",
    "TURN_PORT, 70000, '70000'",
    "TURN_MIN_PORT, many, 'many'",
    "TURN_MAX_PORT, 1024, TURN_MIN_PORT",
    "TURN_ALT_PORT, 3478, TURN_ALT_PORT",
    "TURN_EXTERNAL_IP, turn.example.org, neither auto nor",
    "TURN_LISTEN_IP, 300.1.1.1, 300.1.1.1",
    "TURN_TLS_ENABLED, perhaps, 'perhaps'",
    "TURN_TLS_ENABLED, on, TURN_TLS_CERT_PATH",
  })
  void badSettingIsNamed(String name, String value, String said) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put(name, value);

    Shell.Result result =
        Shell.run(settings, List.of(Coturn.script("configure"), "-e", "/dev/null"));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.output()).startsWith("turn/configure: ").contains(said).hasLineCount(1);
  }

  private static List<String> made(Map<String, String> changed) {
    Shell.Result result = configure(changed, "-e", "/dev/null");
    assertThat(result.exitCode()).isZero();
    return result.output().lines().toList();
  }

  private static Shell.Result configure(Map<String, String> changed, String... arguments) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(changed);
    List<String> command = new ArrayList<>(List.of(Coturn.script("configure")));
    command.addAll(List.of(arguments));
    return Shell.run(settings, command);
  }
}
