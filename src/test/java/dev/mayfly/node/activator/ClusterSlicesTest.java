package dev.mayfly.node.activator;

import static dev.mayfly.core.model.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.node.activator.SliceStore.NameTaken;
import dev.mayfly.testing.AnsweringApiServer;
import dev.mayfly.testing.AnsweringApiServer.Request;
import io.fabric8.kubernetes.api.model.ListMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceListBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceListBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against an API server whose watch has shown no slice yet. */
@Timeout(60)
class ClusterSlicesTest {
    private static final String NAME = ActivatorSlice.name(WEB);
    private static final EndpointSlice WANTED =
            ActivatorSlice.of(WEB, "web", InetAddress.getLoopbackAddress(), Map.of("http", 30_001));
    private static final Status CONFLICT =
            new StatusBuilder().withStatus("Failure").withCode(409).build();

    private final AnsweringApiServer server = new AnsweringApiServer(this::answer);
    private final ClusterSlices slices = new ClusterSlices(server.client());
    /** The slice of that name; empty: it is gone once its name was found to be taken. */
    private volatile Optional<EndpointSlice> there = Optional.empty();

    private volatile Optional<EndpointSlice> updated = Optional.empty();
    /** The EndpointSlice of the first list; empty: it has none. */
    private volatile Optional<EndpointSlice> listed = Optional.empty();

    ClusterSlicesTest() throws IOException {}

    @BeforeEach
    void watch() {
        slices.watch((namespace, service) -> {});
    }

    @AfterEach
    void end() {
        slices.close();
        server.close();
    }

    private Object answer(Request request) {
        if (request.method().equals("POST")) {
            return CONFLICT;
        }
        if (request.method().equals("PUT")) {
            updated = Optional.of(Serialization.unmarshal(request.body(), EndpointSlice.class));
            return updated.orElseThrow();
        }
        if (request.path().endsWith("/" + NAME)) {
            return AnsweringApiServer.FORBIDDEN; // the operator may list slices, and not get one
        }
        if (request.query().contains("watch=true")) {
            return new WatchEvent(WANTED, "BOOKMARK");
        }
        var first = new ListMetaBuilder().withResourceVersion("1").build();
        if (request.path().endsWith("/services")) {
            return new ServiceListBuilder().withMetadata(first).build();
        }
        var found = request.query().contains("metadata.name=" + NAME) ? there : listed;
        return new EndpointSliceListBuilder()
                .withMetadata(first)
                .withItems(found.stream().toList())
                .build();
    }

    /** Whoever may write in a namespace may write such ones, too. */
    private static EndpointSlice large() {
        var endpoint = new EndpointBuilder().withAddresses("192.0.2.1").build();
        var port = new EndpointPortBuilder().withPort(80).build();
        return new EndpointSliceBuilder(WANTED)
                .editMetadata()
                .withNamespace("large")
                .withAnnotations(Map.of("long", "x".repeat(200_000)))
                .endMetadata()
                .withEndpoints(Collections.nCopies(1000, endpoint))
                .withPorts(Collections.nCopies(100, port))
                .build();
    }

    private static EndpointSlice writtenBy(String writer) {
        return new EndpointSliceBuilder(WANTED)
                .editMetadata()
                .addToLabels(ActivatorSlice.MANAGED_BY, writer)
                .withResourceVersion("7")
                .endMetadata()
                .withPorts()
                .build();
    }

    @Test
    void theOwnSliceThatTheWatchDoesNotShowYetIsUpdated() throws NameTaken {
        there = Optional.of(writtenBy(ActivatorSlice.MAYFLY));

        slices.write(WANTED);

        var written = updated.orElseThrow();
        assertThat(written.getMetadata().getResourceVersion()).isEqualTo("7");
        assertThat(written.getPorts()).isEqualTo(WANTED.getPorts());
    }

    @Test
    void aSliceOfSomebodyElseIsLeftAlone() {
        there = Optional.of(writtenBy("somebody"));

        assertThatThrownBy(() -> slices.write(WANTED)).isInstanceOf(NameTaken.class);
        assertThat(updated).isEmpty();
    }

    @Test
    void aSliceWithoutLabelsIsSomebodyElses() {
        there = Optional.of(new EndpointSliceBuilder(WANTED)
                .editMetadata()
                .withLabels(null)
                .endMetadata()
                .build());

        assertThatThrownBy(() -> slices.write(WANTED)).isInstanceOf(NameTaken.class);
    }

    @Test
    void ofALargeSliceLittleIsHeld() {
        listed = Optional.of(large());
        try (var large = new ClusterSlices(server.client())) {
            large.watch((namespace, service) -> {});

            var held = large.own("large", NAME).orElseThrow();
            assertThat(ActivatorSlice.same(held, WANTED)).isFalse();
            assertThat(Serialization.asJson(held)).hasSizeLessThan(3000);
        }
    }

    @Test
    void aSliceThatGoesMeanwhileIsNobodys() {
        assertThatThrownBy(() -> slices.write(WANTED)).isInstanceOf(KubernetesClientException.class);
    }
}
