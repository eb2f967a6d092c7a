package dev.switchboard.signaling.calls;

import dev.switchboard.shared.testing.RealRedis;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/**
 * Clients of two nodes, over one transport and then over the other. Each test has users of its own.
 */
abstract class CallsTest {
  static CallNodes nodes;
  private static int tests;

  @Parameter String transport;
  String ann;
  String bob;
  String eve;

  @BeforeAll
  static void start() {
    RealRedis.flush();
    nodes = new CallNodes(Map.of());
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void names() {
    tests++;
    ann = "ann" + tests;
    bob = "bob" + tests;
    eve = "eve" + tests;
    nodes.clientsUse(transport);
  }

  @AfterEach
  void hangUp() {
    nodes.hangUp();
  }
}
