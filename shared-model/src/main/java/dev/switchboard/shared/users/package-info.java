/**
 * What roles keep of users together: {@link dev.switchboard.shared.users.UserData} asks all of them
 * for it, {@link dev.switchboard.shared.users.Erasures} has all of them delete it.
 */
@NullMarked
package dev.switchboard.shared.users;

import org.jspecify.annotations.NullMarked;
