package dev.mayfly.bench.neighbour;

import dev.mayfly.testing.Workloads;
import dev.mayfly.testing.engine.Docker;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Six kinds of tenants that others must not notice. Each is started in a namespace of its own. */
enum BadNeighbour {
    CRASH_LOOPS("200 replicas of sleep 2") {
        @Override
        void begin(Workloads workloads) {
            IntStream.range(0, 4).forEach(i -> workloads.apply(manifest("loop-" + i, 50, QUICK, "sleep 2; exit 1")));
        }
    },

    WRITERS("writers of 100,000 files in Audit") {
        @Override
        void begin(Workloads workloads) {
            workloads.apply(manifest(
                    "writer", 4, """
                        backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}
                          ephemerality: {mode: Audit, audit: {periodSeconds: 1}, writableLayer: {sizeLimit: 10Gi}}
                        """.strip(), "mkdir /w; cd /w; seq 100000 | split -l 1 -a 5; sleep 5; exit 1"));
        }
    },

    OUTPUT("megabytes of output") {
        @Override
        void begin(Workloads workloads) {
            workloads.apply(manifest(
                            "talker",
                            20,
                            QUICK,
                            "yes \"can not open [: Read-only file system\" | head -c 4000000; sleep 2; exit 1")
                    .replace("template:\n", "template:\n    outputPolicy: OnFailure\n"));
        }
    },

    HOSTILE("hostile patterns and labels") {
        private static final String IMAGE = "mayfly-bench/hostile:1";

        @Override
        void begin(Workloads workloads) {
            image();
            var pattern = "\"/**/" + "*a".repeat(60) + "b\"";
            var patterns = String.join(
                    ", ", IntStream.range(0, 32).mapToObj(i -> pattern).toList());
            workloads.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: hostile}
                type: kubernetes.io/dockerconfigjson
                stringData: {.dockerconfigjson: '{"auths": {"%sb:5000": {"auth": "YTpi"}}}'}
                """.formatted("*a".repeat(60)));
            workloads.apply(manifest(
                            "patterns",
                            5,
                            """
                            backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}
                              ephemerality: {mode: Audit, audit: {periodSeconds: 1, ignorePaths: [%s]}}
                            """.strip().formatted(patterns),
                            "mkdir -p /%s; sleep 5; exit 1".formatted(("a".repeat(200) + "/").repeat(10)))
                    .replace("template:\n", """
                        template:
                            env: [{name: OPEN, value: "%s"}]
                        """.strip().formatted("$(".repeat(16_000)) + "\n"));
            workloads.apply(manifest("stars", 1, QUICK, "sleep 5; exit 1")
                    .replace("busybox:1.36", "a".repeat(60) + ":5000/never/pulled:1")
                    .replace("template:\n", "template:\n    imagePullSecrets: [{name: hostile}]\n"));
            workloads.apply(manifest("labels", 5, QUICK, "sleep 5; exit 1").replace("busybox:1.36", IMAGE));
        }

        private void image() {
            var from = Docker.client().createContainerCmd("busybox:1.36").exec().getId();
            Docker.client()
                    .commitCmd(from)
                    .withRepository("mayfly-bench/hostile")
                    .withTag("1")
                    .withLabels(Map.of(
                            "mayfly.dev/probes", "null",
                            "mayfly.dev/logs-on-error", "always",
                            "mayfly.dev/empty-dir-limits", "[".repeat(60_000)))
                    .exec();
            Docker.client().removeContainerCmd(from).exec();
        }

        @Override
        void ended() {
            Docker.client().removeImageCmd(IMAGE).withForce(true).exec();
        }
    },

    APPLIES("500 applies a second of changed specs") {
        private static final int WORKLOADS = 10;
        private static final int PER_SECOND = 500;
        private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
        private final AtomicLong applied = new AtomicLong();
        private ScheduledExecutorService threads;
        private long began;

        @Override
        void begin(Workloads workloads) {
            IntStream.range(0, WORKLOADS)
                    .forEach(i -> workloads.apply(manifest("changing-" + i, 1, QUICK, "sleep 1000000")));
            applied.set(0);
            began = System.nanoTime();
            threads = Executors.newScheduledThreadPool(WORKLOADS);
            IntStream.range(0, WORKLOADS)
                    .forEach(i -> threads.scheduleAtFixedRate(
                            () -> change(workloads, "changing-" + i),
                            0,
                            1_000_000L * WORKLOADS / PER_SECOND,
                            TimeUnit.MICROSECONDS));
        }

        private void change(Workloads workloads, String name) {
            var patch = "{\"spec\": {\"template\": {\"env\": [{\"name\": \"N\", \"value\": \"%d\"}]}}}";
            try {
                workloads.named(name).patch(MERGE, patch.formatted(System.nanoTime()));
                applied.incrementAndGet();
            } catch (KubernetesClientException busy) {
                // the next one follows at once
            }
        }

        @Override
        void end() {
            threads.shutdownNow();
            System.out.printf(
                    "    (%d applies a second reached the API server)%n",
                    applied.get() * 1_000_000_000L / Math.max(1, System.nanoTime() - began));
        }
    },

    UNPULLED("20 images that are never pulled") {
        private static final int IMAGES = 20;
        private ServerSocket registry;

        @Override
        void begin(Workloads workloads) throws IOException {
            registry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress()); // which accepts and never answers
            var image = "127.0.0.1:" + registry.getLocalPort() + "/never/pulled:";
            IntStream.range(0, IMAGES)
                    .forEach(i -> workloads.apply(
                            manifest("unpulled-" + i, 1, QUICK, "sleep 1000000").replace("busybox:1.36", image + i)));
        }

        @Override
        void end() throws IOException {
            registry.close();
        }
    };

    private static final String QUICK = "backoff: {initialDelaySeconds: 1, maxDelaySeconds: 1, stableSeconds: 1}";

    private final String what;

    BadNeighbour(String what) {
        this.what = what;
    }

    /** Starts to be bad. */
    abstract void begin(Workloads workloads) throws IOException;

    /** Ends what goes on outside of the cluster. */
    void end() throws IOException {
        // most of them have nothing
    }

    /** Called once its workloads are gone. */
    void ended() {
        // most of them have nothing
    }

    String what() {
        return what;
    }

    private static String manifest(String name, int replicas, String setting, String script) {
        return """
            apiVersion: mayfly.dev/v1alpha1
            kind: EphemeralWorkload
            metadata: {name: %s}
            spec:
              replicas: %d
              %s
              template:
                image: busybox:1.36
                command: [sh, -c, '%s']
                terminationGracePeriodSeconds: 0
            """.formatted(name, replicas, setting, script);
    }
}
