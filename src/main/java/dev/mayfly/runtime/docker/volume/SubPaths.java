package dev.mayfly.runtime.docker.volume;

import dev.mayfly.core.model.Launch;
import dev.mayfly.core.model.ReplicaVariables;
import dev.mayfly.core.model.Template;
import dev.mayfly.host.Host;
import java.util.List;

/** Resolves the subPath of a mount for one replica. Pure. */
final class SubPaths {
    /** Maximum length, the same as for a subPath without variables. */
    private static final int LONGEST = 512;

    private SubPaths() {}

    /**
     * @return relative and normalized; empty: the volume's root
     * @throws Host.Refused if the expanded variables make it invalid
     */
    static String of(Launch launch, Template.Mount mount) {
        if (mount.subPath().isEmpty()) {
            return "";
        }
        String path;
        try {
            path = ReplicaVariables.of(launch.template(), launch.id()).subPath(mount);
        } catch (IllegalArgumentException wrong) {
            throw new Host.Refused(wrong.getMessage(), wrong);
        }
        var names = List.of(path.split("/", -1));
        if (path.length() > LONGEST
                || path.chars().anyMatch(Character::isISOControl)
                || names.stream().anyMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."))) {
            throw new Host.Refused("subPathExpr " + mount.subPath() + " of " + mount.path()
                    + " leads to a path that is too long, or has an empty part, '.', '..' or a control character:"
                    + " correct the variables in it");
        }
        return path;
    }
}
