package dev.switchboard.deploy.soak;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The server as its clients reach it. Requests wait for their answer. */
final class Server implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder()
          .executor(threads)
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Wire.PATIENCE)
          .build();
  private final URI url;

  Server(URI url) {
    this.url = url;
  }

  /** An app that is connected; with an empty token a guest's. */
  App app(boolean polling, String token) {
    return App.connect(client, url, polling, token);
  }

  /** An app in a room. */
  RoomSocket room(String room, String device) {
    return RoomSocket.join(client, url, room, device);
  }

  /** A token of a user, for a day. */
  String token(String userId) {
    return request(200, "GET", "/dev/token?userId=" + userId, "", new JsonObject())
        .getString("token");
  }

  /**
   * The JSON that a request is answered. Throws {@link IllegalStateException} at another status.
   *
   * @param token of the user who asks; nobody's if empty
   */
  JsonObject request(int status, String method, String path, String token, JsonObject body) {
    HttpResponse<String> answer = send(method, path, token, body);
    if (answer.statusCode() != status) {
      throw new IllegalStateException(
          method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body().startsWith("{") ? new JsonObject(answer.body()) : new JsonObject();
  }

  /** The status that a request is answered. */
  int status(String method, String path, String token, JsonObject body) {
    return send(method, path, token, body).statusCode();
  }

  private HttpResponse<String> send(String method, String path, String token, JsonObject body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path))
            .timeout(Wire.PATIENCE)
            .method(
                method,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends all connections. */
  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
