package dev.switchboard.push;

import dev.switchboard.push.apns.ApnsSettings;
import dev.switchboard.push.config.KeyFiles;
import dev.switchboard.push.fcm.FcmSettings;
import dev.switchboard.shared.config.BadSettingException;
import dev.switchboard.shared.push.PushApps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an app of {@code PUSH_APPS} has of providers with keys of its own. Its VAPID keys are Web
 * Push's.
 *
 * @param apns empty reaches no iPhone
 * @param fcm empty reaches no phone by FCM
 */
record AppSettings(String name, Optional<ApnsSettings> apns, Optional<FcmSettings> fcm) {
  private static final String VAPID = "vapid";
  private static final List<String> SECTIONS = List.of("apns", "fcm", VAPID);

  /**
   * All of them. Throws {@link BadSettingException} for a section or field that is not known, is
   * missing or wrong.
   *
   * @param strict refuses a document with keys in it that others may read
   */
  static List<AppSettings> of(PushApps apps, ApnsSettings apns, FcmSettings fcm, boolean strict) {
    List<AppSettings> all = new ArrayList<>();
    for (String app : apps.added()) {
      for (String section : apps.sections(app).keySet()) {
        if (!SECTIONS.contains(section)) {
          throw new BadSettingException(
              PushApps.SETTING,
              app
                  + " has a section that is not one of "
                  + String.join(", ", SECTIONS)
                  + ": '"
                  + section.substring(0, Math.min(32, section.length())).replaceAll("[^ -~]", "?")
                  + "'");
        }
      }
      all.add(
          new AppSettings(app, ApnsSettings.of(apps, app, apns), FcmSettings.of(apps, app, fcm)));
    }
    if (all.stream().anyMatch(app -> app.hasKey(apps))) {
      apps.file().ifPresent(file -> KeyFiles.check(PushApps.SETTING, file.toString(), strict));
    }
    return all;
  }

  /** True if a key stands in the document itself. */
  private boolean hasKey(PushApps apps) {
    Map<String, String> vapid = apps.sections(name).getOrDefault(VAPID, Map.of());
    return apns.flatMap(ApnsSettings::keyText).isPresent()
        || fcm.flatMap(FcmSettings::credentialsJson).isPresent()
        || !vapid.isEmpty();
  }
}
