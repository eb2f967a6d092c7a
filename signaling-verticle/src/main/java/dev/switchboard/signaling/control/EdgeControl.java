package dev.switchboard.signaling.control;

import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.schedule.PeriodicTask;
import dev.switchboard.shared.users.Erasure;
import dev.switchboard.shared.users.UserData;
import dev.switchboard.signaling.SignalingSettings;
import dev.switchboard.signaling.calls.EdgeCalls;
import dev.switchboard.signaling.edge.EdgeContext;
import dev.switchboard.signaling.history.PastCalls;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Control on one edge: its routes, and what is done by the clock. Belongs to the edge's loop. */
public final class EdgeControl {
  private static final long DND_PAUSE_MILLIS = 500;
  private static final long REBUILD_PAUSE_MILLIS = 5_000;

  private final EdgeContext context;
  private final Blocks blocks;
  private final DoNotDisturb dnd;
  private final SignalingData data;
  private final List<PeriodicTask> tasks = new ArrayList<>(2);

  /** Puts the parts together on the current loop, and mounts their routes. */
  public EdgeControl(EdgeContext context, SignalingSettings settings, EdgeCalls calls) {
    this.context = context;
    Node node = context.node();
    LiveCalls live = new LiveCalls(context.redis());
    PastCalls past = new PastCalls(node.postgres());
    UserStore users = new UserStore(context.redis());
    this.blocks = new Blocks(node.postgres(), context.redis());
    this.dnd = new DoNotDisturb(context.redis(), node.clock());
    this.data = new SignalingData(node, context.redis(), users, live, past, blocks, dnd, calls);
    RingsOnBehalf rings =
        new RingsOnBehalf(
            new CallRequests(context.redis()),
            live,
            past,
            calls,
            settings.ringTimeout(),
            node.clock());
    var router = context.edge().router();
    new CallControlRoutes(node.access(), live, past, calls, rings).mount(router);
    new UserRoutes(node, context.redis(), users, new UserData(node.vertx().eventBus()))
        .mount(router);
    new QuietRoutes(node.access(), blocks, dnd, node.clock()).mount(router);
  }

  /** What signaling keeps of a user. */
  public Future<JsonObject> export(String userId) {
    return data.export(userId);
  }

  /** Deletes it. */
  public Future<Void> erase(Erasure erasure) {
    return data.erase(erasure);
  }

  /** Starts what one edge of each node does by the clock. */
  public void start() {
    if (context.id().index() == 0) {
      tasks.add(
          PeriodicTask.start(
              context.vertx(), "Ending do-not-disturb", DND_PAUSE_MILLIS, dnd::settleDue));
      tasks.add(
          PeriodicTask.start(
              context.vertx(), "Blocks in Redis", REBUILD_PAUSE_MILLIS, blocks::rebuildIfLost));
    }
  }

  /** Stops it. */
  public void stop() {
    tasks.forEach(PeriodicTask::stop);
  }
}
