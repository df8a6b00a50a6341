package dev.mayfly.operator.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.operator.cleanup.DeletionRecords.DeletionRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeletionRecordTest {
    private final DeletionRecord record = new DeletionRecord(
            1,
            new DeletionRecord.Workload(
                    "EphemeralWorkload", "shop", "web", "uid-web", "2026-01-01T12:00:00Z", "2026-01-02T12:00:00Z"),
            "busybox:1.36",
            new TreeSet<>(List.of("sha256:1")),
            new TreeSet<>(List.of("Enforce")),
            new DeletionRecord.Replicas(3, Map.of("ScaledDown", 3), true),
            new DeletionRecord.Found(0, false, List.of()),
            new DeletionRecord.Volumes(List.of("hostPath /data"), List.of()),
            List.of(),
            true);

    /** Programs of users read the lines. */
    @Test
    void itsLineIsFlat() throws JsonProcessingException {
        assertThat(new ObjectMapper().writeValueAsString(record)).isEqualTo("""
                {"version":1,"kind":"EphemeralWorkload","namespace":"shop","name":"web","uid":"uid-web",\
                "created":"2026-01-01T12:00:00Z","deleted":"2026-01-02T12:00:00Z","image":"busybox:1.36",\
                "digests":["sha256:1"],"modes":["Enforce"],\
                "replicas":{"lived":3,"ended":{"ScaledDown":3},"complete":true},\
                "findings":{"count":0,"truncated":false,"first":[]},\
                "volumes":{"kept":["hostPath /data"],"removed":[]},"left":[],"leftComplete":true}""");
    }

    @Test
    void itsSentenceHasTheSameContent() {
        assertThat(record.sentence())
                .isEqualTo("3 replicas lived from 2026-01-01T12:00:00Z to 2026-01-02T12:00:00Z (3 ScaledDown). Mode"
                        + " Enforce, image busybox:1.36 sha256:1. Writes outside of volumes: none found. Volumes kept:"
                        + " hostPath /data; removed: nothing. Left: nothing.");
    }
}
