package dev.switchboard.deploy.fuzz;

import dev.switchboard.shared.http.ApiDescription;
import dev.switchboard.shared.testing.fuzz.OddJson;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Every path and method of {@code openapi.yaml} with odd parameters, headers and bodies. */
final class HttpInputs implements Inputs {
  private static final ApiDescription API = ApiDescription.OPENAPI;
  private static final Set<String> METHODS = Set.of("get", "post", "delete", "put", "patch");
  private static final List<String> SEGMENTS =
      List.of(
          "ann", "bob", "%00", "%2e%2e", "%zz", "%ff", "%F0%9F%98%80", "a%2Fb", "x".repeat(300));
  private static final List<String> QUERIES =
      List.of(
          "",
          "",
          "?",
          "?limit=-1",
          "?limit=99999999999",
          "?userId=ann&userId=bob",
          "?roomid=%00",
          "?before=%ff",
          "?token=a.b.c",
          "?&&==",
          "?sessionId=%F0%9F%98%80",
          "?since=NaN");
  private static final List<String> TYPES =
      List.of(
          "application/json", "application/json", "text/plain", "multipart/form-data", ";", "*/*");

  private record Route(String method, String path, JsonObject schema) {}

  private final List<Route> routes = new ArrayList<>();
  private final List<String> authorizations;

  HttpInputs(String token) {
    String bearer = "Bearer " + token;
    authorizations =
        List.of(bearer, bearer, bearer, "", "Bearer", "Bearer a.b.c", "Basic Og==", bearer + "x");
    JsonObject paths = API.part("paths");
    for (String path : paths.fieldNames()) {
      JsonObject methods = paths.getJsonObject(path);
      for (String method : methods.fieldNames()) {
        if (METHODS.contains(method)) {
          routes.add(
              new Route(
                  method.toUpperCase(Locale.ROOT), path, schema(methods.getJsonObject(method))));
        }
      }
    }
  }

  private static JsonObject schema(JsonObject operation) {
    JsonObject none = new JsonObject();
    return operation
        .getJsonObject("requestBody", none)
        .getJsonObject("content", none)
        .getJsonObject("application/json", none)
        .getJsonObject("schema", none);
  }

  @Override
  public Input next(RandomGenerator random) {
    Route route = OddJson.one(random, routes);
    String segment = OddJson.one(random, SEGMENTS);
    String target = route.path().replaceAll("\\{.*?}", segment) + OddJson.one(random, QUERIES);
    String headers =
        "Authorization: "
            + OddJson.one(random, authorizations)
            + "\r\nContent-Type: "
            + OddJson.one(random, TYPES)
            + "\r\n";
    String body =
        route.method().equals("GET")
            ? ""
            : Values.damaged(Values.shaped(API, route.schema(), random), random);
    return new Input(Requests.of(route.method(), target, headers, body), List.of());
  }
}
