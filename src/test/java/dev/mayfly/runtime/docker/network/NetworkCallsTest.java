package dev.mayfly.runtime.docker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.host.PacketFilter;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.runtime.docker.engine.Engine;
import dev.mayfly.runtime.docker.engine.EngineConnector;
import dev.mayfly.runtime.docker.engine.EngineSettings.Egress;
import dev.mayfly.testing.engine.StreamEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The calls to an engine that answers as prepared. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class NetworkCallsTest {
    private static final String CLUSTER = "0123456789ab";
    private static final String NAMESPACE = "shop";
    private static final String LISTED = """
            [{"Name":"mayfly_%s_shop","Id":"0123456789abcdef","Created":"2026-01-01T00:00:00Z",
              "Labels":{"mayfly.dev/cluster":"%s","mayfly.dev/namespace":"shop"}}]""".formatted(CLUSTER, CLUSTER);

    @TempDir
    Path folder;

    private StreamEngine fake;
    private Engine engine;
    private NamespaceNetworks networks;

    @BeforeEach
    void connect() {
        fake = new StreamEngine(folder.resolve("engine.sock"));
        var settings = Settings.of(CLUSTER, fake.address());
        engine = new EngineConnector(settings).connect();
        networks = new NamespaceNetworks(
                settings,
                List::of,
                new EgressGuard(CLUSTER, new Egress(true, false, List.of()), Optional.of(new NoRules())));
        fake.answer("GET /containers/json", "[]");
        fake.answer("GET /networks", "[]");
        fake.answer("POST /networks/create", 201, "{\"Id\":\"net\"}");
    }

    @AfterEach
    void disconnect() throws IOException {
        engine.close();
        fake.close();
    }

    @Test
    void aNetworkHasNoIpv6WhateverTheEnginesDefaultIs() throws Exception {
        var asked = new CompletableFuture<String>();
        fake.on("POST /networks/create", line -> {
            asked.complete(line.body());
            line.say("HTTP/1.1 201 X\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{\"Id\":\"net\"}");
        });

        networks.use(engine.client(), NAMESPACE, network -> network);

        assertThat(asked.get(30, TimeUnit.SECONDS)).contains("\"EnableIPv6\":false");
    }

    @Test
    void aNetworkThatWasRemovedIsNotTakenForOneThatStaysIfTheRulesCanNotBeCompared() {
        fake.answer("GET /networks", LISTED);
        fake.on("DELETE /networks/0123456789abcdef", line -> {
            fake.answer("GET /networks", 500, "{\"message\":\"the store is busy\"}");
            line.say("HTTP/1.1 204 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        });

        assertThatThrownBy(() -> networks.remove(engine.client(), NAMESPACE)).hasMessageContaining("the store is busy");

        assertThat(networks.removed()).containsOnlyKeys("0123456789abcdef");
        fake.answer("GET /networks", LISTED);
        assertThat(networks.stuck(engine.client(), NAMESPACE)).isEmpty();
    }

    @Test
    void aNetworkOfWhichNobodyKnowsWhetherItIsRemovedIsLookedForByTheNextLaunch() {
        networks.use(engine.client(), NAMESPACE, network -> network);
        fake.answer("GET /networks", LISTED);
        fake.on("DELETE /networks/0123456789abcdef", line -> {}); // closes the connection
        assertThatThrownBy(() -> networks.remove(engine.client(), NAMESPACE)).isInstanceOf(RuntimeException.class);

        fake.answer("GET /networks", "[]");
        networks.use(engine.client(), NAMESPACE, network -> network);

        assertThat(fake.calls())
                .filteredOn(call -> call.startsWith("POST /networks/create"))
                .hasSize(2);
    }

    /** A packet filter without rules. */
    private static final class NoRules implements PacketFilter {
        @Override
        public boolean sees(String networkInterface) {
            return true;
        }

        @Override
        public List<String> rules() {
            return List.of();
        }

        @Override
        public void change(String changes) {
            assertThat(changes).isNotEmpty();
        }
    }
}
