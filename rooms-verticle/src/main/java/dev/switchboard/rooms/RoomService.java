package dev.switchboard.rooms;

import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.log.StateLog;
import dev.switchboard.shared.redis.InDoubtWrites;
import dev.switchboard.shared.redis.InDoubtWrites.Resolution;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.rooms.RoomCapacity;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What each request does once it has been let in. Every method throws {@link BadFieldException} at
 * once, and its future fails as those of {@link RoomStore} and {@link RoomMembers} do. Belongs to
 * the event loop of its members.
 */
final class RoomService {
  /** Always with milliseconds: parsers on phones expect them where they have seen them once. */
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final RoomStore store;
  private final RoomMembers members;
  private final DeletedRooms deleted;
  private final RoomIds ids;
  private final InDoubtWrites<List<String>> inDoubt;
  private final InstantSource clock;

  RoomService(
      RoomStore store,
      RoomMembers members,
      DeletedRooms deleted,
      RoomIds ids,
      InDoubtWrites<List<String>> inDoubt,
      InstantSource clock) {
    this.store = store;
    this.members = members;
    this.deleted = deleted;
    this.ids = ids;
    this.inDoubt = inDoubt;
    this.clock = clock;
  }

  /** A request whose fields are in order. */
  @FunctionalInterface
  interface Work {
    Future<RoomAnswer> run();
  }

  Work create(JsonObject body) {
    RoomFields fields = RoomFields.of(RoomFields.CREATION, body);
    String joinId = fields.joinId();
    Person first = fields.person("client1");
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant exp = now.plus(fields.expiresIn());
    return () ->
        store
            .create(joinId, first, exp, now)
            .map(
                made ->
                    made
                        ? new RoomAnswer(
                            201, new JsonObject().put("ok", true).put("exp", ISO.format(exp)))
                        : RoomAnswer.refusal(409, "conflict"));
  }

  Work accept(JsonObject body) {
    RoomFields fields = RoomFields.of(RoomFields.ACCEPTANCE, body);
    String joinId = fields.joinId();
    Person second = fields.person("client2");
    return () ->
        store
            .accept(joinId, second, ids.next(), clock.instant())
            .map(
                acceptance ->
                    switch (acceptance) {
                      case Acceptance.Accepted made -> {
                        StateLog.room(made.roomId()).log("room accepted");
                        yield RoomAnswer.ok(
                            new JsonObject()
                                .put("roomid", made.roomId())
                                .put("exp", ISO.format(made.exp()))
                                .put("ephemeralId", second.client()));
                      }
                      case Acceptance.Taken _ -> RoomAnswer.refusal(409, "conflict");
                      case Acceptance.Unknown _ -> RoomAnswer.notFound();
                    });
  }

  Work check(JsonObject body) {
    RoomFields fields = RoomFields.of(RoomFields.CHECK, body);
    String joinId = fields.joinId();
    String client = fields.client("client1");
    return () ->
        store
            .check(joinId, client, clock.instant())
            .map(
                state ->
                    switch (state) {
                      case CodeState.Pending _ -> new RoomAnswer(204, new JsonObject());
                      case CodeState.Accepted room ->
                          RoomAnswer.ok(new JsonObject().put("roomid", room.roomId()));
                      case CodeState.Unknown _ -> RoomAnswer.notFound();
                    });
  }

  Work find(JsonObject query) {
    String roomId = RoomFields.of(RoomFields.ROOM, query).roomId();
    return () ->
        store
            .use(roomId, clock.instant())
            .map(
                room ->
                    room.map(found -> RoomAnswer.ok(show(found))).orElseGet(RoomAnswer::notFound));
  }

  private static JsonObject show(Room room) {
    return new JsonObject()
        .put("roomid", room.roomId())
        .put("client1", room.first().client())
        .put("client2", room.second().client())
        .put("exp", ISO.format(room.exp()))
        .put("client1_token", room.first().cut())
        .put("client2_token", room.second().cut());
  }

  /** Tells the sockets even without a row: an ad hoc room has none. */
  Work delete(JsonObject body) {
    String roomId = RoomFields.of(RoomFields.ROOM, body).roomId();
    return () ->
        store
            .delete(roomId)
            .onSuccess(
                gone -> {
                  StateLog.room(roomId).log("room deleted");
                  deleted.publish(List.of(roomId));
                })
            .onFailure(failure -> publishOnceClear(List.of(roomId), failure))
            .map(gone -> RoomAnswer.ok(new JsonObject().put("ok", true)));
  }

  Work purge(JsonObject body) {
    List<String> devices = RoomFields.deviceIds(body);
    return () ->
        store
            .ofDevices(devices)
            .compose(
                rooms ->
                    store
                        .purge(devices, clock.instant())
                        .onFailure(failure -> publishOnceClear(rooms, failure)))
            .onSuccess(purged -> deleted.publish(purged.roomIds()))
            .map(
                purged ->
                    RoomAnswer.ok(
                        new JsonObject()
                            .put("success", true)
                            .put("deviceIdCount", devices.size())
                            .put("roomsDeleted", purged.roomIds().size())
                            .put("pendingsDeleted", purged.pendings())));
  }

  /**
   * A deletion in doubt may have been applied: the sockets of such a room are told to leave then.
   */
  private void publishOnceClear(List<String> roomIds, Throwable failure) {
    if (failure instanceof StoreUnavailableException) {
      inDoubt
          .resolve(roomIds, () -> gone(roomIds))
          .onSuccess(gone -> deleted.publish(gone == null ? List.of() : gone));
    }
  }

  private Future<Resolution<List<String>>> gone(List<String> roomIds) {
    return store
        .known(roomIds)
        .map(
            known -> {
              List<String> gone = roomIds.stream().filter(id -> !known.contains(id)).toList();
              return gone.isEmpty() ? new Resolution.Pending<>() : new Resolution.Applied<>(gone);
            });
  }

  /** Stored rooms and, before them, any room that somebody is in. */
  Future<RoomAnswer> list() {
    return members
        .occupied(RoomStore.MOST_LISTED)
        .compose(
            occupied ->
                Future.all(store.list(), store.known(occupied), members.occupiedTotal())
                    .compose(
                        all -> {
                          RoomStore.Listed listed = all.resultAt(0);
                          List<String> known = all.resultAt(1);
                          long adHoc = all.<Long>resultAt(2) - known.size();
                          Set<String> ids = new LinkedHashSet<>(occupied);
                          ids.addAll(listed.roomIds());
                          return show(List.copyOf(ids), listed.total() + adHoc);
                        }));
  }

  private Future<RoomAnswer> show(List<String> roomIds, long total) {
    return members
        .counts(roomIds)
        .map(
            counts -> {
              JsonArray rooms = new JsonArray();
              for (int i = 0; i < counts.size(); i++) {
                int count = counts.get(i);
                rooms.add(
                    new JsonObject()
                        .put("roomId", roomIds.get(i))
                        .put("userCount", count)
                        .put("full", count >= RoomCapacity.PERSONS));
              }
              return RoomAnswer.ok(new JsonObject().put("rooms", rooms).put("totalRooms", total));
            });
  }
}
