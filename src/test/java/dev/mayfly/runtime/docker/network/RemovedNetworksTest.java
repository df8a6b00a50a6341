package dev.mayfly.runtime.docker.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import dev.mayfly.testing.engine.ScriptedEngine;
import dev.mayfly.testing.engine.ScriptedEngine.Reply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With a remote engine nobody looks for what is left of removed networks, so that none is ever forgotten. */
class RemovedNetworksTest {
    private static final String CLUSTER = "0123456789ab";
    private static final int MANY = 1_200;

    private final NamespaceNetworks networks = new NamespaceNetworks(
            Settings.of(CLUSTER),
            List::of,
            new EgressGuard(CLUSTER, new Egress(true, false, List.of()), Optional.empty()));
    private volatile int removed;

    @Test
    void aBoundedNumberIsRemembered() {
        var engine = ScriptedEngine.of(this::answer).client();

        for (removed = 0; removed < MANY; removed++) {
            networks.remove(engine, "shop");
        }

        assertThat(networks.removed()).hasSizeBetween(900, 1_000);
    }

    private Reply answer(String path) {
        if (path.contains("/containers/json")) {
            return Reply.of(Reply.OK, "[]");
        }
        return Reply.of(Reply.OK, path.matches(".*/networks(\\?.*)?") ? """
                [{"Name":"mayfly_%1$s_shop","Id":"0123456789abcdef%2$d","Created":"2026-01-01T00:00:00Z",
                  "Labels":{"mayfly.dev/cluster":"%1$s","mayfly.dev/namespace":"shop"}}]""".formatted(CLUSTER, removed) : "");
    }
}
