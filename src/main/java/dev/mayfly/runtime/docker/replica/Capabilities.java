package dev.mayfly.runtime.docker.replica;

import com.github.dockerjava.api.model.Capability;
import dev.mayfly.core.model.Template.Security;
import dev.mayfly.runtime.support.CapabilityNames;
import java.util.List;
import java.util.Set;

/** Capabilities of a replica as the engine names them. */
record Capabilities(List<Capability> add, List<Capability> drop) {

    /** @param allowed capabilities of a replica that drops none */
    static Capabilities of(Security security, Set<String> allowed) {
        var names = CapabilityNames.of(security, allowed);
        return new Capabilities(known(names.add()), known(names.drop()));
    }

    private static List<Capability> known(List<String> names) {
        return names.stream().map(Capability::valueOf).toList();
    }
}
