/**
 * Rooms of two: their keys in Redis ({@link dev.switchboard.shared.rooms.RoomKeys}) and their
 * capacity.
 */
@NullMarked
package dev.switchboard.shared.rooms;

import org.jspecify.annotations.NullMarked;
