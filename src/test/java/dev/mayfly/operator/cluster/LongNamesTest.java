package dev.mayfly.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class LongNamesTest {

    @Test
    void anObjectWithANameOfAMegabyteIsRead() {
        var mapper = new ObjectMapper();
        new LongNames().customize(mapper);
        var name = "a".repeat(1024 * 1024);

        var read = new KubernetesSerialization(mapper, true).unmarshal("""
                {"apiVersion": "mayfly.dev/v1alpha1", "kind": "EphemeralWorkload", "metadata": {"name": "web"},
                 "spec": {"template": {"metadata": {"annotations": {"%s": "x"}}}}}
                """.formatted(name), EphemeralWorkload.class);

        assertThat(read.getSpec().template().metadata().annotations()).containsOnlyKeys(name);
    }
}
