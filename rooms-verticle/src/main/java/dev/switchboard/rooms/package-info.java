/**
 * The rooms role: two persons find each other by a join code.
 *
 * <ol>
 *   <li>Put together in: {@link dev.switchboard.rooms.RoomsRole}
 *   <li>A request: {@link dev.switchboard.rooms.RoomRoutes}, {@link
 *       dev.switchboard.rooms.RoomFields}, {@link dev.switchboard.rooms.RoomService}, {@link
 *       dev.switchboard.rooms.RoomStore}, {@link dev.switchboard.rooms.RoomAnswer}, {@link
 *       dev.switchboard.rooms.RoomRefusals}
 *   <li>Presence pushes: {@link dev.switchboard.rooms.PresencePushes}, {@link
 *       dev.switchboard.rooms.PresenceQueue}, {@link dev.switchboard.rooms.PresenceRequest}
 *   <li>The end of rooms: {@link dev.switchboard.rooms.RoomExpiry}, {@link
 *       dev.switchboard.rooms.DeletedRooms}
 * </ol>
 */
@NullMarked
package dev.switchboard.rooms;

import org.jspecify.annotations.NullMarked;
