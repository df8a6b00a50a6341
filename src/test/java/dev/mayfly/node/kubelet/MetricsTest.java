package dev.mayfly.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The metrics that metrics-server reads. */
@Timeout(60)
class MetricsTest {
    @RegisterExtension
    final KubeletFixture kubelet = new KubeletFixture();

    @Test
    void metricsTellWhatThePodUses() throws Exception {
        kubelet.containers.usage = replica -> Optional.of(FakeContainers.usage(1_500_000_000, 4096));

        assertThat(kubelet.get("/metrics/resource").body())
                .contains(
                        "container_cpu_usage_seconds_total{container=\"web\",namespace=\"shop\",pod=\"web-3\"} 1.500000000"
                                + " 1700000000123\n",
                        "container_memory_working_set_bytes{container=\"web\",namespace=\"shop\",pod=\"web-3\"} 4096"
                                + " 1700000000123\n",
                        "container_start_time_seconds{container=\"web\",namespace=\"shop\",pod=\"web-3\"} 1600000000.000"
                                + " 1700000000123\n",
                        "pod_cpu_usage_seconds_total{namespace=\"shop\",pod=\"web-3\"} 1.500000000 1700000000123\n",
                        "node_cpu_usage_seconds_total 1.500000000 ");
        assertThat(kubelet.get("/stats/summary").body())
                .contains("\"nodeName\":\"here\"", "\"uid\":\"pod-uid\"", "\"usageCoreNanoSeconds\":1500000000");
    }

    @Test
    void aPodThatCanTBeMeasuredIsLeftOut() throws Exception {
        kubelet.containers.usage = replica -> {
            throw new IllegalStateException("no answer");
        };

        assertThat(kubelet.get("/metrics/resource").body())
                .contains("node_cpu_usage_seconds_total 0.000000000 ", "resource_scrape_error 0")
                .doesNotContain("web-3");
    }
}
