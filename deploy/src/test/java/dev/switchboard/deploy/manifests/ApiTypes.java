package dev.switchboard.deploy.manifests;

import static dev.switchboard.deploy.manifests.Project.at;
import static dev.switchboard.deploy.manifests.Project.map;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;

/** The types of the Kubernetes API that we write. */
final class ApiTypes {
  private static final String MODELS = "io.kubernetes.client.openapi.models.";

  /** The versions we write, and how their types are called. */
  private static final Map<String, String> PREFIXES =
      Map.of(
          "v1", "V1",
          "apps/v1", "V1",
          "policy/v1", "V1",
          "networking.k8s.io/v1", "V1",
          "autoscaling/v2", "V2");

  private ApiTypes() {}

  /** Refuses unknown, missing and wrongly typed fields, at any depth. */
  static void validate(Map<String, Object> object) throws Exception {
    String prefix = PREFIXES.get(object.get("apiVersion"));
    assertThat(prefix).as("apiVersion of %s", object).isNotNull();
    Class<?> type = Class.forName(MODELS + prefix + object.get("kind"));
    JsonElement json = new Gson().toJsonTree(map(object));
    try {
      type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
    } catch (InvocationTargetException e) {
      String name = String.valueOf(at(object, "metadata").get("name"));
      String said = String.valueOf(e.getCause().getMessage());
      throw new AssertionError(object.get("kind") + " " + name + ": " + said, e);
    }
    assertThat((Object) JSON.getGson().fromJson(json, type)).isNotNull();
  }
}
