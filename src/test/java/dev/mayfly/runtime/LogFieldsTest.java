package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.core.model.Samples;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.api.Test;

class LogFieldsTest {

    @Test
    void aLineOfTheJsonLogNamesTheReplicaThatItIsAbout() throws JsonProcessingException {
        var id = Samples.id(3, 1);

        JsonNode line;
        try (var fields = LogFields.of(id)) {
            line = logged();
        }

        assertThat(line.at("/mdc/replica").asText()).isEqualTo(id.replica());
        assertThat(line.at("/mdc/workload").asText()).isEqualTo(id.owner().name());
        assertThat(line.at("/mdc/kind").asText()).isEqualTo("EphemeralWorkload");
        assertThat(line.at("/mdc/namespace").asText()).isEqualTo(id.owner().namespace());
    }

    @Test
    void afterwardsItNamesWhatItNamedBefore() throws JsonProcessingException {
        try (var outer = LogFields.of(Samples.WEB)) {
            try (var inner = LogFields.of(Samples.id(3, 1))) {
                assertThat(logged().at("/mdc/replica").isMissingNode()).isFalse();
            }
            assertThat(logged().at("/mdc/replica").isMissingNode()).isTrue();
            assertThat(logged().at("/mdc/workload").asText()).isEqualTo(Samples.WEB.name());
        }
        assertThat(logged().at("/mdc/workload").isMissingNode()).isTrue();
    }

    private static JsonNode logged() throws JsonProcessingException {
        var line = new ExtLogRecord(Level.WARN, "It can't be started.", LogFieldsTest.class.getName());
        return new ObjectMapper().readTree(new JsonFormatter().format(line));
    }
}
