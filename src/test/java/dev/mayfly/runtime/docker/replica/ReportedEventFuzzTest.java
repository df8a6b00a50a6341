package dev.mayfly.runtime.docker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.core.DockerClientConfig;
import dev.mayfly.testing.ForeignInput;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Events of the engine, among whose details a container's labels are. */
class ReportedEventFuzzTest {
    private static final ObjectMapper JSON = DockerClientConfig.getDefaultObjectMapper();

    @Property
    void anyEventIsReadOrSaysNothing(@ForAll("events") String text) throws Exception {
        ForeignInput.assertSoon(() -> {
            Event event;
            try {
                event = JSON.readValue(text, Event.class);
            } catch (JsonProcessingException noEvent) {
                return;
            }
            if (event != null) {
                ReportedEvent.of(event).ifPresent(ReportedEventFuzzTest::assertUsable);
            }
        });
    }

    private static void assertUsable(ReportedEvent event) {
        assertThat(event.container()).isNotNull();
        assertThat(event.command()).isNotNull();
        event.exitCode().ifPresent(code -> assertThat(code).isNotNegative());
        assertThat(event.reportsChange()).isIn(true, false);
    }

    @Provide
    static Arbitrary<String> events() {
        return ForeignInput.json(
                List.of(
                        "status",
                        "id",
                        "Type",
                        "Action",
                        "Actor",
                        "ID",
                        "Attributes",
                        "exitCode",
                        "execID",
                        "name",
                        "time"),
                "\"die\"",
                "\"exec_die\"",
                "\"health_status: healthy\"",
                "{\"exitCode\":\"0\"}",
                "{\"exitCode\":null,\"execID\":null}",
                "{\"ID\":\"c1\",\"Attributes\":{\"exitCode\":\"-1\"}}",
                "{\"id\":\"c1\",\"Action\":\"die\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":{\"exitCode\":\"99999999999\"}}}");
    }
}
