package dev.switchboard.deploy.chaos;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/** A push service that the nodes use, with devices of one make. */
interface Provider extends AutoCloseable {
  /** How it is. */
  Reception reception();

  /** The settings that lead to it. */
  Map<String, String> settings();

  /** Where a user posts {@link #subscription}. */
  String path();

  /** What a user's device posts to be pushed to. */
  JsonObject subscription(String user);

  @Override
  void close();
}
