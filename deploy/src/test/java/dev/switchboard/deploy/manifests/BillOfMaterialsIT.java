package dev.switchboard.deploy.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code target/bom.json}, which the profile {@code sbom} makes, against what is delivered. */
class BillOfMaterialsIT {
  private static final Path BOM = Path.of("target", "bom.json");
  private static final Path LIBRARIES = Path.of("target", "lib");

  private static List<JsonObject> components;

  @BeforeAll
  static void read() throws IOException {
    assertThat(BOM).as("made with -Psbom").isRegularFile();
    JsonObject bom = new JsonObject(Files.readString(BOM));
    assertThat(bom.getString("bomFormat")).isEqualTo("CycloneDX");
    JsonObject product = bom.getJsonObject("metadata").getJsonObject("component");
    assertThat(product.getString("name")).isEqualTo("deploy");
    components = objects(bom.getJsonArray("components"));
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  @Test
  void everyLibraryThatIsDeliveredIsInItByItsHash() throws IOException {
    Set<String> hashes =
        components.stream()
            .flatMap(each -> objects(each.getJsonArray("hashes", new JsonArray())).stream())
            .filter(each -> each.getString("alg").equals("SHA-256"))
            .map(each -> each.getString("content"))
            .collect(Collectors.toSet());
    try (Stream<Path> jars = Files.list(LIBRARIES)) {
      assertThat(jars.filter(jar -> !hashes.contains(sha256(jar)))).isEmpty();
    }
  }

  @Test
  void everyLibraryOfOthersHasALicenceAndAnAddress() {
    assertThat(components)
        .filteredOn(each -> !each.getString("group").equals("dev.switchboard"))
        .isNotEmpty()
        .allSatisfy(
            each -> {
              assertThat(each.getString("purl")).startsWith("pkg:maven/");
              assertThat(each.getJsonArray("licenses")).as(each.encode()).isNotEmpty();
            });
  }

  private static String sha256(Path file) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
