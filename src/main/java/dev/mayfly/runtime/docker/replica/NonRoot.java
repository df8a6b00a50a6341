package dev.mayfly.runtime.docker.replica;

import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Text;
import dev.mayfly.host.Host;

/**
 * Refuses what {@code runAsNonRoot} forbids: a user that is root, and one that may be. As for the kubelet, a name may be:
 * the engine looks it up in the image's own {@code /etc/passwd} when it starts the container, which may map it to 0.
 */
final class NonRoot {
    /** The engine takes numbers up to 2147483647. */
    private static final int DIGITS = 10;
    /** How much of a name is shown. */
    private static final int SHOWN = 64;

    private NonRoot() {}

    /**
     * @param imagesUser the image's USER, with or without a group; empty: none
     * @throws Host.Refused if the replica's user is root, or is not known to be another
     */
    static void require(Template template, String imagesUser) {
        var security = template.security();
        if (!security.runAsNonRoot() || security.runAsUser() > 0) {
            return;
        }
        var user = security.runAsUser() == 0 ? "0" : user(imagesUser);
        if (user.isEmpty() || isRoot(user)) {
            throw refused(template, "runs as root");
        }
        if (!Text.isNumber(user, DIGITS)) {
            throw refused(
                    template,
                    "has USER '" + Text.escaped(Text.shortened(user, SHOWN))
                            + "', a name that its /etc/passwd may map to root");
        }
    }

    private static String user(String given) {
        var colon = given.indexOf(':');
        return colon < 0 ? given : given.substring(0, colon);
    }

    private static boolean isRoot(String user) {
        return user.equals("root") || user.chars().allMatch(c -> c == '0');
    }

    private static Host.Refused refused(Template template, String why) {
        return new Host.Refused("runAsNonRoot is set, but image "
                + template.image().reference() + " " + why + ". Set securityContext.runAsUser to a number above 0.");
    }
}
