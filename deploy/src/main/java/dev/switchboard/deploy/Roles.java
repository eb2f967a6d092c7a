package dev.switchboard.deploy;

import dev.switchboard.ice.IceRole;
import dev.switchboard.push.PushRole;
import dev.switchboard.rooms.RoomsRole;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.config.Settings;
import dev.switchboard.shared.role.Node;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import dev.switchboard.signaling.SignalingRole;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** The roles there are, wired by hand. */
final class Roles {
  private static final String SETTING = "ROLES";

  private Roles() {}

  /** How each role is made. A new role is one line here. */
  static Map<RoleName, Function<Node, Role>> all() {
    Map<RoleName, Function<Node, Role>> makers = new EnumMap<>(RoleName.class);
    makers.put(RoleName.SIGNALING, SignalingRole::new);
    makers.put(RoleName.ROOMS, RoomsRole::new);
    makers.put(RoleName.ICE, IceRole::new);
    makers.put(RoleName.PUSH, PushRole::new);
    return makers;
  }

  /** The roles this process runs; in the order of the enum, whatever the order of the setting. */
  static Set<RoleName> wanted(Settings settings) {
    Set<RoleName> wanted = EnumSet.noneOf(RoleName.class);
    for (String name : settings.list(SETTING, List.of("signaling", "rooms", "ice", "push"))) {
      try {
        wanted.add(RoleName.valueOf(name.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new BadSettingException(
            SETTING, "'" + name + "' is not one of signaling, rooms, ice, push");
      }
    }
    if (wanted.isEmpty()) {
      throw new BadSettingException(SETTING, "names none of signaling, rooms, ice, push");
    }
    return wanted;
  }

  /** Loads what the roles can do without at first, which takes long, on the caller's thread. */
  static void load(Set<RoleName> wanted) {
    if (wanted.contains(RoleName.PUSH)) {
      PushRole.load();
    }
  }

  static List<Role> make(Set<RoleName> wanted, Node node) {
    Map<RoleName, Function<Node, Role>> makers = all();
    return wanted.stream()
        .map(name -> Objects.requireNonNull(makers.get(name), name::name).apply(node))
        .toList();
  }
}
