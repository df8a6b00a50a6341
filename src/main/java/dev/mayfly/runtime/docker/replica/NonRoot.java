package dev.mayfly.runtime.docker.replica;

import dev.mayfly.core.model.Template;
import dev.mayfly.host.Host;
import dev.mayfly.runtime.docker.image.LocalImage;

/** Checks that no process of a replica starts as root. */
final class NonRoot {
    private NonRoot() {}

    /** @throws Host.Refused if the template requires a non-root user and the image would run as root */
    static void require(Template template, LocalImage image) {
        var security = template.security();
        if (security.runAsNonRoot()
                && security.runAsUser() < 1
                && isRoot(image.config().user())) {
            throw new Host.Refused(
                    "runAsNonRoot is set, but image " + template.image().reference()
                            + " runs as root. Set securityContext.runAsUser to a number above 0.");
        }
    }

    private static boolean isRoot(String user) {
        return user.isEmpty()
                || user.equals("root")
                || user.equals("0")
                || user.startsWith("0:")
                || user.startsWith("root:");
    }
}
