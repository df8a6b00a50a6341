package dev.mayfly.bench;

import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The second half of {@code make soak}: replicas of ten images that write nothing are audited for an hour. Each finding
 * is a false one.
 */
public final class AuditSoak {
    private static final List<String> IMAGES = Stream.of(
                    "nginx",
                    "redis",
                    "postgresql",
                    "mosquitto",
                    "memcached",
                    "apache2",
                    "haproxy",
                    "bind9",
                    "rsyslog",
                    "cron")
            .map(service -> "mayfly-test/" + service + ":1")
            .toList();
    private static final int REPLICAS = 200;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("mayfly.soak.audit-seconds", 3600));

    private AuditSoak() {}

    public static void main(String[] arguments) {
        Claims.judge(AuditSoak.class, AuditSoak::measure);
    }

    private static void measure(Claims claims) throws Exception {
        try (var client = new KubernetesClientBuilder().build();
                var workloads = new AuditedWorkloads(client, IMAGES, REPLICAS)) {
            workloads.run("Audit");
            Thread.sleep(TIME); // the measured interval
            var findings = workloads.findings();
            System.out.printf(
                    "findings of %d replicas of %d images that wrote nothing, in %d s: %d%n",
                    REPLICAS, IMAGES.size(), TIME.toSeconds(), findings);
            claims.measured(Claim.SERVICES_FALSE_FINDINGS, findings);
        }
    }
}
