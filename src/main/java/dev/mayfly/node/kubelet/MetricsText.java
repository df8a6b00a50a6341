package dev.mayfly.node.kubelet;

import dev.mayfly.node.PodDirectory.PodReplica;
import dev.mayfly.node.kubelet.Usages.PodUsage;
import dev.mayfly.node.kubelet.Usages.Sample;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.function.Function;

/** {@code /metrics/resource}: the text that metrics-server reads. Each line has its own time, from which it takes rates. */
final class MetricsText {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final int NANO_DIGITS = 9;
    private static final int MILLI_DIGITS = 3;

    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(Sample sample) {
        var metrics = new MetricsText();
        var node = sample.node();
        Function<PodUsage, String> cpu = pod -> seconds(pod.usage().cpuNanos());
        Function<PodUsage, String> memory = pod -> Long.toString(pod.usage().workingSetBytes());
        metrics.type("container_cpu_usage_seconds_total", "counter");
        metrics.lines(sample, "container_cpu_usage_seconds_total", MetricsText::container, cpu);
        metrics.type("container_memory_working_set_bytes", "gauge");
        metrics.lines(sample, "container_memory_working_set_bytes", MetricsText::container, memory);
        metrics.type("container_start_time_seconds", "gauge");
        metrics.lines(sample, "container_start_time_seconds", MetricsText::container, MetricsText::start);
        metrics.type("node_cpu_usage_seconds_total", "counter");
        metrics.line("node_cpu_usage_seconds_total", "", seconds(node.cpuNanos()), node.at());
        metrics.type("node_memory_working_set_bytes", "gauge");
        metrics.line("node_memory_working_set_bytes", "", Long.toString(node.workingSetBytes()), node.at());
        metrics.type("pod_cpu_usage_seconds_total", "counter");
        metrics.lines(sample, "pod_cpu_usage_seconds_total", MetricsText::pod, cpu);
        metrics.type("pod_memory_working_set_bytes", "gauge");
        metrics.lines(sample, "pod_memory_working_set_bytes", MetricsText::pod, memory);
        metrics.type("resource_scrape_error", "gauge");
        return metrics.text.append("resource_scrape_error 0\n").toString();
    }

    private void type(String metric, String type) {
        text.append("# TYPE ").append(metric).append(' ').append(type).append('\n');
    }

    private void lines(
            Sample sample, String metric, Function<PodReplica, String> labels, Function<PodUsage, String> value) {
        for (var pod : sample.pods()) {
            line(metric, labels.apply(pod.pod()), value.apply(pod), pod.usage().at());
        }
    }

    private void line(String metric, String labels, String value, Instant at) {
        text.append(metric).append(labels).append(' ').append(value).append(' ');
        text.append(at.toEpochMilli()).append('\n');
    }

    /** Names are such as Kubernetes accepts: nothing in them needs to be escaped. */
    private static String container(PodReplica pod) {
        return "{container=\"" + pod.container() + "\",namespace=\"" + pod.namespace() + "\",pod=\"" + pod.pod()
                + "\"}";
    }

    private static String pod(PodReplica pod) {
        return "{namespace=\"" + pod.namespace() + "\",pod=\"" + pod.pod() + "\"}";
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).toPlainString();
    }

    private static String start(PodUsage pod) {
        return BigDecimal.valueOf(pod.usage().started().toEpochMilli(), MILLI_DIGITS)
                .toPlainString();
    }
}
