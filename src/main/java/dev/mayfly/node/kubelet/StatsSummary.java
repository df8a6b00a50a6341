package dev.mayfly.node.kubelet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.node.kubelet.Usages.PodUsage;
import dev.mayfly.node.kubelet.Usages.Sample;
import java.time.Instant;

/** {@code /stats/summary}: the same as JSON, as far as is known here. */
final class StatsSummary {
    private StatsSummary() {}

    static String of(String nodeName, Sample sample) {
        var summary = JsonNodeFactory.instance.objectNode();
        var total = sample.node();
        var node = summary.putObject("node").put("nodeName", nodeName);
        usage(node, total.at(), total.cpuNanos(), total.workingSetBytes());
        var pods = summary.putArray("pods");
        sample.pods().forEach(pod -> pod(pods.addObject(), pod));
        return summary.toString();
    }

    private static void pod(ObjectNode to, PodUsage measured) {
        var pod = measured.pod();
        var usage = measured.usage();
        to.putObject("podRef")
                .put("name", pod.pod())
                .put("namespace", pod.namespace())
                .put("uid", pod.uid());
        to.put("startTime", usage.started().toString());
        var container = to.putArray("containers").addObject().put("name", pod.container());
        container.put("startTime", usage.started().toString());
        usage(container, usage.at(), usage.cpuNanos(), usage.workingSetBytes());
        usage(to, usage.at(), usage.cpuNanos(), usage.workingSetBytes());
    }

    private static void usage(ObjectNode to, Instant at, long cpuNanos, long workingSetBytes) {
        to.putObject("cpu").put("time", at.toString()).put("usageCoreNanoSeconds", cpuNanos);
        to.putObject("memory").put("time", at.toString()).put("workingSetBytes", workingSetBytes);
    }
}
